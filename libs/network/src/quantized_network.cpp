#include "minerva/network/quantized_network.hpp"

#include "minerva/base/errors.hpp"

namespace minerva {

TensorShape QuantizedNetwork::input_shape() const {
  return input.size() > 0 ? input : TensorShape::vector(layers.front().n_in);
}

Topology QuantizedNetwork::topology() const {
  expects(!layers.empty(), "a network without layers has no topology");
  Topology topology;
  TensorShape read = input_shape();
  for (const QuantizedLayer& layer : layers) {
    topology.add(layer_shape(layer.kind, read, layer.n_out));
    read = topology.layer(topology.layers() - 1).output;
  }
  return topology;
}

QuantizationPlan QuantizedLayers::plan() const {
  QuantizationPlan plan{rounding, {}};
  for (const QuantizedLayer& layer : layers) plan.layers.push_back(layer.formats);
  return plan;
}

}  // namespace minerva
