#include "minerva/accelsim/simulate.hpp"

#include <memory>
#include <string>

#include "control.hpp"
#include "kernel_context.hpp"
#include "lane.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/core/errors.hpp"

namespace minerva {

const char* to_string(SimulationModel model) {
  return model == SimulationModel::stage_processes ? "stage_processes" : "lane_processes";
}

SimulationResult simulate(const QuantizedNetwork& network, const DesignPoint& point,
                          const std::vector<std::vector<std::int16_t>>& inputs,
                          SimulationModel /*model*/) {
  check_design_point(point);
  expects(!network.layers.empty(), "simulate: a network without layers");
  for (const auto& input : inputs) {
    expects(static_cast<int>(input.size()) == network.layers.front().n_in,
            "simulate: an input of another size than the network's");
  }
  check_weight_banks(network.topology(), point);
  if (inputs.empty()) return {};

  KernelContext kernel;
  MachineState machine(network, point);
  Sequencer sequencer("sequencer", machine, inputs);
  WriteControl write_control("write_control", machine);
  std::vector<std::unique_ptr<Lane>> lanes;
  for (int i = 0; i < point.lanes; ++i) {
    lanes.push_back(std::make_unique<Lane>(("lane_" + std::to_string(i)).c_str(), machine, i));
  }
  kernel.run();
  SimulationResult result = std::move(machine.result);
  for (const auto& lane : lanes) {
    const auto& reads = lane->weights().bank_reads();
    result.weight_bank_reads.insert(result.weight_bank_reads.end(), reads.begin(), reads.end());
  }
  return result;
}

}  // namespace minerva
