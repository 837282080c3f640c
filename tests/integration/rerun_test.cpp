#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "run_folder.hpp"

// A finished run directory that is run again: what is done again, and why.
namespace minerva::test {
namespace {

using Names = std::vector<std::string>;

const std::string kQuick = std::string(MINERVA_SOURCE_DIR) + "/tests/support/quick.cfg";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Rerun : public testing::Test {
 protected:
  void SetUp() override {
    const ProgramResult first = minerva("run " + kQuick + " --out r");
    ASSERT_EQ(first.exit_code, 0) << first.standard_error;
    EXPECT_EQ(stages_done(first.standard_error),
              (Names{"train", "noise", "dse", "quantize", "prune", "faults"}));
  }
  ProgramResult minerva(const std::string& arguments) const {
    return run_minerva(folder_.path(), arguments);
  }
  std::map<std::string, std::string> results(const std::string& run = "r") const {
    return results_in(folder_.path() + "/" + run);
  }
  /// Runs again with these options and says which stages that did; the folder must then be that of
  /// a run from scratch.
  Names done_with(const std::string& options) {
    const ProgramResult again = minerva("run " + kQuick + " --out r " + options);
    EXPECT_EQ(again.exit_code, 0) << again.standard_error;
    log_ = again.standard_error;
    const std::string out = "scratch" + std::to_string(++scratches_);
    const ProgramResult scratch = minerva("run " + kQuick + " --out " + out + " " + options);
    EXPECT_EQ(scratch.exit_code, 0) << scratch.standard_error;
    EXPECT_EQ(difference(results(), results(out)), "") << options;
    return stages_done(again.standard_error);
  }
  nlohmann::json summary() const { return nlohmann::json::parse(folder_.read("r/summary.json")); }

  TemporaryFolder folder_;
  std::string log_;
  int scratches_ = 0;
};

TEST_F(Rerun, AnUnchangedRunDoesNothing) {
  const std::string summary = folder_.path() + "/r/summary.json";
  const auto written = std::filesystem::last_write_time(summary);
  EXPECT_EQ(done_with(""), Names());
  EXPECT_TRUE(contains(log_, "stage 3 quantize: kept, nothing that it depends on has changed"));
  EXPECT_EQ(std::filesystem::last_write_time(summary), written);
  EXPECT_EQ(done_with("--threads 1 --training.checkpoint_seconds=1"), Names());
  EXPECT_FALSE(contains(log_, "the config has changed")) << log_;
}

TEST_F(Rerun, AKeyOfOneStageDoesThatStage) {
  EXPECT_EQ(done_with("--faults.seed=2"), Names{"faults"});
  EXPECT_TRUE(contains(log_,
                       "warning the config has changed since this folder was written: "
                       "faults.seed is '2', was '1'"))
      << log_;
  EXPECT_TRUE(contains(log_, "stage 5 faults: again, faults.seed is 2, was 1")) << log_;
  EXPECT_EQ(done_with(""), Names{"faults"});
  EXPECT_EQ(done_with("--design.programmable_for=784-16-10"), Names{"faults"});
  EXPECT_EQ(done_with("--dse.verify_samples=2"), (Names{"dse", "faults"}));
}

TEST_F(Rerun, AStageWithTheSameResultLeavesTheLaterOnesAlone) {
  EXPECT_EQ(done_with("--quantize.curve=false"), Names{"quantize"});
  EXPECT_EQ(done_with("--quantize.curve=false --prune.threshold_curve=0,1"), Names{"prune"});
  EXPECT_EQ(done_with("--quantize.curve=false --prune.threshold_curve=0,1 --sweep.l2=0"),
            Names{"train"});
}

TEST_F(Rerun, AChangedResultIsPassedOn) {
  EXPECT_EQ(done_with("--quantize.uniform_bits=10"), (Names{"quantize", "prune", "faults"}));
  EXPECT_TRUE(contains(log_, "stage 3 quantize: again, quantize.uniform_bits is 10, was 0"));
  EXPECT_TRUE(contains(log_, "stage 4 prune: again, the plan is another")) << log_;
  EXPECT_EQ(done_with("--quantize.uniform_bits=10 --training.seed=5"),
            (Names{"train", "noise", "dse", "quantize", "prune", "faults"}));
  EXPECT_TRUE(contains(log_, "stage 2 dse: again, the network is another")) << log_;
  // Back again: the trainings are there still.
  EXPECT_EQ(done_with("").size(), 6U);
  EXPECT_TRUE(contains(log_, "3 of 3 trainings were there and are reused")) << log_;
}

TEST_F(Rerun, TheBudgetCountsInWholeSamples) {
  // Bounds of 64 + floor(100 x share x budget) samples: the first change is none of them.
  const nlohmann::json budget = summary().at("budget");
  const double itn = budget.at("itn").get<double>();
  EXPECT_EQ(done_with("--budget.itn=" + std::to_string(itn + 1e-6)), Names());
  EXPECT_EQ(done_with("--budget.share_faults=0.6"), (Names{"prune", "faults"}));
}

TEST_F(Rerun, FilesChangedByHandAreMadeAgain) {
  const auto whole = results();
  folder_.write("r/plan.json", folder_.read("r/plan.json") + " ");
  EXPECT_EQ(done_with(""), Names{"quantize"});
  EXPECT_TRUE(contains(log_, "stage 3 quantize: again, its plan.json is not what the stage wrote"));
  std::filesystem::remove(folder_.path() + "/r/noise.json");
  EXPECT_EQ(done_with(""), Names{"noise"});
  folder_.write("r/stages/prune.json", "{\"schema\": \"minerva-stage-5\"");
  EXPECT_EQ(done_with(""), Names{"prune"});
  EXPECT_TRUE(contains(log_, "stage 4 prune counts as not done")) << log_;
  std::filesystem::remove(folder_.path() + "/r/stages.csv");
  EXPECT_EQ(done_with(""), Names());
  EXPECT_EQ(difference(whole, results()), "");
}

TEST_F(Rerun, AStageThatDoesNotApplyLeavesNothing) {
  EXPECT_EQ(done_with("--design.weight_storage=rom").back(), "prune");
  EXPECT_TRUE(contains(log_, "stage 5 faults: its results are removed, weights are in ROM"));
  EXPECT_FALSE(folder_.has("r/faults.json"));
  EXPECT_FALSE(folder_.has("r/stages/faults.json"));
  const Names done = done_with("--budget.sigma_percent=9");
  EXPECT_FALSE(folder_.has("r/noise.json"));
  EXPECT_FALSE(folder_.has("r/stages/noise.json"));
  EXPECT_TRUE(folder_.has("r/faults.json"));
}

/// The number before `words` in the log.
int number_before(const std::string& log, const std::string& words) {
  const std::size_t at = log.find(words);
  if (at == std::string::npos) return -1;
  const std::size_t begin = log.find_last_of(' ', at - 1) + 1;
  return std::stoi(log.substr(begin, at - begin));
}

TEST_F(Rerun, AnotherTechnologyTakesTheCountsOfFaultMapsOver) {
  // With a width given, the formats do not depend on the technology.
  const std::string width = "--quantize.uniform_bits=10 ";
  done_with(width);
  const std::string other =
      width + "--tech.file=" + std::string(MINERVA_SOURCE_DIR) + "/configs/tech/nangate45.cfg";
  const Names done = done_with(other);
  EXPECT_EQ(done.back(), "faults");
  EXPECT_TRUE(contains(log_, "stage 5 faults: again, the technology is another")) << log_;
  EXPECT_GT(number_before(log_, " counts of fault maps over"), 100) << log_;
  // Both technologies have the same voltages and rates.
  EXPECT_EQ(number_before(log_, " maps beside them"), 0) << log_;
  // Another seed has other maps; its file has none of the others'.
  EXPECT_EQ(done_with(other + " --faults.seed=2"), Names{"faults"});
  EXPECT_FALSE(contains(log_, "counts of fault maps over")) << log_;
  // The bound is no part of what a map counts.
  done_with(other + " --faults.seed=2 --budget.share_faults=0.6");
  EXPECT_GT(number_before(log_, " counts of fault maps over"), 50) << log_;
}

TEST_F(Rerun, DamagedCountsOfFaultMapsAreCountedAgain) {
  std::string counts = folder_.read("r/fault_counts.txt");
  const auto whole = results();
  counts[counts.size() - 2] = counts[counts.size() - 2] == '1' ? '2' : '1';
  folder_.write("r/fault_counts.txt", counts);
  EXPECT_EQ(done_with(""), Names{"faults"});
  EXPECT_TRUE(contains(log_, "its fault maps are counted again")) << log_;
  EXPECT_FALSE(contains(log_, "counts of fault maps over")) << log_;
  EXPECT_EQ(difference(whole, results()), "");
}

TEST_F(Rerun, AnotherDataSetIsRefusedAndNothingChanges) {
  const auto before = results();
  const std::string config = folder_.read("r/config.resolved.cfg");
  const std::string train = folder_.write("x.csv", "1,2,a\n3,4,b\n");
  const ProgramResult other =
      minerva("run " + kQuick + " --out r --data.set=csv --data.train_file=" + train +
              " --data.train_samples=1 --data.validation_samples=0 --data.test_samples=0");
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_EQ(difference(before, results()), "");
  EXPECT_EQ(folder_.read("r/config.resolved.cfg"), config);
}

TEST_F(Rerun, AMistakeChangesNothing) {
  const auto before = results();
  const std::string config = folder_.read("r/config.resolved.cfg");
  for (const char* mistake : {"--tech.file=none.cfg", "--network none.safetensors",
                              "--faults.seed=2 --tech.file=none.cfg"}) {
    EXPECT_EQ(minerva("run " + kQuick + " --out r " + mistake).exit_code, 2) << mistake;
    EXPECT_EQ(difference(before, results()), "") << mistake;
    EXPECT_EQ(folder_.read("r/config.resolved.cfg"), config) << mistake;
  }
}

TEST_F(Rerun, StagesAloneUseTheSameRecords) {
  ProgramResult alone = minerva("quantize " + kQuick + " --out r");
  EXPECT_EQ(alone.exit_code, 0);
  EXPECT_EQ(stages_done(alone.standard_error), Names());
  alone = minerva("quantize " + kQuick + " --out r --quantize.uniform_bits=10");
  EXPECT_EQ(stages_done(alone.standard_error), Names{"quantize"});
  EXPECT_TRUE(
      contains(alone.standard_error, "stage 4 prune: not in the summary, the plan is another"))
      << alone.standard_error;
  EXPECT_EQ(summary().at("stages").size(), 3U);
  // What belongs to another plan is no input.
  const ProgramResult early = minerva("faults " + kQuick + " --out r --quantize.uniform_bits=10");
  EXPECT_EQ(early.exit_code, 2);
  EXPECT_TRUE(contains(early.standard_error,
                       "r/thresholds.json: is not of this config: the plan is another"))
      << early.standard_error;
  EXPECT_EQ(summary().at("stages").size(), 3U);
  const ProgramResult reader =
      minerva("eval " + kQuick + " --out r --quantize.uniform_bits=10 --eval.samples=5");
  EXPECT_EQ(reader.exit_code, 2) << reader.standard_output;
  // Going back needs no stage at all.
  alone = minerva("prune " + kQuick + " --out r");
  EXPECT_EQ(alone.exit_code, 2) << "the plan is of 10 bits";
  alone = minerva("quantize " + kQuick + " --out r");
  EXPECT_EQ(stages_done(alone.standard_error), Names{"quantize"});
  EXPECT_EQ(summary().at("stages").size(), 5U);
  EXPECT_EQ(done_with(""), Names());
}

TEST_F(Rerun, NotesDoNotPileUp) {
  const std::size_t notes = summary().at("notes").size();
  EXPECT_GE(notes, 1U);
  for (const char* stage : {"dse", "prune"}) {
    folder_.write("r/stages/" + std::string(stage) + ".json", "broken");
    const ProgramResult again = minerva(stage + (" " + kQuick) + " --out r");
    EXPECT_EQ(stages_done(again.standard_error), Names{stage});
  }
  EXPECT_EQ(summary().at("notes").size(), notes);
  for (const nlohmann::json& note : summary().at("notes")) EXPECT_TRUE(note.contains("stage"));
}

TEST_F(Rerun, GivenFilesAreTakenByContent) {
  std::filesystem::copy(folder_.path() + "/r/plan.json", folder_.path() + "/mine.json");
  EXPECT_EQ(done_with("--plan mine.json"), Names{"quantize"});
  folder_.write("mine.json", folder_.read("mine.json") + "\n");
  EXPECT_EQ(done_with("--plan mine.json"), Names{"quantize"});
  EXPECT_TRUE(contains(log_, "the file of quantize.plan_file is another")) << log_;
  std::filesystem::copy(folder_.path() + "/r/network.safetensors", folder_.path() + "/net.bin");
  // The noise is judged anew: it must be of a recipe that the given network could come from.
  EXPECT_EQ(done_with("--plan mine.json --network net.bin"), (Names{"train", "noise"}));
  EXPECT_FALSE(folder_.has("r/network.safetensors"));
}

}  // namespace
}  // namespace minerva::test
