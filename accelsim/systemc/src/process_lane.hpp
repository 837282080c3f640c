#pragma once
#include <cstdint>
#include <systemc>
#include <vector>

#include "lane_datapath.hpp"

namespace minerva {

/// One datapath lane as a single process: it does WB, A, Ms .. M1 and F2 in this order, so that
/// each stage reads its registers before the stage in front of it writes them. The registers are
/// plain members, since nothing else reads them.
class ProcessLane : public sc_core::sc_module, public LaneModule {
 public:
  ProcessLane(const sc_core::sc_module_name& name, MachineState& machine, int index);
  LaneRegisters registers() const override;
  LaneRegisterPlaces places() const override;

 private:
  void step();
  void multiply(std::size_t stage, const Operation& op);

  MachineState& machine_;
  std::vector<std::int64_t> accumulators_;
  std::vector<int> accumulator_neurons_;  ///< channel of each
  std::int64_t result_ = 0;
  int result_neuron_ = kNoNeuron;
  std::vector<std::int32_t> weight_words_;
  std::vector<std::int64_t> sums_;
};

}  // namespace minerva
