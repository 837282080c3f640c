#include "minerva/base/parallel.hpp"

#include <gtest/gtest.h>
#include <omp.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

/// Calls of operator new until one fails; negative: none does.
std::atomic<std::int64_t> allocations_left{-1};

}  // namespace

// Clang's thread sanitizer has an operator new of its own.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MINERVA_OWN_NEW_IS_TAKEN
#endif
#endif

// Every allocation of this program, so that one of them can be made to fail wherever it is.
#ifndef MINERVA_OWN_NEW_IS_TAKEN
__attribute__((noinline)) void* operator new(std::size_t bytes) {
  if (allocations_left >= 0 && allocations_left.fetch_sub(1) == 0) throw std::bad_alloc();
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif

namespace minerva {
namespace {

constexpr int kThreads = 4;

/// What a loop threw, as text.
template <class Loop>
std::string thrown_by(const Loop& loop) {
  try {
    loop();
  } catch (const std::bad_alloc&) {
    return "out of memory";
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing";
}

TEST(ParallelLoop, VisitsEveryIndexOnce) {
  for (const int threads : {1, kThreads}) {
    for (const std::int64_t count : {0, 1, 7, 1000}) {
      std::vector<int> visits(static_cast<std::size_t>(count), 0);
      const auto visit = [&](std::int64_t i) { ++visits[static_cast<std::size_t>(i)]; };
      for_each_index(count, threads, 3, visit);
      for_each_index_evenly(count, threads, visit);
      std::int64_t total = 0;
      for_each_index_with(
          count, threads, 3, [] { return std::int64_t{0}; },
          [&](std::int64_t& mine, std::int64_t i) {
            ++mine;
            visit(i);
          },
          [&](std::int64_t mine) { total += mine; });
      EXPECT_EQ(visits, std::vector<int>(static_cast<std::size_t>(count), 3));
      EXPECT_EQ(total, count);
    }
  }
}

TEST(ParallelLoop, ThrowsTheExceptionOfTheLowestIndexAtAnyNumberOfThreads) {
  for (int repetition = 0; repetition < 50; ++repetition) {
    for (const int threads : {1, 2, kThreads}) {
      const auto fail = [](std::int64_t i) {
        if (i >= 5 && i % 2 == 1) throw std::runtime_error("index " + std::to_string(i));
      };
      EXPECT_EQ(thrown_by([&] { for_each_index(64, threads, 1, fail); }), "index 5");
      EXPECT_EQ(thrown_by([&] {
                  for_each_index_with(
                      64, threads, 1, [] { return 0; }, [&](int&, std::int64_t i) { fail(i); },
                      [](int) {});
                }),
                "index 5");
      EXPECT_EQ(thrown_by([&] { for_each_index_evenly(64, threads, fail); }), "index 5");
    }
  }
}

TEST(ParallelLoop, LeavesOutWhatComesAfterAFailure) {
  std::atomic<int> visits{0};
  EXPECT_EQ(thrown_by([&] {
              for_each_index(1'000'000, kThreads, 1, [&](std::int64_t i) {
                ++visits;
                if (i == 3) throw std::runtime_error("third");
              });
            }),
            "third");
  EXPECT_LT(visits, 1'000'000);
}

TEST(ParallelLoop, AWorkerThatCannotBeMadeOrFinishedIsAnExceptionToo) {
  const auto with = [](bool make_fails, bool finish_fails) {
    return thrown_by([=] {
      for_each_index_with(
          100, kThreads, 1,
          [=] {
            if (make_fails) throw std::runtime_error("make");
            return 0;
          },
          [](int&, std::int64_t) {},
          [=](int) {
            if (finish_fails) throw std::runtime_error("finish");
          });
    });
  };
  EXPECT_EQ(with(false, false), "nothing");
  EXPECT_EQ(with(true, true), "make");
  EXPECT_EQ(with(false, true), "finish");
}

/// Whichever allocation of a loop fails, in whichever thread, the caller sees std::bad_alloc.
TEST(ParallelLoop, CarriesOutOfMemoryFromEveryAllocation) {
#ifdef MINERVA_OWN_NEW_IS_TAKEN
  GTEST_SKIP() << "allocations cannot be made to fail here";
#endif
  const auto allocate = [](std::int64_t i) {
    std::vector<std::int64_t> values(static_cast<std::size_t>(i % 5 + 1), i);
    ASSERT_EQ(values.front(), i);
  };
  const auto loop = [&] {
    for_each_index(40, kThreads, 1, allocate);
    for_each_index_evenly(40, kThreads, allocate);
    std::vector<std::int64_t> sums;
    for_each_index_with(
        40, kThreads, 1, [] { return std::vector<std::int64_t>(3); },
        [](std::vector<std::int64_t>& mine, std::int64_t i) { mine.push_back(i); },
        [&](const std::vector<std::int64_t>& mine) {
          sums.push_back(std::accumulate(mine.begin(), mine.end(), std::int64_t{0}));
        });
  };
  loop();
  int failures = 0;
  for (std::int64_t n = 0; n < 100; ++n) {
    allocations_left = n;
    const std::string thrown = thrown_by(loop);
    const bool was_reached = allocations_left < 0;
    allocations_left = -1;
    if (was_reached) {
      EXPECT_EQ(thrown, "out of memory") << "allocation " << n;
      ++failures;
    }
  }
  EXPECT_GT(failures, 80) << "needs loops that allocate";
}

TEST(ParallelLoop, KeepsTheNumberOfItsThread) {
  std::vector<std::atomic<int>> of_thread(kThreads);
  for_each_index(1000, kThreads, 1, [&](std::int64_t) {
    ++of_thread[static_cast<std::size_t>(omp_get_thread_num())];
  });
  int total = 0;
  for (const auto& each : of_thread) total += each;
  EXPECT_EQ(total, 1000);
}

}  // namespace
}  // namespace minerva
