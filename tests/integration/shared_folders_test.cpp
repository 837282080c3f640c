#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "program.hpp"
#include "run_folder.hpp"

// Folders that several commands want, that are taken away, or that hold files of others; and what
// killed commands leave. The campaigns of tests/siege do the same at random moments.
namespace minerva::test {
namespace {

namespace fs = std::filesystem;

const std::string kQuick = std::string(MINERVA_SOURCE_DIR) + "/tests/support/quick.cfg";
/// Its noise can be planned: nothing waits for a sweep of hyperparameters.
const std::string kPlan = "plan " + kQuick + " --sweep.search=none --of noise --shards 2 --out p";
const std::string kSweep = "sweep " + kQuick + " --over prune.goal_percent=90,95 --out s";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

class SharedFolders : public testing::Test {
 protected:
  ProgramResult minerva(const std::string& arguments) const {
    return run_minerva(folder_.path(), arguments);
  }
  std::string in(const std::string& name) const { return folder_.path() + "/" + name; }
  /// Waits until the log of a started program says so.
  bool wait_for(const std::string& text, const std::string& log = "log") const {
    for (int i = 0; i < 6000; ++i) {
      if (contains(folder_.read(log), text)) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }
  bool wait_for_file(const std::string& name) const {
    for (int i = 0; i < 6000; ++i) {
      if (fs::exists(in(name))) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  /// The name that a process of this host which has ended gave to a file that it was writing.
  static std::string abandoned(const std::string& target) {
    const pid_t dead = ::fork();
    if (dead == 0) ::_exit(0);
    EXPECT_EQ(::waitpid(dead, nullptr, 0), dead);
    char host[256] = {};
    EXPECT_EQ(::gethostname(host, sizeof host - 1), 0);
    return "." + target + "." + host + "-" + std::to_string(dead) + ".a1B2c3.partial";
  }
  void make_run(const std::string& name) const {
    const ProgramResult made = minerva("run " + kQuick + " --quiet --out " + name);
    ASSERT_EQ(made.exit_code, 0) << made.standard_error;
  }

  TemporaryFolder folder_;
};

TEST_F(SharedFolders, ARunWhoseFolderIsReplacedEndsWithALine) {
  const pid_t first = start_minerva(folder_.path(),
                                    {"run", kQuick, "--out", "r", "--training.seed=2",
                                     "--faults.maps=400", "--faults.maps_max=400"},
                                    "log");
  ASSERT_TRUE(wait_for("stage 5 faults: ")) << folder_.read("log");
  fs::remove_all(in("r"));
  make_run("r");
  const auto second = results_in(in("r"));
  EXPECT_EQ(exit_code_of(first), 2);
  EXPECT_TRUE(
      contains(folder_.read("log"),
               "minerva: r: was removed, moved or replaced while this program was using it"))
      << folder_.read("log");
  EXPECT_EQ(difference(second, results_in(in("r"))), "");
}

TEST_F(SharedFolders, ARefusedPlanLeavesWhatAnotherMade) {
  // The first planner is stopped where it has made its folder; another one's is there when it goes
  // on to be refused.
  const std::string plan = "plan " + kQuick + " --of noise --out p --shards ";
  const pid_t refused = start_minerva(folder_.path(),
                                      {"plan", kQuick, "--of", "noise", "--out", "p", "--shards",
                                       "50", "--data.train_samples=20000"},
                                      "log");
  ASSERT_TRUE(wait_for_file("p/run/.lock"));
  ::kill(refused, SIGSTOP);
  int status = 0;
  ASSERT_EQ(::waitpid(refused, &status, WUNTRACED), refused);
  ASSERT_TRUE(WIFSTOPPED(status));
  fs::rename(in("p"), in("moved"));
  EXPECT_EQ(minerva(kPlan).exit_code, 0);
  EXPECT_EQ(minerva("work p --shard 1").exit_code, 0);
  const auto before = everything_in(in("p"));
  ::kill(refused, SIGCONT);
  EXPECT_EQ(exit_code_of(refused), 2);
  EXPECT_TRUE(contains(folder_.read("log"), "minerva: ")) << folder_.read("log");
  EXPECT_EQ(difference(before, everything_in(in("p"))), "");
  EXPECT_EQ(minerva("status p").exit_code, 0);
  // Without another one, what was made for the plan goes with it.
  const ProgramResult alone =
      minerva("plan " + kQuick + " --sweep.search=none --of noise --out q --shards 50");
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_TRUE(contains(alone.standard_error, "--shards = '50'")) << alone.standard_error;
  EXPECT_FALSE(fs::exists(in("q")));
}

TEST_F(SharedFolders, PlansMadeAtTheSameTimeAreOne) {
  std::vector<pid_t> planners;
  for (int i = 0; i < 4; ++i) {
    planners.push_back(start_minerva(
        folder_.path(),
        {"plan", kQuick, "--sweep.search=none", "--of", "noise", "--shards", "2", "--out", "p"},
        "log" + std::to_string(i)));
  }
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(exit_code_of(planners[static_cast<std::size_t>(i)]), 0)
        << folder_.read("log" + std::to_string(i));
  }
  EXPECT_EQ(minerva("status p").exit_code, 0);
}

TEST_F(SharedFolders, OneSweepAtATime) {
  const pid_t first = start_minerva(folder_.path(),
                                    {"sweep", kQuick, "--over", "prune.goal_percent=90,95", "--out",
                                     "s", "--faults.maps=400", "--faults.maps_max=400"},
                                    "log");
  ASSERT_TRUE(wait_for("stage 1 train: ")) << folder_.read("log");
  const ProgramResult second = minerva(kSweep);
  EXPECT_EQ(second.exit_code, 2);
  EXPECT_TRUE(contains(second.standard_error, "minerva: s: is in use by process"))
      << second.standard_error;
  EXPECT_EQ(lines_of(second.standard_error), 1U);
  ::kill(first, SIGTERM);
  EXPECT_EQ(exit_code_of(first), 128 + SIGTERM);
}

TEST_F(SharedFolders, NothingInAFolderOfOthersIsOverwritten) {
  make_run("a");
  make_run("b");
  folder_.write("thesis/sweep.csv", "mine");
  folder_.write("thesis/comparison.csv", "mine");
  folder_.write("thesis/plan.json", "mine");
  const auto before = everything_in(in("thesis"));
  for (const std::string& command :
       {"sweep " + kQuick + " --over prune.goal_percent=90,95 --out thesis",
        std::string("report a b --out thesis"), std::string("eval a --dump thesis"),
        std::string("export a --format codes --to thesis")}) {
    const ProgramResult refused = minerva(command);
    EXPECT_EQ(refused.exit_code, 2) << command;
    EXPECT_EQ(lines_of(refused.standard_error), 1U) << refused.standard_error;
    EXPECT_TRUE(contains(refused.standard_error, "empty folder")) << refused.standard_error;
    EXPECT_EQ(difference(before, everything_in(in("thesis"))), "") << command;
  }
  // Its own folder a command goes on with, and no other one's.
  for (const char* command : {"report a b --out two", "report a b --out two", "eval a --dump dump",
                              "eval a --dump dump"}) {
    EXPECT_EQ(minerva(command).exit_code, 0) << command;
  }
  EXPECT_EQ(minerva("eval a --dump two").exit_code, 2);
  EXPECT_EQ(minerva("eval a --dump b").exit_code, 2);
}

TEST_F(SharedFolders, NothingIsWrittenThroughLinks) {
  folder_.write("lock", "precious");
  folder_.write("part", "precious");
  fs::create_directory(in("r"));
  fs::create_symlink("../lock", in("r/.lock"));
  const ProgramResult locked = minerva("run " + kQuick + " --quiet --out r");
  EXPECT_EQ(locked.exit_code, 2);
  EXPECT_TRUE(contains(locked.standard_error, "r/.lock: is a link")) << locked.standard_error;

  const std::string space = "[dse]\ntopology = 12-8-6-4\nverify_samples = 0\n";
  folder_.write("space.cfg", space);
  ASSERT_EQ(minerva("dse space.cfg --out d --quiet").exit_code, 0);
  fs::remove(in("d/design_space.csv"));
  fs::create_symlink("../part", in("d/design_space.csv.part"));
  const ProgramResult through = minerva("dse space.cfg --out d --quiet");
  EXPECT_EQ(through.exit_code, 2);
  EXPECT_TRUE(contains(through.standard_error, "design_space.csv.part: is a link"))
      << through.standard_error;
  fs::remove(in("d/design_space.csv.part"));
  fs::create_hard_link(in("part"), in("d/design_space.csv.part"));
  fs::create_symlink("../part", in("d/design_space.csv.checkpoint.new"));
  EXPECT_EQ(minerva("dse space.cfg --out d --quiet").exit_code, 0);
  EXPECT_EQ(folder_.read("lock") + folder_.read("part"), "preciousprecious");
}

TEST_F(SharedFolders, AnExportThatWasCutShortIsReplaced) {
  make_run("a");
  ASSERT_EQ(minerva("export a --format codes --to whole").exit_code, 0);
  const auto whole = everything_in(in("whole"));
  EXPECT_EQ(whole.count(".lock") + whole.count(".minerva-export"), 0U);
  EXPECT_EQ(minerva("export a --format codes --to whole").exit_code, 2);
  for (const int blocks : {1, 4, 8}) {
    const ProgramResult cut =
        run_in(folder_.path(), "ulimit -f " + std::to_string(blocks) + " && " + MINERVA_PROGRAM +
                                   " export a --format codes --to cut");
    if (cut.exit_code == 0) break;
    EXPECT_EQ(cut.exit_code, 2) << cut.standard_error;
  }
  folder_.write("cut/" + abandoned("formats.json"), "killed");
  const ProgramResult again = minerva("export a --format codes --to cut");
  EXPECT_EQ(again.exit_code, 0) << again.standard_error;
  EXPECT_EQ(difference(whole, everything_in(in("cut"))), "");
}

TEST_F(SharedFolders, WhatKilledCommandsLeftGoesWithTheNext) {
  ASSERT_EQ(minerva(kSweep).exit_code, 0);
  const std::vector<std::string> of_sweep = {"s/" + abandoned("sweep.csv"),
                                             "s/trainings/" + abandoned("k.txt")};
  for (const std::string& name : of_sweep) folder_.write(name, "half");
  ASSERT_EQ(minerva(kSweep + " --training.seed=2").exit_code, 0);
  for (const std::string& name : of_sweep) EXPECT_FALSE(folder_.has(name)) << name;

  ASSERT_EQ(minerva(kPlan).exit_code, 0);
  const std::string of_plan = "p/" + abandoned("manifest.json");
  folder_.write(of_plan, "half");
  ASSERT_EQ(minerva(kPlan).exit_code, 0);
  EXPECT_FALSE(folder_.has(of_plan));

  ASSERT_EQ(minerva("work p --shard 0").exit_code, 0);
  ASSERT_EQ(minerva("work p --shard 1").exit_code, 0);
  folder_.write("p/work/000000/result.partial", "half");
  EXPECT_EQ(minerva("work p --shard 0").exit_code, 0);
  EXPECT_FALSE(folder_.has("p/work/000000"));
  folder_.write("p/work/000001/result.partial", "half");
  EXPECT_EQ(minerva("merge p").exit_code, 0);
  EXPECT_FALSE(folder_.has("p/work/000001"));

  const std::string of_file = abandoned("n.safetensors");
  folder_.write(of_file, "half");
  EXPECT_EQ(minerva("import p/run/network.safetensors --to n.safetensors").exit_code, 0);
  EXPECT_FALSE(folder_.has(of_file));
}

TEST_F(SharedFolders, ASweepThatFailsSaysWhyWhateverItIsToSay) {
  // The second run starts outside of its error budget.
  const std::string sweep = "sweep " + kQuick + " --over quantize.start=Q5.7,Q1.1 --out s ";
  const ProgramResult told = minerva(sweep);
  ASSERT_EQ(told.exit_code, 2) << told.standard_error;
  fs::remove_all(in("s"));
  const ProgramResult quiet = minerva(sweep + "--quiet");
  EXPECT_EQ(quiet.exit_code, 2);
  EXPECT_TRUE(contains(quiet.standard_error, "minerva: quantize.start=Q1.1: "))
      << quiet.standard_error;
}

TEST_F(SharedFolders, CommandsThatKeepNothingEndWhenAskedTo) {
  make_run("a");
  const std::vector<std::vector<std::string>> commands = {
      {"data", "digits", "--data.train_samples=200000"},
      {"eval", kQuick, "--network=a/network.safetensors", "--data.test_samples=200000"},
      {"simulate", kQuick, "--network=a/network.safetensors", "--data.test_samples=5000",
       "--simulate.samples=5000"}};
  for (const std::vector<std::string>& words : commands) {
    for (const int signal : {SIGINT, SIGTERM}) {
      SCOPED_TRACE(words.front());
      const pid_t process = start_minerva(folder_.path(), words, "log");
      std::this_thread::sleep_for(std::chrono::milliseconds(400));
      const auto asked = std::chrono::steady_clock::now();
      ::kill(process, signal);
      EXPECT_EQ(exit_code_of(process), 128 + signal) << folder_.read("log");
      EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(5));
      EXPECT_TRUE(contains(folder_.read("log"), "minerva: stopped; nothing was kept"))
          << folder_.read("log");
    }
  }
}

}  // namespace
}  // namespace minerva::test
