#include "minerva/network/quantize_network.hpp"

#include <string>
#include <utility>

#include "layer_dispatch.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {

QuantizedLayer quantize_layer(const Network& network, const QuantizationPlan& plan, std::size_t k) {
  check_formats(plan.layers[k], "layer " + std::to_string(k));
  return quantize_in(network.layers[k], plan.layers[k], weight_scale_exponent(plan, k));
}

QuantizedNetwork quantize_network(const Network& network, const QuantizationPlan& plan,
                                  const PruningThresholds& thresholds) {
  const std::size_t layers = network.layers.size();
  const auto count = [](std::size_t n) { return std::to_string(n) + " layers"; };
  if (plan.layers.size() != layers) {
    throw UserError("plan", count(plan.layers.size()), "the network has " + count(layers));
  }
  if (!thresholds.theta.empty() && thresholds.theta.size() != layers) {
    throw UserError("thresholds", count(thresholds.theta.size()),
                    "the network has " + count(layers));
  }
  QuantizedNetwork quantized;
  quantized.rounding = plan.rounding;
  quantized.input = network.input;
  for (std::size_t k = 0; k < layers; ++k) {
    if (plan.layers[k].codebook.empty() != plan.layers.front().codebook.empty()) {
      throw UserError("plan", "layer " + std::to_string(k),
                      "all layers have a codebook, or none has");
    }
    QuantizedLayer to = quantize_layer(network, plan, k);
    if (!thresholds.theta.empty()) {
      to.theta_code = threshold_code(thresholds.theta[k], to.formats.activation,
                                     "threshold of layer " + std::to_string(k));
    }
    quantized.layers.push_back(std::move(to));
  }
  return quantized;
}

}  // namespace minerva
