#pragma once
#include <cstdint>
#include <vector>

#include "minerva/design/bank_counts.hpp"
#include "minerva/network/layer_graph.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// Adds what one sample's inputs of a dense layer (codes of X) did in each weight bank of a lane;
/// activity.kept_inputs has an entry for each of the lane's banks.
void add_bank_activity(const QuantizedLayer& layer, const std::vector<std::int32_t>& inputs,
                       BankActivity& activity);
/// The tensor that a layer reads, in storage order, of each prediction of a batch.
using TensorsOfBatch = std::vector<const std::vector<std::int32_t>*>;
/// Of layer k of a graph, on lanes whose weight reads serve `positions_per_weight` positions of a
/// convolution, or as many predictions of the batch in a dense layer. activity.kept_inputs has the
/// banks of each group of the layer; a pool adds nothing.
void add_bank_activity(const LayerGraph& graph, int k, const QuantizedLayer& layer,
                       const TensorsOfBatch& batch, int positions_per_weight,
                       BankActivity& activity);

}  // namespace minerva
