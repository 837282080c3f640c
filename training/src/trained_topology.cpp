#include "minerva/training/trained_topology.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/training/gradient.hpp"
#include "minerva/training/graph_gradient.hpp"

namespace minerva::training {

Topology topology_of(const TrainingOptions& options, const Dataset& data) {
  std::vector<int> neurons = options.hidden;
  neurons.push_back(data.classes);
  return Topology(data.input_shape, neurons);
}

LayerGraph graph_of(const TrainingOptions& options, const Dataset& data) {
  return trains_graph(options) ? options.network : LayerGraph(topology_of(options, data));
}

std::size_t parameter_count(const TrainingOptions& options, const Dataset& data) {
  return trains_graph(options) ? GraphParameterLayout(options.network).size()
                               : ParameterLayout(topology_of(options, data)).size();
}

std::string recipe_of(const TrainingOptions& options, const Dataset& data) {
  return trains_graph(options) ? describe(options, options.network)
                               : describe(options, topology_of(options, data));
}

void take_layers(const LayerGraph& graph, TrainingOptions& options) {
  if (graph.is_dense_chain()) {
    options.hidden = hidden_of(graph.topology());
    options.network = {};
  } else {
    options.network = graph;
  }
}

std::vector<int> hidden_of(const Topology& topology) {
  expects(!topology.empty(), "hidden_of: a topology without layers");
  std::vector<int> hidden;
  for (int k = 0; k + 1 < topology.layers(); ++k) hidden.push_back(topology.fan_out(k));
  return hidden;
}

}  // namespace minerva::training
