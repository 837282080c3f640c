#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "minerva/accelsim/machine.hpp"

namespace minerva::test {

/// One cycle of a prediction: what the stages worked on, and what stood in memories before it.
struct CycleRecord {
  CycleState state;
  std::vector<LaneRegisters> lanes;  ///< after the cycle
  std::vector<bool> readable[2];     ///< words of each activation half that this cycle can read
};

/// Something that happens in a cycle.
using Event = std::function<bool(const CycleRecord&)>;

/// The last M stage adds this chunk to the accumulators.
Event issue_of(int layer, int group, int first_input);
/// A takes this group.
Event take_of(int layer, int group);
/// WB writes this neuron.
Event write_of(int layer, int neuron, int lanes);
/// F1 can read word i of this half of the activation memory.
Event readable(int half, int i);
/// F1 reads this chunk.
Event fetch_of(int layer, int group, int first_input);

/// A machine under test, with three verbs: read, issue, expect_earliest.
class MachineHarness {
 public:
  MachineHarness(const QuantizedNetwork& network, const DesignPoint& point,
                 SimulationModel model = SimulationModel::stage_processes)
      : MachineHarness(quantized_graph(network), point, model) {}
  MachineHarness(QuantizedGraph network, const DesignPoint& point,
                 SimulationModel model = SimulationModel::stage_processes);

  /// Starts a prediction; illegal while one runs (ContractViolation).
  void issue(const std::vector<std::int16_t>& input);
  /// A cycle of the present prediction, which runs as far as needed.
  const CycleRecord& read(std::int64_t cycle);
  /// The event is in `cycle` and in none before.
  testing::AssertionResult expect_earliest(const Event& event, std::int64_t cycle);
  /// Every cycle of the prediction, run to its end.
  const std::vector<CycleRecord>& read_all();
  Machine& machine() { return *machine_; }

 private:
  void step();

  QuantizedGraph network_;
  std::unique_ptr<Machine> machine_;
  std::vector<CycleRecord> records_;
};

/// Every weight 1, every bias 0, thresholds off, formats in which nothing saturates.
QuantizedNetwork network_of_ones(const std::vector<int>& widths);
QuantizedGraph network_of_ones(const LayerGraph& graph);

}  // namespace minerva::test
