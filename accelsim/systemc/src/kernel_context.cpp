#include "kernel_context.hpp"

#include <cstdlib>
#include <string>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

void refuse_reports(const sc_core::sc_report& report, const sc_core::sc_actions&) {
  if (report.get_severity() == sc_core::SC_INFO) return;
  throw ContractViolation(std::string("SystemC: ") + report.get_msg_type() + ": " +
                          report.get_msg());
}

bool context_lives = false;

/// The program's first context; it stays for good, since deleting it breaks the kernel at exit.
sc_core::sc_simcontext* first_context() {
  expects(!context_lives, "a second SystemC machine while one lives");
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);  // the library prints otherwise
  return sc_core::sc_get_curr_simcontext();
}

}  // namespace

KernelContext::KernelContext()
    : previous_(first_context()),
      previous_default_(sc_core::sc_default_global_context),
      previous_handler_(sc_core::sc_report_handler::get_handler()),
      own_(new sc_core::sc_simcontext) {
  sc_core::sc_report_handler::set_handler(refuse_reports);
  sc_core::sc_curr_simcontext = own_;
  sc_core::sc_default_global_context = own_;
  context_lives = true;
}

KernelContext::~KernelContext() {
  sc_core::sc_curr_simcontext = previous_;
  sc_core::sc_default_global_context = previous_default_;
  delete own_;
  sc_core::sc_report_handler::set_handler(previous_handler_);
  context_lives = false;
}

// The kernel turns whatever a process throws into a report of its own.
void KernelContext::run() {
  try {
    sc_core::sc_start();
  } catch (const sc_core::sc_report& report) {
    throw ContractViolation(report.get_msg());
  }
}

void KernelContext::run_for(const sc_core::sc_time& time) {
  try {
    sc_core::sc_start(time);
  } catch (const sc_core::sc_report& report) {
    throw ContractViolation(report.get_msg());
  }
}

bool KernelContext::run_at_most(const sc_core::sc_time& time) {
  try {
    sc_core::sc_start(time, sc_core::SC_EXIT_ON_STARVATION);
  } catch (const sc_core::sc_report& report) {
    throw ContractViolation(report.get_msg());
  }
  return sc_core::sc_pending_activity();
}

}  // namespace minerva
