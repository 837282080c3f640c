#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/workloads/profile.hpp"

namespace minerva::workloads {

/// Measures the operations of LibTorch (RecordFunction) between begin_step and end_step on the
/// calling thread, on which gradients of CPU tensors are computed, too. An operation's own time is
/// its duration without that of operations inside it; a scope "op:TYPE" of a workload counts as one
/// operation with all that is inside. One recorder exists at a time.
class OperationRecorder {
 public:
  explicit OperationRecorder(Clock clock = Clock::wall);
  ~OperationRecorder();
  OperationRecorder(const OperationRecorder&) = delete;
  OperationRecorder& operator=(const OperationRecorder&) = delete;

  void begin_step();
  void end_step();
  /// What was measured so far, heaviest operations first, into step_us and operations.
  void write_to(WorkloadProfile& profile) const;
  /// The operations of the last step.
  std::vector<TraceEvent> last_step() const;
};

/// "LibTorch 1.13.1".
std::string library_text();

}  // namespace minerva::workloads
