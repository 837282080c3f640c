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
/// Of layer k of a graph that reads the tensor `inputs` (storage order), on lanes whose weight
/// reads serve `positions_per_weight` positions of a convolution. activity.kept_inputs has the
/// banks of each group of the layer; a pool adds nothing.
void add_bank_activity(const LayerGraph& graph, int k, const QuantizedLayer& layer,
                       const std::vector<std::int32_t>& inputs, int positions_per_weight,
                       BankActivity& activity);

}  // namespace minerva
