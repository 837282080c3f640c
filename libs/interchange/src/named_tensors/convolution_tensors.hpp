#pragma once
#include <vector>

#include "layer_dispatch.hpp"

// Files hold filters as (filters, channels of a group, rows, columns), row-major: the order of
// PyTorch and of ONNX. Layers hold them as filters x (row, column, channel).
namespace minerva {

std::vector<LayerTensor> convolution_tensors(const GraphLayer& layer,
                                             const LayerParameters& numbers, std::size_t k);
/// Filters of these sizes as a layer holds them. `values` are row-major.
Eigen::MatrixXf filters_of(const std::vector<float>& values, Eigen::Index filters,
                           Eigen::Index channels, Eigen::Index rows, Eigen::Index columns);

}  // namespace minerva
