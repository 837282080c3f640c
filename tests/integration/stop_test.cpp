#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "program.hpp"
#include "run_folder.hpp"

// A run that is asked to end, and a folder that two processes want.
namespace minerva::test {
namespace {

using Milliseconds = std::chrono::milliseconds;

const std::string kQuick = std::string(MINERVA_SOURCE_DIR) + "/tests/support/quick.cfg";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Stop : public testing::Test {
 protected:
  pid_t start(const std::vector<std::string>& more, const std::string& log = "log") const {
    std::vector<std::string> words = {"run", kQuick, "--out", "r"};
    words.insert(words.end(), more.begin(), more.end());
    return start_minerva(folder_.path(), words, log);
  }
  /// Waits until the log says so.
  bool wait_for(const std::string& text) const {
    for (int i = 0; i < 6000; ++i) {
      if (contains(folder_.read("log"), text)) return true;
      std::this_thread::sleep_for(Milliseconds(5));
    }
    return false;
  }

  TemporaryFolder folder_;
  /// Makes stage 5 last minutes.
  const std::vector<std::string> long_faults_ = {"--faults.maps=20000", "--faults.maps_max=20000"};
};

TEST_F(Stop, EndsWithWhatIsDoneAndGoesOn) {
  for (const int signal : {SIGINT, SIGTERM}) {
    SCOPED_TRACE(signal);
    const pid_t run = start(long_faults_);
    ASSERT_TRUE(wait_for("stage 5 faults: ")) << folder_.read("log");
    const auto asked = std::chrono::steady_clock::now();
    ::kill(run, signal);
    EXPECT_EQ(exit_code_of(run), 128 + signal);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(10));
    const std::string log = folder_.read("log");
    EXPECT_TRUE(contains(log,
                         "minerva: stopped in stage 5 faults; done: 1 train, 1 noise, 2 dse, "
                         "3 quantize, 4 prune; the same command goes on there"))
        << log;
    const auto summary = nlohmann::json::parse(folder_.read("r/summary.json"));
    EXPECT_EQ(summary.at("stages").size(), 4U);
    EXPECT_EQ(unfinished_files(folder_.path() + "/r"), std::vector<std::string>());
  }
  const ProgramResult rest = run_minerva(folder_.path(), "run " + kQuick + " --out r");
  EXPECT_EQ(stages_done(rest.standard_error), std::vector<std::string>{"faults"});
}

TEST_F(Stop, ATrainingThatIsStoppedLosesNothing) {
  const pid_t run = start({"--training.epochs=100000", "--sweep.search=none"});
  ASSERT_TRUE(wait_for("stage 1 train: ")) << folder_.read("log");
  std::this_thread::sleep_for(Milliseconds(300));
  ::kill(run, SIGTERM);
  EXPECT_EQ(exit_code_of(run), 128 + SIGTERM);
  EXPECT_TRUE(contains(folder_.read("log"), "stopped in stage 1 train; done: none"));
  int checkpoints = 0;
  for (const std::string& name : folder_.names()) checkpoints += contains(name, ".checkpoint");
  EXPECT_GE(checkpoints, 1);
}

TEST_F(Stop, ASecondSignalEndsAtOnce) {
  // Two signals before the first can be looked at: the process dies by the second. One thread: of
  // several, one could look at the first while another has yet to wake up for the second.
  std::vector<std::string> arguments = long_faults_;
  arguments.push_back("--threads=1");
  const pid_t run = start(arguments);
  ASSERT_TRUE(wait_for("stage 5 faults: "));
  ::kill(run, SIGSTOP);
  int status = 0;
  ASSERT_EQ(::waitpid(run, &status, WUNTRACED), run);  // until every thread stands still
  ASSERT_TRUE(WIFSTOPPED(status));
  ::kill(run, SIGTERM);
  ::kill(run, SIGINT);
  ::kill(run, SIGCONT);
  const int code = exit_code_of(run);
  EXPECT_TRUE(code == 128 + SIGTERM || code == 128 + SIGINT) << code;
  EXPECT_FALSE(contains(folder_.read("log"), "minerva: stopped")) << folder_.read("log");
}

TEST_F(Stop, OneRequestMayArriveTwice) {
  // As timeout(1) sends it: to the process, then to its group.
  const pid_t run = start(long_faults_);
  ASSERT_TRUE(wait_for("stage 5 faults: "));
  ::kill(run, SIGTERM);
  ::kill(run, SIGTERM);
  EXPECT_EQ(exit_code_of(run), 128 + SIGTERM);
  EXPECT_TRUE(contains(folder_.read("log"), "minerva: stopped in stage 5 faults"))
      << folder_.read("log");
}

TEST_F(Stop, TheSecondProcessSaysWhoHoldsTheFolder) {
  const pid_t run = start(long_faults_);
  ASSERT_TRUE(wait_for("stage 5 faults: "));
  const ProgramResult second = run_minerva(folder_.path(), "run " + kQuick + " --out r");
  EXPECT_EQ(second.exit_code, 2);
  EXPECT_EQ(std::count(second.standard_error.begin(), second.standard_error.end(), '\n'), 1);
  char host[256] = {};
  ::gethostname(host, sizeof host - 1);
  EXPECT_TRUE(contains(second.standard_error, "minerva: r: is in use by process " +
                                                  std::to_string(run) + " on " + host + " ("))
      << second.standard_error;
  EXPECT_TRUE(contains(second.standard_error, "run " + kQuick)) << second.standard_error;
  EXPECT_TRUE(contains(second.standard_error, ") since 2")) << second.standard_error;
  // The lock of a process that is gone does not count, whatever its file says.
  ::kill(run, SIGKILL);
  EXPECT_EQ(exit_code_of(run), 128 + SIGKILL);
  EXPECT_TRUE(contains(folder_.read("r/.lock"), "process")) << "the dead holder's words";
  EXPECT_EQ(run_minerva(folder_.path(), "run " + kQuick + " --out r").exit_code, 0);
}

}  // namespace
}  // namespace minerva::test
