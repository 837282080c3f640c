#pragma once
#include <cstdint>
#include <vector>

#include "minerva/accelsim/bank_activity.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/network/layer_graph.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// What the windows of layer k did in one prediction, from the codes of the tensor that it reads.
/// @param chunk inputs a cycle; @param tile positions of a convolution that one weight read serves.
LayerActivity tensor_activity(const LayerGraph& graph, int k, const QuantizedLayer& layer,
                              const std::vector<std::int32_t>& tensor, int chunk, int tile);

/// Inputs that each tile of predictions of a batch keeps in a dense layer, from the tensor that it
/// reads of each of them. @param tile predictions that one weight read serves.
std::int64_t kept_by_tiles(const QuantizedLayer& layer, const TensorsOfBatch& batch, int tile);

}  // namespace minerva
