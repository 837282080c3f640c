#pragma once
#include <stdexcept>

namespace minerva {

/// The user or the system asked the program to end (SIGINT, SIGTERM). Not an error: what is done
/// so far stays. Passes through every library to the program, which says so and ends.
class Interrupted : public std::runtime_error {
 public:
  explicit Interrupted(int signal_number);
  int signal;
};

/// Asks whatever runs to end at the next throw_if_interrupted. May be called by a signal handler.
void request_interruption(int signal) noexcept;
/// The signal that asked; 0: none did. One relaxed load, cheap enough for every step.
int interruption_requested() noexcept;
/// Throws Interrupted once somebody asked. Long loops call it between steps that leave their state
/// whole, never inside a parallel region that lets no exception out.
void throw_if_interrupted();
/// Forgets the request, for tests.
void clear_interruption() noexcept;

}  // namespace minerva
