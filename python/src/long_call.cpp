#include "long_call.hpp"

#include <sys/syscall.h>
#include <unistd.h>

namespace minerva::python {
namespace {

bool is_main_thread() { return ::syscall(SYS_gettid) == ::getpid(); }

extern "C" void request_by_signal(int signal) { request_interruption(signal); }

}  // namespace

InterruptibleCall::InterruptibleCall() {
  if (!is_main_thread()) return;
  struct sigaction now {};
  if (::sigaction(SIGINT, nullptr, &now) != 0 || now.sa_handler == SIG_IGN) return;
  struct sigaction ours {};
  ours.sa_handler = request_by_signal;
  ours.sa_flags = SA_RESTART;
  ::sigemptyset(&ours.sa_mask);
  if (::sigaction(SIGINT, &ours, nullptr) == 0) before_ = now;
}

InterruptibleCall::~InterruptibleCall() {
  if (before_) ::sigaction(SIGINT, &*before_, nullptr);
}

void pass_interruption_on(bool stopped) {
  if (interruption_requested() != 0 && is_main_thread()) {
    clear_interruption();
    PyErr_SetInterrupt();
  }
  if (!stopped) return;
  if (PyErr_CheckSignals() != 0) throw pybind11::error_already_set();
  PyErr_SetNone(PyExc_KeyboardInterrupt);
  throw pybind11::error_already_set();
}

}  // namespace minerva::python
