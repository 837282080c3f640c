#include "minerva/base/interruption.hpp"

#include <atomic>
#include <string>

namespace minerva {
namespace {

std::atomic<int> requested{0};
static_assert(std::atomic<int>::is_always_lock_free, "set by a signal handler");

}  // namespace

Interrupted::Interrupted(int signal_number)
    : std::runtime_error("interrupted by signal " + std::to_string(signal_number)),
      signal(signal_number) {}

void request_interruption(int signal) noexcept {
  requested.store(signal, std::memory_order_relaxed);
}

int interruption_requested() noexcept { return requested.load(std::memory_order_relaxed); }

void throw_if_interrupted() {
  const int signal = interruption_requested();
  if (signal != 0) throw Interrupted(signal);
}

void clear_interruption() noexcept { requested.store(0, std::memory_order_relaxed); }

}  // namespace minerva
