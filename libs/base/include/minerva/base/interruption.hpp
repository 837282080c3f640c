#pragma once
#include <stdexcept>

namespace minerva {

/// The user or the system asked the program to end (SIGINT, SIGTERM). This is not an error: the
/// results so far stay. The exception passes through every library to the program, which prints a
/// line about it and ends.
class Interrupted : public std::runtime_error {
 public:
  explicit Interrupted(int signal_number);
  int signal;
};

/// Makes the next throw_if_interrupted throw. A signal handler may call it.
void request_interruption(int signal) noexcept;
/// The signal that requested the interruption, or 0 when there was none. It costs one relaxed load,
/// so long loops can call it in every step.
int interruption_requested() noexcept;
/// Throws Interrupted when an interruption was requested. Long loops call it between steps, where
/// their state is complete, and never inside an OpenMP region but the loops of parallel.hpp, because
/// no exception may leave one.
void throw_if_interrupted();
/// Removes the request; for tests.
void clear_interruption() noexcept;

}  // namespace minerva
