#include "minerva/network/quantized_network.hpp"

namespace minerva {

Topology QuantizedNetwork::topology() const {
  std::vector<int> widths = {layers.front().n_in};
  for (const QuantizedLayer& layer : layers) widths.push_back(layer.n_out);
  return Topology(widths);
}

QuantizationPlan QuantizedNetwork::plan() const {
  QuantizationPlan plan{rounding, {}};
  for (const QuantizedLayer& layer : layers) plan.layers.push_back(layer.formats);
  return plan;
}

}  // namespace minerva
