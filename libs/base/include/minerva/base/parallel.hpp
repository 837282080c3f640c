#pragma once
#include <atomic>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>

namespace minerva {

/// Carries an exception out of a parallel region, which no exception may leave by itself (the
/// program would end by `terminate`). Of several it is that of the lowest index. Where the threads
/// take indices in rising order, no index below a failed one is left out, so that the exception is
/// the same at any number of threads.
class FirstException {
 public:
  /// Calls `work`, unless that of a lower index has failed.
  template <class Work>
  void guard(std::int64_t index, const Work& work) noexcept {
    if (index > lowest_.load(std::memory_order_relaxed)) return;
    try {
      work();
    } catch (...) {
      keep(index, std::current_exception());
    }
  }
  bool happened() const noexcept { return lowest_.load() != kNone; }
  /// Throws the exception, if there was one. After the region.
  void rethrow() const {
    if (happened()) std::rethrow_exception(exception_);
  }

 private:
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

  void keep(std::int64_t index, std::exception_ptr exception) noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (index >= lowest_.load()) return;
    lowest_ = index;
    exception_ = std::move(exception);
  }

  std::atomic<std::int64_t> lowest_{kNone};
  std::mutex mutex_;
  std::exception_ptr exception_;
};

// Every parallel loop of the project is one of these. They throw what an iteration throws, and the
// iterations that had not begun are then left out.

/// Calls body(0) .. body(count - 1), `chunk` neighbours at a time, each by the next thread that is
/// free. `body` may ask omp_get_thread_num().
template <class Body>
void for_each_index(std::int64_t count, int threads, int chunk, const Body& body) {
  FirstException failure;
#pragma omp parallel for num_threads(threads) schedule(dynamic, chunk)
  for (std::int64_t i = 0; i < count; ++i) failure.guard(i, [&] { body(i); });
  failure.rethrow();
}

/// The same for iterations that all cost the same and little: every thread takes one range.
template <class Body>
void for_each_index_evenly(std::int64_t count, int threads, const Body& body) {
  FirstException failure;
#pragma omp parallel for num_threads(threads) schedule(static)
  for (std::int64_t i = 0; i < count; ++i) failure.guard(i, [&] { body(i); });
  failure.rethrow();
}

/// Every thread makes a `Worker` of its own by make(), calls body(worker, index) for the indices
/// that it gets, and at its end finish(worker), one thread at a time and in any order; not when
/// anything has failed.
template <class Make, class Body, class Finish>
void for_each_index_with(std::int64_t count, int threads, int chunk, const Make& make,
                         const Body& body, const Finish& finish) {
  using Worker = decltype(make());
  FirstException failure;
#pragma omp parallel num_threads(threads)
  {
    // Threads must all come to the loop below, so a worker that cannot be made fails index 0.
    std::unique_ptr<Worker> worker;
    failure.guard(0, [&] { worker.reset(new Worker(make())); });
#pragma omp for schedule(dynamic, chunk)
    for (std::int64_t i = 0; i < count; ++i) {
      if (worker != nullptr) failure.guard(i, [&] { body(*worker, i); });
    }
#pragma omp critical(minerva_finish_worker)
    {
      if (worker != nullptr && !failure.happened()) failure.guard(count, [&] { finish(*worker); });
    }
  }
  failure.rethrow();
}

}  // namespace minerva
