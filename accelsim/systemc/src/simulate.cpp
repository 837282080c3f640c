#include "minerva/accelsim/simulate.hpp"

#include "minerva/accelsim/machine.hpp"

namespace minerva {

std::vector<int> SimulationResult::predicted_classes() const {
  std::vector<int> all;
  for (const SimulatedBatch& batch : batches) {
    all.insert(all.end(), batch.predicted_classes.begin(), batch.predicted_classes.end());
  }
  return all;
}

SimulationResult simulate(const QuantizedGraph& network, const DesignPoint& point,
                          const std::vector<std::vector<std::int16_t>>& inputs,
                          SimulationModel model) {
  MachineOptions options;
  options.model = model;
  Machine machine(network, point, options);
  SimulationResult result;
  for (const auto& batch : batches_of(inputs, point.batch_size)) {
    machine.issue(batch);
    machine.run();
    result.batches.push_back(machine.result());
  }
  result.bank_accesses = machine.bank_accesses();
  return result;
}

SimulationResult simulate(const QuantizedNetwork& network, const DesignPoint& point,
                          const std::vector<std::vector<std::int16_t>>& inputs,
                          SimulationModel model) {
  return simulate(quantized_graph(network), point, inputs, model);
}

}  // namespace minerva
