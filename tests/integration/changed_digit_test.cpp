#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "program.hpp"
#include "run_folder.hpp"
#include "text_checks.hpp"

// One digit of one file of a finished run is another: a figure that is still a figure. Every file
// is tried, each in a run directory of its own.
namespace minerva::test {
namespace {

namespace fs = std::filesystem;

const std::string kTiny = std::string(MINERVA_SOURCE_DIR) + "/tests/support/tiny.cfg";

class ChangedDigit : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    const ProgramResult r = run();
    ASSERT_EQ(r.exit_code, 0) << r.standard_error;
    fs::copy(path("r"), path("whole"), fs::copy_options::recursive);
    whole_ = everything_in(path("r"));
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static std::string path(const std::string& name) { return folder_->path() + "/" + name; }
  static ProgramResult run() { return run_minerva(folder_->path(), "run " + kTiny + " --out r"); }

  /// The finished run again, with the last digit of the first half of a file changed, or its first digit.
  static void start_with_change_in(const std::string& name) {
    fs::remove_all(path("r"));
    fs::copy(path("whole"), path("r"), fs::copy_options::recursive);
    std::string bytes = folder_->read("r/" + name);
    std::size_t at = bytes.find_last_of("0123456789", bytes.size() / 2);
    if (at == std::string::npos) at = bytes.find_first_of("0123456789");  // of a long heading
    ASSERT_NE(at, std::string::npos) << name;
    bytes[at] = bytes[at] == '1' ? '2' : '1';
    folder_->write("r/" + name, bytes);
  }

  static TemporaryFolder* folder_;
  static std::map<std::string, std::string> whole_;
};
TemporaryFolder* ChangedDigit::folder_ = nullptr;
std::map<std::string, std::string> ChangedDigit::whole_;

TEST_F(ChangedDigit, OfAnyFileOfARunIsFoundAndTheRunIsAsItWas) {
  int files = 0;
  int records = 0;
  for (const auto& [name, bytes] : whole_) {
    const bool is_training = name.rfind("trainings", 0) == 0;
    if (bytes == "a folder" || name == ".lock" || is_training) continue;
    if (bytes.find_first_of("0123456789") == std::string::npos) continue;
    start_with_change_in(name);
    const ProgramResult r = run();
    EXPECT_EQ(r.exit_code, 0) << name << ": " << r.standard_error;
    EXPECT_EQ(difference(whole_, everything_in(path("r"))), "") << name;
    ++files;
    if (name.rfind("stages/", 0) != 0) continue;
    EXPECT_TRUE(contains(r.standard_error, "r/" + name + ": is damaged")) << r.standard_error;
    EXPECT_TRUE(contains(r.standard_error, "counts as not done")) << r.standard_error;
    ++records;
  }
  EXPECT_GT(files, 25);
  EXPECT_EQ(records, 6);
}

TEST_F(ChangedDigit, OfATrainingIsFoundWhenItIsRead) {
  int records = 0;
  for (const auto& [name, bytes] : whole_) {
    if (name.rfind("trainings/", 0) != 0 || name == "trainings/.lock") continue;
    start_with_change_in(name);
    fs::remove(path("r/stages/train.json"));  // or no training would be asked for
    fs::remove(path("r/stages/noise.json"));
    const ProgramResult r = run();
    EXPECT_EQ(r.exit_code, 0) << name << ": " << r.standard_error;
    EXPECT_TRUE(contains(r.standard_error, "r/" + name + ": is damaged; it counts as absent"))
        << r.standard_error;
    EXPECT_EQ(difference(whole_, everything_in(path("r"))), "") << name;
    ++records;
  }
  EXPECT_GT(records, 4);
}

TEST_F(ChangedDigit, OfASummaryIsRefusedByEveryReader) {
  start_with_change_in("summary.json");
  for (const std::string arguments : {"report r", "report r whole --out both"}) {
    const ProgramResult r = run_minerva(folder_->path(), arguments);
    EXPECT_EQ(r.exit_code, 2) << arguments;
    EXPECT_TRUE(contains(r.standard_error, "r/summary.json: is damaged")) << r.standard_error;
  }
}

}  // namespace
}  // namespace minerva::test
