#pragma once
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "lane_datapath.hpp"
#include "machine_state.hpp"
#include "minerva/accelsim/machine.hpp"
#include "traced_signals.hpp"

namespace minerva {

/// The VCD file of a machine, by SystemC's own tracing: clock, shared registers, lanes' registers.
/// The file is open in the cycles that it shows.
class Waveform : public sc_core::sc_module {
 public:
  /// Throws UserError for a lane that is not there.
  Waveform(const sc_core::sc_module_name& name, MachineState& machine,
           const std::vector<std::unique_ptr<LaneModule>>& lanes, const WaveformOptions& options);
  ~Waveform() override;

  /// Takes back what is still to happen.
  void cancel() { falling_edge_.cancel(); }

  /// The clock period as time of the kernel. Throws UserError unless it is a whole number of
  /// picoseconds, the file's time step.
  static sc_core::sc_time cycle_time(double clock_period_ns);

  const std::vector<WaveformSignal>& signals() const { return traced_.signals(); }

 private:
  void rise();
  void fall();
  void open();
  void close();
  void trace_shared();
  void trace_operation(const Operation& op, const std::string& name);
  void trace_lane(const LaneRegisterPlaces& lane, const std::string& name);

  MachineState& machine_;
  const WaveformOptions options_;
  TracedSignals traced_;
  std::int64_t edges_ = 0;  ///< that were seen
  sc_core::sc_event falling_edge_;
  bool clock_ = false;
  sc_core::sc_trace_file* file_ = nullptr;  ///< null outside of the cycles that are shown
};

}  // namespace minerva
