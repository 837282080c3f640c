#pragma once
#include <systemc>

namespace minerva {

/// A SystemC kernel of its own for one elaboration. The kernel allows a single elaboration per
/// context, so each simulation gets a fresh one; this is not standard SystemC and stays in this
/// class. Silent: information is dropped, warnings and errors become ContractViolation.
class KernelContext {
 public:
  KernelContext();
  ~KernelContext();
  KernelContext(const KernelContext&) = delete;
  KernelContext& operator=(const KernelContext&) = delete;

  /// Runs until no process has anything left to do.
  void run();

 private:
  sc_core::sc_simcontext* previous_;
  sc_core::sc_simcontext* previous_default_;
  sc_core::sc_report_handler_proc previous_handler_;
  sc_core::sc_simcontext* own_;
};

}  // namespace minerva
