#include "minerva/training/trained_topology.hpp"

#include "minerva/base/errors.hpp"

namespace minerva::training {

Topology topology_of(const TrainingOptions& options, const Dataset& data) {
  std::vector<int> neurons = options.hidden;
  neurons.push_back(data.classes);
  return Topology(data.input_shape, neurons);
}

std::vector<int> hidden_of(const Topology& topology) {
  expects(!topology.empty(), "hidden_of: a topology without layers");
  std::vector<int> hidden;
  for (int k = 0; k + 1 < topology.layers(); ++k) hidden.push_back(topology.fan_out(k));
  return hidden;
}

}  // namespace minerva::training
