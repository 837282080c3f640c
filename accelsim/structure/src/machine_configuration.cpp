#include "minerva/accelsim/machine_configuration.hpp"

#include <string>

#include "minerva/base/errors.hpp"
#include "minerva/design/design.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

MachineConfiguration machine_configuration(const Design& design) {
  MachineConfiguration machine;
  const LayerGraph& graph = graph_of(design);
  machine.network = graph;
  const auto layers = static_cast<std::size_t>(graph.layers());
  const std::vector<double>& theta = design.thresholds.theta;
  const auto check_layers = [&](const char* what, std::size_t found) {
    if (found == layers) return;
    throw UserError(what, std::to_string(found) + " layers",
                    "the network has " + std::to_string(layers) + " layers");
  };
  check_layers("plan", design.plan.layers.size());
  if (!theta.empty()) check_layers("thresholds", theta.size());
  machine.point = design.point;
  machine.widths = graph_datapath_widths(graph, design.plan);
  for (std::size_t k = 0; k < theta.size(); ++k) {
    machine.thresholds.push_back(threshold_code(theta[k], design.plan.layers[k].activation,
                                                "threshold of layer " + std::to_string(k)) > 0);
  }
  machine.mitigation = design.mitigation;
  machine.weight_storage = design.weight_storage;
  machine.also_for.assign(design.also_for.begin(), design.also_for.end());
  return machine;
}

MachineConfiguration machine_configuration(const QuantizedNetwork& network,
                                           const DesignPoint& point) {
  MachineConfiguration machine;
  const Topology topology = network.topology();
  machine.network = topology;
  machine.point = point;
  machine.widths = datapath_widths(network.plan(), topology);
  for (const QuantizedLayer& layer : network.layers) {
    machine.thresholds.push_back(layer.theta_code > 0);
  }
  machine.mitigation = network.mitigation;
  return machine;
}

MachineConfiguration machine_configuration(const QuantizedGraph& network,
                                           const DesignPoint& point) {
  MachineConfiguration machine;
  machine.network = network.graph;
  machine.point = point;
  machine.widths = graph_datapath_widths(network.graph, network.plan());
  for (const QuantizedLayer& layer : network.layers) {
    machine.thresholds.push_back(layer.theta_code > 0);
  }
  machine.mitigation = network.mitigation;
  return machine;
}

}  // namespace minerva
