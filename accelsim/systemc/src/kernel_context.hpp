#pragma once
#include <systemc>

namespace minerva {

/// A SystemC kernel of its own for one elaboration. The kernel allows a single elaboration per
/// context, so each machine gets a fresh one; this is not standard SystemC and stays in this
/// class. One may live at a time. Silent: information is dropped; warnings, errors and what
/// processes throw become ContractViolation.
class KernelContext {
 public:
  /// Throws ContractViolation while another one lives.
  KernelContext();
  ~KernelContext();
  KernelContext(const KernelContext&) = delete;
  KernelContext& operator=(const KernelContext&) = delete;

  /// Runs until no process has anything left to do.
  void run();
  /// Runs for a time in which something is to be done.
  void run_for(const sc_core::sc_time& time);
  /// The same, but ends before `time` where nothing is left to do; false when nothing is left.
  bool run_at_most(const sc_core::sc_time& time);

 private:
  sc_core::sc_simcontext* previous_;
  sc_core::sc_simcontext* previous_default_;
  sc_core::sc_report_handler_proc previous_handler_;
  sc_core::sc_simcontext* own_;
};

}  // namespace minerva
