#pragma once
#include <string>

#include "minerva/network/network.hpp"
#include "minerva/network/quantized_network.hpp"

// What layer_dispatch.hpp promises, for a dense layer.

namespace minerva {

void check_dense_layer(const NetworkLayer& layer, const LayerShape& shape,
                       const std::string& source, const std::string& where,
                       const std::string& name);
void scale_dense_layer(NetworkLayer& layer, int weight_exponent, int bias_exponent);
/// A matrix of weights (n_out x n_in) and its biases in these formats, weights times weight_scale
/// and biases times the scale of the formats, rounded half up; without threshold.
QuantizedLayer quantize_matrix(const Eigen::MatrixXf& weights, const Eigen::VectorXf& biases,
                               const LayerFormats& formats, double weight_scale);
QuantizedLayer quantize_dense_layer(const NetworkLayer& layer, const LayerFormats& formats,
                                    int weight_exponent);

}  // namespace minerva
