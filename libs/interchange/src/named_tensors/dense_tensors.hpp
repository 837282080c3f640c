#pragma once
#include <vector>

#include "layer_dispatch.hpp"
#include "minerva/interchange/named_tensors.hpp"

namespace minerva {

/// The layer of a weight matrix and its biases. @param outputs_first the matrix is (outputs,
/// inputs), and not (inputs, outputs).
NetworkLayer dense_layer(const NamedTensor& weights, const NamedTensor& biases, bool outputs_first);
std::vector<LayerTensor> dense_tensors(const LayerParameters& layer, std::size_t k);
std::vector<ZipMember> dense_code_arrays(const QuantizedLayer& layer, std::size_t k);

}  // namespace minerva
