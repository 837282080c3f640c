#pragma once
#include <vector>

#include "float_layer.hpp"
#include "minerva/network/network.hpp"

namespace minerva {

/// A dense layer laid out for kernels::accumulate_float.
FloatLayer prepare_dense_float(const NetworkLayer& layer);
/// acc[i] = bias i + the products of the words that are not 0, added in the order of the inputs.
/// @param acc layer.row sums. @param kept working memory.
void dense_float_sums(const FloatLayer& layer, const FloatWords& words,
                      std::vector<kernels::FloatInput>& kept, float* acc);

}  // namespace minerva
