#include "minerva/network/network.hpp"

#include "layer_dispatch.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {

TensorShape Network::input_shape() const {
  return input.size() > 0 ? input
                          : TensorShape::vector(static_cast<int>(layers.front().weights.cols()));
}

Topology Network::topology() const {
  expects(!layers.empty(), "a network without layers has no topology");
  Topology topology;
  TensorShape read = input_shape();
  for (const NetworkLayer& layer : layers) {
    topology.add(layer_shape(layer.kind, read, static_cast<int>(layer.weights.rows())));
    read = topology.layer(topology.layers() - 1).output;
  }
  return topology;
}

Network scaled_network(const Network& network, const QuantizationPlan& plan) {
  expects(plan.layers.size() == network.layers.size(),
          "scaled_network: plan and network differ in layers");
  Network scaled = network;
  for (std::size_t k = 0; k < scaled.layers.size(); ++k) {
    scale_layer(scaled.layers[k], weight_scale_exponent(plan, k), plan.layers[k].scale_exponent);
  }
  return scaled;
}

void check_network(const Network& network, const std::string& where) {
  if (network.layers.empty()) throw UserError(where, "", "holds no layer");
  const Topology topology = network.topology();
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const LayerShape& shape = topology.layer(static_cast<int>(k));
    const std::string source =
        k == 0 ? "the network's input has " + to_string(shape.input)
               : "the layer before it has " + std::to_string(shape.input.size()) + " neurons";
    check_layer(network.layers[k], shape, source, where, "layer " + std::to_string(k));
  }
  check_topology(topology, where);
}

}  // namespace minerva
