#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "program.hpp"

// Whole flows over combinations of keys.
namespace minerva::test {
namespace {

const std::string kSource = MINERVA_SOURCE_DIR;
const std::string kSweep = "sweep " + kSource +
                           "/tests/support/tiny.cfg --sweep.topologies= --noise.seeds=2 "
                           "--over quantize.rounding=half_up,truncate --over tech.file=" +
                           kSource + "/configs/tech/public40.cfg," + kSource +
                           "/configs/tech/nangate45.cfg ";
const std::vector<std::string> kRuns = {"tech.file=public40+quantize.rounding=half_up",
                                        "tech.file=public40+quantize.rounding=truncate",
                                        "tech.file=nangate45+quantize.rounding=half_up",
                                        "tech.file=nangate45+quantize.rounding=truncate"};

std::string with_cache(const TemporaryFolder& folder) {
  return "--training.cache_dir=" + folder.path() + "/cache ";
}

int lines(const std::string& text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

TEST(SweepCommand, OneRunACombinationAndOneComparison) {
  const TemporaryFolder folder;
  const ProgramResult listed = run_minerva(folder.path(), kSweep + "--out s --dry-run");
  EXPECT_EQ(listed.exit_code, 0) << listed.standard_error;
  std::string expected;
  for (const std::string& run : kRuns) expected += "s/" + run + "\n";
  EXPECT_EQ(listed.standard_output, expected);
  EXPECT_TRUE(folder.names().empty());

  const ProgramResult r = run_minerva(folder.path(), kSweep + "--out s --json");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  const auto document = nlohmann::json::parse(r.standard_output);
  EXPECT_EQ(document.at("schema"), "minerva-sweep-1");
  const std::string csv = folder.read("s/sweep.csv");
  EXPECT_EQ(lines(csv), 5);
  for (std::size_t i = 0; i < kRuns.size(); ++i) {
    const auto& row = document.at("runs").at(i);
    EXPECT_EQ(row.at("run"), kRuns[i]);
    EXPECT_EQ(row.at("state"), "done");
    const auto summary = nlohmann::json::parse(folder.read("s/" + kRuns[i] + "/summary.json"));
    const auto& last = summary.at("stages").back();
    for (const char* figure : {"validation_wrong", "test_wrong", "power_mw", "area_mm2"}) {
      EXPECT_EQ(row.at(figure), last.at(figure)) << figure;
    }
    EXPECT_NE(folder.read("s/" + kRuns[i] + "/config.resolved.cfg")
                  .find(std::string("rounding = ") + (i % 2 == 0 ? "half_up" : "truncate")),
              std::string::npos);
    EXPECT_NE(csv.find(kRuns[i] + ","), std::string::npos);
  }
  // The second run found the trainings of the first.
  EXPECT_NE(r.standard_error.find("2 of 2 trainings were there"), std::string::npos);
  EXPECT_TRUE(folder.has("s/comparison.csv"));
  EXPECT_EQ(lines(folder.read("s/comparison_training.csv")), 5);
}

TEST(SweepCommand, AKilledSweepGoesOnToTheSameTable) {
  const TemporaryFolder folder;
  const std::string first = kSweep + with_cache(folder);
  ASSERT_EQ(run_minerva(folder.path(), first + "--out whole").exit_code, 0);
  // Killed while its second run is under way.
  const ProgramResult killed = run_in(
      folder.path(), "(" + std::string(MINERVA_PROGRAM) + " " + first +
                         "--out cut 2>log & pid=$!; while ! grep -q 'run 2 of' log; do sleep "
                         "0.05; done; sleep 0.5; kill -9 $pid; wait $pid)");
  EXPECT_EQ(killed.exit_code, 137);
  EXPECT_EQ(lines(folder.read("cut/sweep.csv")), 5);
  EXPECT_NE(folder.read("cut/sweep.csv").find("waiting"), std::string::npos);
  const ProgramResult r = run_minerva(folder.path(), first + "--out cut");
  EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  // The first run was finished and is recognised: its last stage is not done again.
  const std::string log = r.standard_error.substr(0, r.standard_error.find("run 2 of 4"));
  EXPECT_NE(log.find("stage 5 faults: kept"), std::string::npos) << log;
  EXPECT_EQ(folder.read("cut/sweep.csv"), folder.read("whole/sweep.csv"));
  EXPECT_EQ(folder.read("cut/comparison.csv"), folder.read("whole/comparison.csv"));
}

TEST(SweepCommand, ASignalEndsItAndSaysHowFarItCame) {
  const TemporaryFolder folder;
  const ProgramResult stopped = run_in(
      folder.path(), "(" + std::string(MINERVA_PROGRAM) + " " + kSweep +
                         "--out cut 2>log & pid=$!; while ! grep -q 'run 2 of' log; do sleep "
                         "0.05; done; kill -TERM $pid; wait $pid)");
  EXPECT_EQ(stopped.exit_code, 143);
  const std::string log = folder.read("log");
  EXPECT_NE(log.find("1 of 4 runs of the sweep are done, the same command goes on"),
            std::string::npos)
      << log;
}

TEST(SweepCommand, RunsTakeCountsOfFaultMapsFromEachOther) {
  const TemporaryFolder folder;
  const std::string config = kSource + "/tests/support/quick.cfg --quantize.uniform_bits=10 ";
  const std::string other = kSource + "/configs/tech/nangate45.cfg";
  const ProgramResult both =
      run_minerva(folder.path(), "sweep " + config + "--over tech.file=" + kSource +
                                     "/configs/tech/public40.cfg," + other + " --out s");
  ASSERT_EQ(both.exit_code, 0) << both.standard_error;
  // The second run counts nothing that the first has counted; the rates of both files are the same.
  EXPECT_NE(both.standard_error.find("counts of fault maps over and evaluated 0 maps"),
            std::string::npos)
      << both.standard_error;
  // And it is the run that it would be alone.
  const ProgramResult alone =
      run_minerva(folder.path(), "run " + config + "--tech.file=" + other + " --out alone");
  ASSERT_EQ(alone.exit_code, 0) << alone.standard_error;
  EXPECT_EQ(alone.standard_error.find("counts of fault maps over"), std::string::npos);
  std::string swept;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() + "/s")) {
    const std::string name = entry.path().filename().string();
    if (name.find("nangate45") != std::string::npos) swept = "s/" + name;
  }
  ASSERT_FALSE(swept.empty());
  for (const char* name : {"fault_counts.txt", "yield.csv", "faults.csv", "fault_curves.csv"}) {
    EXPECT_EQ(folder.read(swept + "/" + name), folder.read(std::string("alone/") + name)) << name;
  }
}

TEST(SweepCommand, AFailedRunDoesNotStopTheOthers) {
  const TemporaryFolder folder;
  folder.write("one_layer.json",
               R"({"rounding":"half_up","layers":[{"W":[2,8],"X":[2,4],"P":[2,7]}]})");
  const ProgramResult r =
      run_minerva(folder.path(), "sweep " + kSource +
                                     "/tests/support/tiny.cfg --budget.sigma_percent=0.5 "
                                     "--network " +
                                     kSource +
                                     "/tests/golden/network.safetensors "
                                     "--over 'quantize.plan_file=one_layer.json;;' --out s");
  EXPECT_EQ(r.exit_code, 2) << r.standard_error;
  const std::string csv = folder.read("s/sweep.csv");
  EXPECT_NE(csv.find("refused"), std::string::npos);
  EXPECT_NE(csv.find("one_layer.json = '1 layers'"), std::string::npos) << csv;
  EXPECT_NE(csv.find("plan_file=empty,,done,5 fault mitigation"), std::string::npos) << csv;
  EXPECT_NE(r.standard_output.find("one_layer.json = '1 layers'"), std::string::npos);
}

TEST(SweepCommand, MistakesShowBeforeTheFirstRun) {
  const TemporaryFolder folder;
  const std::string tiny = "sweep " + kSource + "/tests/support/tiny.cfg --out s ";
  const auto says = [&](const std::string& arguments, const std::string& expected) {
    const ProgramResult r = run_minerva(folder.path(), tiny + arguments);
    EXPECT_EQ(r.exit_code, 2) << arguments;
    EXPECT_NE(r.standard_error.find(expected), std::string::npos)
        << arguments << ": " << r.standard_error;
    EXPECT_TRUE(folder.names().empty()) << arguments;
  };
  says("", "needs --over KEY=VALUE");
  says("--over tech.file=" + kSource + "/configs/tech/public40.cfg,none.cfg", "none.cfg");
  says("--over budget.share_prune=0.5,0.1", "budget.share_prune=0.1: budget.share_prune = '0.1'");
  says("--over noise.seeds=2,3 --noise.seeds=4", "--noise.seeds = '4': is swept by --over, too");
  says("--ovr noise.seeds=2,3", "did you mean --over?");
  folder.write("run/config.resolved.cfg", "");
  const ProgramResult taken =
      run_minerva(folder.path(), "sweep --out run --over noise.seeds=2,3 --dry-run");
  EXPECT_EQ(taken.exit_code, 2);
  EXPECT_NE(taken.standard_error.find("run: holds a run; needs a folder of the sweep's own"),
            std::string::npos)
      << taken.standard_error;
  std::filesystem::remove_all(folder.path() + "/run");
  says("--over noise.seeds=1,2", "noise.seeds=1: noise.seeds = '1': needs 2 or more");
}

}  // namespace
}  // namespace minerva::test
