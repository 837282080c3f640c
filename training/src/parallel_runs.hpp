#pragma once
#include <atomic>
#include <cstddef>
#include <exception>
#include <vector>

namespace minerva::training {

/// Calls run(0) .. run(count - 1), started in this order by `threads` threads. An exception keeps
/// further runs from starting; the one of the lowest index is thrown on when all have ended.
template <class Function>
void run_in_parallel(int count, int threads, const Function& run) {
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(count));
  std::atomic<bool> failed{false};
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (int i = 0; i < count; ++i) {
    if (failed) continue;
    try {
      run(i);
    } catch (...) {
      failures[static_cast<std::size_t>(i)] = std::current_exception();
      failed = true;
    }
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace minerva::training
