#include "minerva/network/network.hpp"

#include <cmath>

#include "minerva/base/errors.hpp"

namespace minerva {

Topology Network::topology() const {
  expects(!layers.empty(), "a network without layers has no topology");
  std::vector<int> widths = {static_cast<int>(layers.front().weights.cols())};
  for (const DenseLayer& layer : layers) widths.push_back(static_cast<int>(layer.weights.rows()));
  return Topology(widths);
}

Network scaled_network(const Network& network, const QuantizationPlan& plan) {
  expects(plan.layers.size() == network.layers.size(),
          "scaled_network: plan and network differ in layers");
  Network scaled = network;
  for (std::size_t k = 0; k < scaled.layers.size(); ++k) {
    scaled.layers[k].weights *= std::ldexp(1.0F, weight_scale_exponent(plan, k));
    scaled.layers[k].biases *= std::ldexp(1.0F, plan.layers[k].scale_exponent);
  }
  return scaled;
}

void check_network(const Network& network, const std::string& where) {
  if (network.layers.empty()) throw UserError(where, "", "holds no layer");
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const DenseLayer& layer = network.layers[k];
    const std::string name = "layer " + std::to_string(k);
    if (layer.biases.size() != layer.weights.rows()) {
      throw UserError(where, name,
                      "has " + std::to_string(layer.biases.size()) + " biases for " +
                          std::to_string(layer.weights.rows()) + " neurons");
    }
    if (k > 0 && layer.weights.cols() != network.layers[k - 1].weights.rows()) {
      throw UserError(where, name,
                      "takes " + std::to_string(layer.weights.cols()) +
                          " inputs, but the layer before it has " +
                          std::to_string(network.layers[k - 1].weights.rows()) + " neurons");
    }
    if (!layer.weights.allFinite() || !layer.biases.allFinite()) {
      throw UserError(where, name, "holds a number that is not finite");
    }
  }
  check_topology(network.topology(), where);
}

}  // namespace minerva
