#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "program.hpp"
#include "run_folder.hpp"

// How threads wait for each other is the program's choice, unless the environment says it.
namespace minerva::test {
namespace {

/// The environment of a program that is running, by its process.
std::string environment_of(const std::string& set) {
  for (const char* variable : {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"}) {
    ::unsetenv(variable);
  }
  if (!set.empty()) ::setenv("OMP_WAIT_POLICY", set.c_str(), 1);
  const TemporaryFolder folder;
  const pid_t process = start_minerva(
      folder.path(), {"data", "digits", "--data.train_samples=200000", "--threads=2"}, "log");
  std::string environment;
  for (int i = 0; i < 1000; ++i) {
    environment = "\n" + read_whole("/proc/" + std::to_string(process) + "/environ");
    for (char& c : environment) c = c == '\0' ? '\n' : c;
    if (environment.find("\nGOMP_SPINCOUNT=") != std::string::npos || i > 100) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ::kill(process, SIGKILL);
  EXPECT_EQ(exit_code_of(process), 128 + SIGKILL) << folder.read("log");
  return environment;
}

TEST(ThreadWaiting, IsShortUnlessTheEnvironmentSaysOtherwise) {
  const std::string chosen = environment_of("");
  EXPECT_NE(chosen.find("\nGOMP_SPINCOUNT="), std::string::npos);
  EXPECT_NE(chosen.find("\nKMP_BLOCKTIME="), std::string::npos);
  const std::string given = environment_of("active");
  EXPECT_NE(given.find("\nOMP_WAIT_POLICY=active"), std::string::npos);
  EXPECT_EQ(given.find("\nGOMP_SPINCOUNT="), std::string::npos);
}

}  // namespace
}  // namespace minerva::test
