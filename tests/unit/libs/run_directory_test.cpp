#include "minerva/run/run_directory.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "minerva/files/atomic_file.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/base/errors.hpp"
#include "text_checks.hpp"

namespace minerva {
namespace {

namespace fs = std::filesystem;

class RunDirectoryTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "minerva_run_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string in(const std::string& name) const { return (root_ / name).string(); }
  static std::size_t entries(const fs::path& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  }

  fs::path root_;
};

constexpr const char* kConfig = "[run]\nthreads = 2  # threads\n[training]\nepochs = 5\n";

TEST_F(RunDirectoryTest, HoldsItsConfigAndFiles) {
  const RunDirectory run(in("a/b"), kConfig);
  EXPECT_FALSE(run.resumed());
  EXPECT_EQ(run.read("config.resolved.cfg"), kConfig);
  std::string bytes("a\0b\n", 4);
  run.write("x.bin", bytes);
  run.write("x.bin", bytes + "c");
  EXPECT_EQ(run.read("x.bin"), bytes + "c");
  EXPECT_TRUE(run.has("x.bin"));
  EXPECT_FALSE(run.has("y.bin"));
  EXPECT_EQ(entries(run.path()), 3U);  // with the lock
  EXPECT_EQ(error_of([&] { run.read("y.bin"); }).rfind(run.path_of("y.bin"), 0), 0U);
  EXPECT_THROW(run.write("../x", ""), ContractViolation);
}

TEST_F(RunDirectoryTest, SaysWhatChangedAndKeepsTheConfigUntilItIsAdopted) {
  { const RunDirectory run(in("r"), kConfig); }
  EXPECT_TRUE(RunDirectory(in("r"), kConfig).resumed());
  const std::string threads = "[training]\nepochs = 5\n[run]\nthreads = 1\n";
  EXPECT_TRUE(RunDirectory(in("r"), threads, {"run.threads"}).changes().empty());
  {
    const RunDirectory run(in("r"), threads);
    ASSERT_EQ(run.changes().size(), 1U);
    EXPECT_EQ(run.changes()[0].key, "run.threads");
    EXPECT_EQ(run.changes()[0].there, "'2'");
    EXPECT_EQ(run.changes()[0].here, "'1'");
  }
  {
    const RunDirectory run(in("r"), "[run]\nthreads = 2\nrate = 1\n");
    ASSERT_EQ(run.changes().size(), 2U);
    EXPECT_EQ(run.changes()[0].key + " " + run.changes()[0].there, "run.rate absent");
    EXPECT_EQ(run.changes()[1].key + " " + run.changes()[1].here, "training.epochs unknown");
  }
  EXPECT_EQ(read_file(in("r/config.resolved.cfg")), kConfig);
  const auto as_reader = [&] { RunDirectory(in("r"), threads, {}, RunDirectory::Access::reads); };
  EXPECT_EQ(error_of(as_reader),
            in("r") +
                ": holds a run of another config: run.threads is '2' there and '1' here; "
                "needs the same config");
  {
    RunDirectory run(in("r"), threads);
    run.adopt_config();
    EXPECT_TRUE(run.changes().empty());
  }
  EXPECT_EQ(read_file(in("r/config.resolved.cfg")), threads);
}

TEST_F(RunDirectoryTest, EqualResultsHaveEqualEffectiveConfigs) {
  const RunDirectory one(in("a"), kConfig, {"run.threads"});
  const RunDirectory other(in("b"), "[training]\nepochs = 5\n[run]\nthreads = 7\n",
                           {"run.threads"});
  EXPECT_EQ(one.effective_config(), other.effective_config());
  EXPECT_EQ(one.effective_config(), "training.epochs = 5\n");
}

TEST_F(RunDirectoryTest, FilesOfKilledProcessesAreRemoved) {
  const std::string host = [] {
    char name[256] = {};
    EXPECT_EQ(::gethostname(name, sizeof name - 1), 0);
    return std::string(name);
  }();
  const pid_t dead = ::fork();
  if (dead == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(dead, nullptr, 0), dead);
  { const RunDirectory run(in("r"), kConfig); }
  fs::create_directories(root_ / "r/stages");
  fs::create_directories(root_ / "r/trainings");
  const auto partial = [&](const std::string& who) { return ".x." + who + ".a1B2c3.partial"; };
  const std::string of_dead = partial(host + "-" + std::to_string(dead));
  const std::string of_living = partial(host + "-" + std::to_string(::getpid()));
  const std::string elsewhere = partial("elsewhere-" + std::to_string(dead));
  for (const char* folder : {"r/", "r/stages/", "r/trainings/"}) {
    for (const std::string& name : {of_dead, of_living, elsewhere}) {
      std::ofstream(in(folder + name)) << "x";
    }
  }
  { const RunDirectory run(in("r"), kConfig); }
  EXPECT_EQ(entries(root_ / "r/stages"), 0U);
  EXPECT_EQ(entries(root_ / "r"), 4U);  // config, lock, and the two folders
  // Another run may be writing trainings.
  EXPECT_FALSE(fs::exists(root_ / "r/trainings" / of_dead));
  EXPECT_TRUE(fs::exists(root_ / "r/trainings" / of_living));
  EXPECT_TRUE(fs::exists(root_ / "r/trainings" / elsewhere));
}

TEST_F(RunDirectoryTest, EqualBytesAreNotWrittenAgain) {
  const RunDirectory run(in("r"), kConfig);
  run.write("x.bin", "same");
  const auto before = fs::last_write_time(run.path_of("x.bin"));
  fs::last_write_time(run.path_of("x.bin"), before - std::chrono::hours(1));
  run.write("x.bin", "same");
  EXPECT_EQ(fs::last_write_time(run.path_of("x.bin")), before - std::chrono::hours(1));
  run.write("x.bin", "other");
  EXPECT_GT(fs::last_write_time(run.path_of("x.bin")), before - std::chrono::hours(1));
  run.remove("x.bin");
  EXPECT_FALSE(run.has("x.bin"));
  EXPECT_NO_THROW(run.remove("x.bin"));
}

TEST_F(RunDirectoryTest, OneProcessWritesAtATimeAndTheNextGoesOnWhenItEnds) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const RunDirectory run(in("r"), kConfig);
    [[maybe_unused]] const ssize_t told = ::write(ready[1], "r", 1);
    ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  const std::string line = error_of([&] { RunDirectory(in("r"), kConfig); });
  EXPECT_NE(line.find("in use by process " + std::to_string(holder)), std::string::npos) << line;
  EXPECT_NE(line.find("run_directory_test"), std::string::npos) << line;  // its command
  EXPECT_NE(line.find(" since 2"), std::string::npos) << line;
  EXPECT_NO_THROW(RunDirectory(in("r"), kConfig, {}, RunDirectory::Access::reads));
  ASSERT_EQ(::kill(holder, SIGKILL), 0);
  ASSERT_EQ(::waitpid(holder, nullptr, 0), holder);
  EXPECT_TRUE(RunDirectory(in("r"), kConfig).resumed());
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(RunDirectoryTest, RefusesFoldersThatAreNoRun) {
  std::ofstream(in("file")) << "x";
  EXPECT_EQ(error_of([&] { RunDirectory(in("file"), kConfig); }).rfind(in("file") + ": ", 0), 0U);
  EXPECT_EQ(
      error_of([&] { RunDirectory(in("file/below"), kConfig); }).rfind(in("file/below") + ": ", 0),
      0U);
  EXPECT_NE(error_of([&] { RunDirectory(root_.string(), kConfig); }).find("new or empty folder"),
            std::string::npos);
  EXPECT_NE(error_of([&] { RunDirectory("", kConfig); }).find("needs the name"), std::string::npos);
  EXPECT_NE(error_of([&] { RunDirectory("/proc/minerva", kConfig); }).find("/proc/minerva"),
            std::string::npos);
  // What a stopped run left behind does not stop the next.
  fs::create_directory(root_ / "stopped");
  std::ofstream(in("stopped/.config.resolved.cfg.a1B2c3.partial")) << "x";
  EXPECT_FALSE(RunDirectory(in("stopped"), kConfig).resumed());
}

TEST_F(RunDirectoryTest, AFullDiskLeavesWhatWasThere) {
  const RunDirectory run(in("r"), kConfig);
  run.write("x.bin", "old");
  // A file size limit stands for a full disk: both fail in the middle of a write.
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small { 4096, before.rlim_max };
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string message = error_of([&] { run.write("x.bin", std::string(100000, 'n')); });
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(message, run.path_of("x.bin") + ": cannot write it: File too large");
  EXPECT_EQ(run.read("x.bin"), "old");
  EXPECT_EQ(entries(run.path()), 3U);  // with the lock
}

TEST_F(RunDirectoryTest, WritesNoDeviceFolderOrMissingPlace) {
  EXPECT_NE(error_of([&] { write_file("/dev/full", "x"); }).find("/dev/full: needs the name"),
            std::string::npos);
  EXPECT_NE(error_of([&] { write_file(root_.string(), "x"); }).find("needs the name"),
            std::string::npos);
  EXPECT_NE(error_of([&] { write_file(in("none/x"), "x"); }).find("No such file"),
            std::string::npos);
  EXPECT_EQ(entries(root_), 0U);
}

TEST(ProgressLine, NamesFractionRateAndTimeLeft) {
  EXPECT_EQ(progress_line("training", "epochs", 0, 20, 0), "training:   0 % (0/20 epochs)");
  EXPECT_EQ(progress_line("training", "epochs", 5, 20, 10),
            "training:  25 % (5/20 epochs), 30 a minute, 30 s left");
  EXPECT_EQ(progress_line("faults", "trials", 100, 10000, 2),
            "faults:   1 % (100/10000 trials), 50 a second, 3 min 18 s left");
  EXPECT_EQ(progress_line("faults", "trials", 10, 10, 7300),
            "faults: 100 % (10/10 trials), 0.0822 a minute, 2 h 01 min in all");
  // Ten were there: the rate is of the other ten.
  EXPECT_EQ(progress_line("sweep", "epochs", 20, 30, 5, 10),
            "sweep:  66 % (20/30 epochs), 2 a second, 5 s left");
  EXPECT_EQ(progress_line("sweep", "epochs", 20, 30, 5, 20), "sweep:  66 % (20/30 epochs)");
  EXPECT_THROW(progress_line("x", "y", 3, 2, 1), ContractViolation);
}

TEST(Progress, ShowsItsLastStateInALog) {
  testing::internal::CaptureStderr();
  {
    Progress progress("sweep", 2, "points");
    progress.advance();
    progress.advance();
  }
  {
    Progress stopped("stopped", 2, "points");
    stopped.advance();
  }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("sweep: 100 % (2/2 points)"), std::string::npos) << log;
  EXPECT_EQ(log.find("stopped"), std::string::npos) << log;
}

}  // namespace
}  // namespace minerva
