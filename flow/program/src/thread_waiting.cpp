#include "thread_waiting.hpp"

#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>

namespace minerva::flow {
namespace {

/// Rounds of GCC's OpenMP library before a waiting thread sleeps; its own choice is 300,000, about
/// a millisecond. docs/performance.md has what other choices cost, on a quiet and on a busy
/// machine.
constexpr const char* kSpinRounds = "1000";

bool is_set(const char* variable) { return std::getenv(variable) != nullptr; }

}  // namespace

void choose_thread_waiting(char** arguments) {
  if (is_set("OMP_WAIT_POLICY") || is_set("GOMP_SPINCOUNT") || is_set("KMP_BLOCKTIME")) return;
  std::array<char, PATH_MAX> program{};
  const ssize_t length = ::readlink("/proc/self/exe", program.data(), program.size() - 1);
  if (length <= 0 || ::setenv("GOMP_SPINCOUNT", kSpinRounds, 1) != 0) return;
  ::setenv("KMP_BLOCKTIME", "0", 1);  // the same for Clang's library
  ::execv(program.data(), arguments);
}

}  // namespace minerva::flow
