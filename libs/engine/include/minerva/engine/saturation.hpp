#pragma once
#include <cstdint>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/network/network.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// How often rounding met the end of a format in one layer.
struct LayerSaturations {
  std::int64_t weights = 0;   ///< float weights beyond W, of n_in x n_out
  std::int64_t biases = 0;    ///< float biases beyond P, of n_out
  std::int64_t inputs = 0;    ///< values beyond X, of samples x n_in
  std::int64_t products = 0;  ///< products of kept inputs beyond P, of kept_inputs x n_out
};

/// Counts saturations of `network` held as `quantized` on `samples`, one entry a layer. A value is
/// saturated when its rounded code without limits lies outside the format. Weights and biases are
/// those of the float network; products are of the weights as read.
std::vector<LayerSaturations> count_saturations(const Network& network,
                                                const QuantizedNetwork& quantized,
                                                const Samples& samples, int threads = 1);
/// The same of a network of any layers. Inputs are the words of the tensor that a layer reads, each
/// once; what a fused pool drops is none. Products are of all windows, padding left out.
std::vector<LayerSaturations> count_saturations(const GraphNetwork& network,
                                                const QuantizedGraph& quantized,
                                                const Samples& samples, int threads = 1);

}  // namespace minerva
