#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "program.hpp"
#include "run_folder.hpp"

// A program with one stage more than minerva has: what the example adds is its folder and one line
// in the list of stages.
namespace minerva::test {
namespace {

const std::string kProgram = MINERVA_EXAMPLE_PROGRAM;
const std::string kTiny = std::string(MINERVA_SOURCE_DIR) + "/tests/support/tiny.cfg";

class ExampleStage : public testing::Test {
 protected:
  ProgramResult example(const std::string& arguments) const {
    return run_in(folder_.path(), kProgram + " " + arguments);
  }
  nlohmann::json summary(const std::string& run) const {
    return nlohmann::json::parse(folder_.read(run + "/summary.json"));
  }
  const TemporaryFolder folder_;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(ExampleStage, HasItsKeyAndItsCommand) {
  EXPECT_TRUE(contains(example("keys").standard_output, "sample_count.part"));
  const std::string help = example("help sample_count").standard_output;
  EXPECT_TRUE(contains(help, "counts the samples"));
  EXPECT_TRUE(contains(help, "sample_count.part"));
  const ProgramResult wrong = example("run " + kTiny + " --sample_count.part=all");
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_TRUE(contains(wrong.standard_error, "sample_count.part"));
  // The program itself knows nothing of it.
  EXPECT_FALSE(contains(run_minerva(folder_.path(), "keys").standard_output, "sample_count"));
}

TEST_F(ExampleStage, HasItsRowItsSectionAndItsRecord) {
  const ProgramResult run = example("run " + kTiny + " --out run");
  ASSERT_EQ(run.exit_code, 0) << run.standard_error;
  EXPECT_TRUE(contains(run.standard_output, "6 sample count"));
  const nlohmann::json rows = summary("run")["stages"];
  ASSERT_EQ(rows.back()["stage"], "sample_count");
  EXPECT_EQ(rows.back()["detail"], "1500 samples of the part train");
  EXPECT_EQ(summary("run")["sections"]["sample_count"]["samples"], 1500);
  EXPECT_TRUE(contains(folder_.read("run/report.html"), "The part train has 1500 samples."));

  // A changed key makes this stage stale, and no other.
  const ProgramResult again = example("run " + kTiny + " --out run --sample_count.part=test");
  ASSERT_EQ(again.exit_code, 0) << again.standard_error;
  EXPECT_EQ(stages_done(again.standard_error), std::vector<std::string>{"sample_count"});
  EXPECT_EQ(summary("run")["sections"]["sample_count"]["samples"], 500);

  // The stage alone, in a folder where the others are done.
  const ProgramResult alone = example("sample_count " + kTiny + " --out run");
  ASSERT_EQ(alone.exit_code, 0) << alone.standard_error;
  EXPECT_EQ(summary("run")["sections"]["sample_count"]["samples"], 1500);

  // The other stages are those of the program: their files are the same.
  const ProgramResult plain = run_minerva(folder_.path(), "run " + kTiny + " --out plain");
  ASSERT_EQ(plain.exit_code, 0) << plain.standard_error;
  for (const char* name : {"network.safetensors", "plan.json", "thresholds.json", "faults.json",
                           "design_space.csv", "yield.csv"}) {
    EXPECT_EQ(folder_.read(std::string("run/") + name), folder_.read(std::string("plain/") + name))
        << name;
  }
}

}  // namespace
}  // namespace minerva::test
