#include "minerva/run/child_process.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "minerva/base/interruption.hpp"
#include "program.hpp"

namespace minerva::flow {
namespace {

using Clock = std::chrono::steady_clock;

TEST(ChildProcess, GivesOutputsAndCode) {
  for (const auto run : {run_child, run_child_until_interrupted}) {
    const auto ended =
        run({"sh", "-c", "echo out; echo err >&2; echo ${GONE-none}; exit 3"}, {"GONE"});
    ASSERT_TRUE(ended.has_value());
    EXPECT_EQ(ended->end.exit_code, 3);
    EXPECT_EQ(ended->standard_output, "out\nnone\n");
    EXPECT_EQ(ended->standard_error, "err\n");
    EXPECT_FALSE(run({"no-program-of-this-name"}, {}));
  }
}

/// A program that starts another and waits for it, as Yosys does; both go with the command.
TEST(ChildProcess, IsKilledWithItsOwnChildrenByAnInterruption) {
  const test::TemporaryFolder folder;
  const std::string pid = folder.path() + "/pid";
  std::thread signal([&] {
    while (!folder.has("pid")) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    request_interruption(SIGTERM);
  });
  const auto begin = Clock::now();
  EXPECT_THROW(run_child_until_interrupted(
                   {"sh", "-c",
                    "sleep 60 & echo $! > " + pid + ".new; mv " + pid + ".new " + pid + "; wait"}),
               Interrupted);
  signal.join();
  clear_interruption();
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(30));
  const pid_t grandchild = std::atoi(folder.read("pid").c_str());
  ASSERT_GT(grandchild, 1);
  // Its parent is gone, so that whoever reaps orphans does so at some time; it must not run.
  for (int look = 0; ::kill(grandchild, 0) == 0 && look < 1000; ++look) {
    const std::string state = test::read_whole("/proc/" + std::to_string(grandchild) + "/stat");
    if (state.find(") Z") != std::string::npos) break;
    ASSERT_LT(look, 999) << state;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace
}  // namespace minerva::flow
