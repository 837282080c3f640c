#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "program.hpp"
#include "run_folder.hpp"

// A run that is killed at any moment goes on to the same bits.
namespace minerva::test {
namespace {

using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

const std::string kQuick = std::string(MINERVA_SOURCE_DIR) + "/tests/support/quick.cfg";

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

class KilledRun : public testing::Test {
 protected:
  void SetUp() override {
    const auto begin = Clock::now();
    const pid_t whole = start_minerva(folder_.path(), {"run", kQuick, "--out", "whole"}, "log");
    ASSERT_EQ(exit_code_of(whole), 0) << folder_.read("log");
    duration_ = std::chrono::duration_cast<Microseconds>(Clock::now() - begin);
    whole_ = results_in(folder_.path() + "/whole");
    ASSERT_GE(whole_.size(), 20U);
  }

  /// Runs with a kill after `delay`; true when it had ended before.
  bool run_until(const std::string& out, Microseconds delay) const {
    const pid_t run = start_minerva(folder_.path(), {"run", kQuick, "--out", out}, "log");
    std::this_thread::sleep_for(delay);
    ::kill(run, SIGKILL);
    const int code = exit_code_of(run);
    EXPECT_TRUE(code == 0 || code == 128 + SIGKILL) << code << folder_.read("log");
    return code == 0;
  }

  TemporaryFolder folder_;
  Microseconds duration_{0};
  std::map<std::string, std::string> whole_;
};

TEST_F(KilledRun, EndsWithTheBitsOfAnUninterruptedOne) {
  const int kills_wanted = number_from("MINERVA_KILLS", 50);
  const int seed = number_from("MINERVA_SEED", static_cast<int>(std::random_device()() % 1000000));
  SCOPED_TRACE("MINERVA_SEED=" + std::to_string(seed));
  std::printf("MINERVA_SEED=%d, a run takes %.2f s\n", seed,
              static_cast<double>(duration_.count()) * 1e-6);
  std::mt19937 random(static_cast<unsigned>(seed));
  std::uniform_int_distribution<std::int64_t> moment(0, duration_.count());
  int kills = 0;
  int runs = 0;
  while (kills < kills_wanted) {
    const std::string out = "run" + std::to_string(runs++);
    int kills_of_this = 0;
    while (!run_until(out, Microseconds(moment(random)))) {
      ++kills_of_this;
      ASSERT_LT(kills_of_this, 200) << "a killed run never comes to its end";
    }
    kills += kills_of_this;
    const std::string run = folder_.path() + "/" + out;
    EXPECT_EQ(difference(whole_, results_in(run)), "") << "after " << kills_of_this << " kills";
    EXPECT_EQ(unfinished_files(run), std::vector<std::string>()) << kills_of_this << " kills";
    std::filesystem::remove_all(run);
    if (HasFailure()) break;
  }
  std::printf("%d kills, %d runs\n", kills, runs);
}

TEST_F(KilledRun, GoesOnAfterADiskThatWasFull) {
  // A limit on the size of files stands for a full disk: it stops the run at another file each
  // time.
  int refused = 0;
  for (const int blocks : {2, 8, 24, 64, 160}) {
    const ProgramResult full =
        run_in(folder_.path(), "ulimit -f " + std::to_string(blocks) + " && " + MINERVA_PROGRAM +
                                   " run " + kQuick + " --out full");
    if (full.exit_code == 0) continue;
    ++refused;
    EXPECT_EQ(full.exit_code, 2) << full.standard_error;
    EXPECT_NE(full.standard_error.find(": cannot write it: File too large"), std::string::npos)
        << full.standard_error;
    const ProgramResult rest = run_minerva(folder_.path(), "run " + kQuick + " --out full");
    EXPECT_EQ(rest.exit_code, 0) << rest.standard_error;
    EXPECT_EQ(difference(whole_, results_in(folder_.path() + "/full")), "") << blocks;
    EXPECT_EQ(unfinished_files(folder_.path() + "/full"), std::vector<std::string>());
    std::filesystem::remove_all(folder_.path() + "/full");
  }
  EXPECT_GE(refused, 3);
}

}  // namespace
}  // namespace minerva::test
