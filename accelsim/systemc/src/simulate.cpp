#include "minerva/accelsim/simulate.hpp"

#include "minerva/accelsim/machine.hpp"

namespace minerva {

SimulationResult simulate(const QuantizedGraph& network, const DesignPoint& point,
                          const std::vector<std::vector<std::int16_t>>& inputs,
                          SimulationModel model) {
  MachineOptions options;
  options.model = model;
  Machine machine(network, point, options);
  SimulationResult result;
  for (const auto& input : inputs) {
    machine.issue(input);
    machine.run();
    result.samples.push_back(machine.result());
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
