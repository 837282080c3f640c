#include <gtest/gtest.h>
#include <omp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <new>
#include <set>
#include <stdexcept>

#include "minerva/accelsim/verify_points.hpp"
#include "minerva/accelsim/worker_processes.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::dse {
namespace {

/// A team of threads in this process, as every stage before the verification leaves one.
int sum_with_openmp() {
  int sum = 0;
#pragma omp parallel for num_threads(4) reduction(+ : sum)
  for (int i = 0; i < 1000; ++i) sum += i;
  return sum;
}

bool no_child_left() {
  int status = 0;
  return ::waitpid(-1, &status, WNOHANG) == -1 && errno == ECHILD;
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "(no error)";
}

TEST(WorkerProcesses, ResultsStandInTheOrderOfTheTasks) {
  ASSERT_EQ(sum_with_openmp(), 499500);
  for (const int workers : {1, 2, 5, 50}) {
    int done = 0;
    const std::vector<std::string> results = run_in_processes(
        20, workers,
        [](std::size_t i) {
          // Sizes below, at and far above a pipe's buffer; later tasks are faster.
          ::usleep(static_cast<useconds_t>(1000 * (20 - i) / 10));
          return std::string(i * i * 1000, static_cast<char>('a' + i));
        },
        [&done] { ++done; });
    ASSERT_EQ(results.size(), 20U);
    for (std::size_t i = 0; i < 20; ++i) {
      ASSERT_EQ(results[i], std::string(i * i * 1000, static_cast<char>('a' + i)));
    }
    EXPECT_EQ(done, 20);
  }
  EXPECT_TRUE(run_in_processes(0, 3, [](std::size_t) { return ""; }).empty());
  EXPECT_TRUE(no_child_left());
  EXPECT_EQ(sum_with_openmp(), 499500);
}

TEST(WorkerProcesses, RunInOtherProcessesAndShareTheTasks) {
  const std::vector<std::string> results = run_in_processes(40, 2, [](std::size_t) {
    ::usleep(2000);
    return std::to_string(::getpid());
  });
  const std::set<std::string> processes(results.begin(), results.end());
  EXPECT_EQ(processes.size(), 2U);
  EXPECT_EQ(processes.count(std::to_string(::getpid())), 0U);
}

TEST(WorkerProcesses, ACrashIsAnErrorThatNamesTheTask) {
  const auto crash_at_7 = [](void (*crash)()) {
    return error_of([crash] {
      run_in_processes(20, 2, [crash](std::size_t i) {
        if (i == 7) crash();
        return std::string("fine");
      });
    });
  };
  const std::string killed = crash_at_7([] { ::kill(::getpid(), SIGKILL); });
  EXPECT_NE(killed.find("ended by signal"), std::string::npos) << killed;
  EXPECT_NE(killed.find("at task 7"), std::string::npos) << killed;
  const std::string left = crash_at_7([] { ::_exit(0); });  // as if nothing had happened
  EXPECT_NE(left.find("status 0 at task 7"), std::string::npos) << left;
  const std::string status = crash_at_7([] { ::_exit(3); });
  EXPECT_NE(status.find("status 3 at task 7"), std::string::npos) << status;
  EXPECT_TRUE(no_child_left());
}

TEST(WorkerProcesses, AnExceptionIsPassedOn) {
  const std::string error = error_of([] {
    run_in_processes(9, 3, [](std::size_t i) -> std::string {
      if (i == 4) throw std::logic_error("a broken contract");
      return "fine";
    });
  });
  EXPECT_NE(error.find("task 4"), std::string::npos) << error;
  EXPECT_NE(error.find("a broken contract"), std::string::npos) << error;
  EXPECT_TRUE(no_child_left());
}

TEST(WorkerProcesses, OutOfMemoryInAChildIsOutOfMemory) {
  EXPECT_THROW(run_in_processes(9, 3,
                                [](std::size_t i) -> std::string {
                                  if (i == 4) throw std::bad_alloc();
                                  return "fine";
                                }),
               std::bad_alloc);
  EXPECT_TRUE(no_child_left());
}

TEST(WorkerProcesses, TooFewOpenFilesAreNoDefect) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = before;
  few.rlim_cur = 12;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  std::string what;
  try {
    run_in_processes(64, 32, [](std::size_t) { return std::string(); });
  } catch (const ResourceFailure& failure) {
    what = failure.what();
  }
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(what.rfind("cannot open a pipe for worker process ", 0), 0U) << what;
  EXPECT_NE(what.find("of 32: Too many open files"), std::string::npos) << what;
  EXPECT_TRUE(no_child_left());
}

