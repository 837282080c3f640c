#include "dense_layer.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/base/errors.hpp"

namespace minerva {

void check_dense_layer(const NetworkLayer& layer, const LayerShape& shape,
                       const std::string& source, const std::string& where,
                       const std::string& name) {
  if (layer.biases.size() != layer.weights.rows()) {
    throw UserError(where, name,
                    "has " + std::to_string(layer.biases.size()) + " biases for " +
                        std::to_string(layer.weights.rows()) + " neurons");
  }
  if (layer.weights.cols() != shape.fan_in()) {
    throw UserError(where, name,
                    "takes " + std::to_string(layer.weights.cols()) + " inputs, but " + source);
  }
  if (!layer.weights.allFinite() || !layer.biases.allFinite()) {
    throw UserError(where, name, "holds a number that is not finite");
  }
}

void scale_dense_layer(NetworkLayer& layer, int weight_exponent, int bias_exponent) {
  layer.weights *= std::ldexp(1.0F, weight_exponent);
  layer.biases *= std::ldexp(1.0F, bias_exponent);
}

QuantizedLayer quantize_matrix(const Eigen::MatrixXf& weights, const Eigen::VectorXf& biases,
                               const LayerFormats& formats, double weight_scale) {
  QuantizedLayer to;
  to.n_in = static_cast<int>(weights.cols());
  to.n_out = static_cast<int>(weights.rows());
  to.formats = formats;
  const double bias_scale = std::ldexp(1.0, formats.scale_exponent);
  to.weights.resize(static_cast<std::size_t>(weights.size()));
  std::transform(weights.data(), weights.data() + weights.size(), to.weights.begin(), [&](float w) {
    return static_cast<std::int16_t>(round_to(formats.weight, w * weight_scale));
  });
  if (!formats.codebook.empty()) {
    for (std::int16_t& weight : to.weights) weight = formats.codebook.nearest(weight);
  }
  to.biases.resize(static_cast<std::size_t>(biases.size()));
  std::transform(biases.data(), biases.data() + biases.size(), to.biases.begin(), [&](float b) {
    return static_cast<std::int32_t>(round_to(formats.product, b * bias_scale));
  });
  return to;
}

QuantizedLayer quantize_dense_layer(const NetworkLayer& layer, const LayerFormats& formats,
                                    int weight_exponent) {
  return quantize_matrix(layer.weights, layer.biases, formats, std::ldexp(1.0, weight_exponent));
}

}  // namespace minerva
