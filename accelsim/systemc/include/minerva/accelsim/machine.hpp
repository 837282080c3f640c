#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "minerva/accelsim/cycle_state.hpp"
#include "minerva/accelsim/simulate.hpp"
#include "minerva/accelsim/waveform_view.hpp"
#include "minerva/design/bank_counts.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// Waveforms of a machine, as a file of value changes (VCD). A cycle lasts the clock period.
struct WaveformOptions {
  std::string path;  ///< ends in ".vcd"; empty: no file
  int lane = -1;     ///< whose registers are written; -1: every lane's
  /// The file shows cycles first_cycle to end_cycle - 1, counted from cycle 0 of the first
  /// prediction through all of them. It begins half a cycle before the edge of first_cycle, with
  /// the values on which that cycle works, and ends before the edge of end_cycle.
  std::int64_t first_cycle = 0;
  std::int64_t end_cycle = std::numeric_limits<std::int64_t>::max();
};

struct MachineOptions {
  SimulationModel model = SimulationModel::stage_processes;
  WaveformOptions waveform;
};

/// The SystemC model of the accelerator, to be stepped. One prediction runs at a time, or
/// one batch of point.batch_size predictions or fewer:
///
///   Machine machine(network, point);
///   machine.issue(input);
///   while (machine.running()) machine.step();
///   machine.result().predicted_classes.front();
///
/// One Machine may live at a time, since the SystemC kernel is one a process; not thread-safe.
class Machine {
 public:
  /// `network` must outlive the machine. Throws UserError for an illegal point, formats that the
  /// network cannot run in (check_graph_plan), memories too small and a waveform lane that is not
  /// there; ContractViolation while another machine lives.
  Machine(const QuantizedGraph& network, const DesignPoint& point,
          const MachineOptions& options = {});
  /// The same of a dense chain, which the machine copies.
  Machine(const QuantizedNetwork& network, const DesignPoint& point,
          const MachineOptions& options = {});
  /// Ends the waveform file, if there is one.
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// Fills the input memory (codes of the first layer's X, one prediction behind the other), which
  /// takes no time: the next step is cycle 0 of the batch. Throws ContractViolation while a batch
  /// runs, and for an input of another size than that of 1 to point.batch_size predictions.
  void issue(const std::vector<std::int16_t>& input);
  /// A batch was issued and its last word is not written yet.
  bool running() const;
  /// Runs one cycle; ContractViolation when nothing runs.
  void step();
  /// Runs the batch to its end, faster than steps. `now_and_then` is called every few thousand
  /// cycles, and may throw, to end the machine with the batch.
  void run(const std::function<void()>& now_and_then = {});

  /// The cycle of the last step().
  const CycleState& state() const;
  int lanes() const;
  LaneRegisters lane(int index) const;
  /// Word i of a region of the activation memory (of a chain: half k mod 2 is layer k's, 0-based),
  /// if it can be read in the next cycle: the layer that owns the region has written it.
  std::optional<std::int16_t> activation(int region, int i) const;

  /// The last finished batch; ContractViolation when there is none or one is running.
  const SimulatedBatch& result() const;
  /// Of all batches so far.
  BankAccesses bank_accesses() const;
  /// The signals of the waveform file in their order; empty without one.
  std::vector<WaveformSignal> waveform_signals() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace minerva