TEST(WorkerProcesses, ExitHandlersBelongToTheCaller) {
  static bool called = false;
  std::atexit([] {
    if (called) ::abort();  // a second call would be a child's
    called = true;
  });
  run_in_processes(4, 2, [](std::size_t) { return std::string(); });
  EXPECT_FALSE(called);
}

TEST(VerifyPoints, MachinesAgreeAlsoAfterOpenMpRegions) {
  ASSERT_EQ(sum_with_openmp(), 499500);
  const Topology topology{{13, 7, 5}};
  const QFormat start{6, 10};
  const QuantizationPlan plan = uniform_plan(topology.layers(), {start, start, start});
  const QuantizedGraph network = random_network(topology, plan, 1);
  const auto inputs = random_inputs(network, 3, 1);
  ASSERT_EQ(inputs.size(), 3U);
  std::vector<DesignPoint> points(6);
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i].lanes = 1 + static_cast<int>(i);
    points[i].multiplier_stages = 1 + static_cast<int>(i % 3);
  }
  for (const int workers : {1, 3}) {
    const auto differences =
        verify_points(network, points, inputs, SimulationModel::lane_processes, workers);
    ASSERT_EQ(differences.size(), points.size());
    for (const auto& lines : differences) EXPECT_TRUE(lines.empty()) << lines.front();
  }
  EXPECT_EQ(sum_with_openmp(), 499500);
}

TEST(VerifyPoints, WhatSystemCRefusesIsNoSilentPass) {
  const Topology topology{{13, 7, 5}};
  const QFormat start{6, 10};
  const QuantizedGraph network =
      random_network(topology, uniform_plan(topology.layers(), {start, start, start}), 1);
  DesignPoint illegal;
  illegal.lanes = 0;
  EXPECT_NE(error_of([&] {
              verify_points(network, {DesignPoint{}, illegal}, random_inputs(network, 1, 1),
                            SimulationModel::stage_processes, 2);
            }).find("task 1"),
            std::string::npos);
}

TEST(RandomNetwork, HasZerosAndAllMagnitudesAndDependsOnTheSeedAlone) {
  const Topology topology{{40, 30, 10}};
  const QFormat start{6, 10};
  const QuantizationPlan plan = uniform_plan(topology.layers(), {start, start, start});
  const QuantizedGraph network = random_network(topology, plan, 5);
  EXPECT_EQ(network.graph.topology(), topology);
  std::set<int> magnitudes;
  for (const std::int16_t w : network.layers[0].weights) {
    int bits = 0;
    for (int v = std::abs(int{w}); v > 0; v /= 2) ++bits;
    magnitudes.insert(bits);
  }
  EXPECT_GE(magnitudes.size(), 15U);
  EXPECT_EQ(magnitudes.count(0), 1U);
  EXPECT_EQ(random_network(topology, plan, 5).layers[1].weights, network.layers[1].weights);
  EXPECT_NE(random_network(topology, plan, 6).layers[1].weights, network.layers[1].weights);
  EXPECT_EQ(random_inputs(network, 2, 5), random_inputs(network, 2, 5));
}

}  // namespace
}  // namespace minerva::dse
