#pragma once
#include <pybind11/pybind11.h>

#include <csignal>
#include <exception>
#include <optional>
#include <utility>

#include "minerva/base/interruption.hpp"

namespace minerva::python {

/// Makes Ctrl-C a request that the libraries notice between their steps, for as long as it lives:
/// Python's own handler would run only after the call. In other threads than the main one nothing
/// changes, since Python handles signals in the main thread alone.
class InterruptibleCall {
 public:
  InterruptibleCall();
  ~InterruptibleCall();
  InterruptibleCall(const InterruptibleCall&) = delete;
  InterruptibleCall& operator=(const InterruptibleCall&) = delete;

 private:
  std::optional<struct sigaction> before_;
};

/// Hands a signal that came during a call to Python, whose handler then runs. Needs the lock of the
/// interpreter. Throws KeyboardInterrupt, or what the handler raises, when the call was `stopped`.
void pass_interruption_on(bool stopped);

/// Does work of the libraries without the lock of the interpreter, so that other threads of Python
/// go on, and ends it on Ctrl-C. The work must not touch objects of Python.
template <typename Work>
auto long_call(const Work& work) -> decltype(work()) {
  std::optional<decltype(work())> result;
  std::exception_ptr failure;
  bool stopped = false;
  {
    const pybind11::gil_scoped_release released;
    const InterruptibleCall interruptible;
    try {
      result.emplace(work());
    } catch (const Interrupted&) {
      stopped = true;
    } catch (...) {
      failure = std::current_exception();
    }
  }
  pass_interruption_on(stopped);
  if (failure) std::rethrow_exception(failure);
  return std::move(*result);
}

}  // namespace minerva::python
