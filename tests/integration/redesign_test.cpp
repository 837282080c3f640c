#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "program.hpp"
#include "run_folder.hpp"

// Stage 6: the design space of what the stages have made.
namespace minerva::test {
namespace {

using Json = nlohmann::json;

const std::string kTiny = "run " + std::string(MINERVA_SOURCE_DIR) + "/tests/support/tiny.cfg";

ProgramResult ok(ProgramResult result) {
  EXPECT_EQ(result.exit_code, 0) << result.standard_error;
  return result;
}

class Redesign : public testing::Test {
 protected:
  Json summary() const { return Json::parse(folder_.read("r/summary.json")); }
  ProgramResult run(const std::string& options) const {
    return run_minerva(folder_.path(), kTiny + " --out r " + options);
  }

  TemporaryFolder folder_;
};

std::vector<std::vector<std::string>> rows_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

TEST_F(Redesign, TheMachineOfTheLastStageCostsThereWhatItCostsHere) {
  ok(run("--dse.after_stages=true"));
  const Json all = summary();
  const Json& space = all["sections"]["redesign"];
  const Json& last = all["stages"].back();
  const Json& finished = space["finished"];
  for (const char* figure : {"power_mw", "energy_per_prediction_nj", "area_mm2"}) {
    EXPECT_EQ(finished[figure], last[figure]) << figure;
  }
  // The figures are those of the optimized network, not of the first exploration.
  const Json& before = all["sections"]["dse"];
  EXPECT_LT(space["frontier"].back()["power_mw"].get<double>(),
            0.5 * before["frontier"].back()["power_mw"].get<double>());
  std::set<std::string> verified;
  for (const Json& row : all["verification"]) {
    if (row["agrees"]) verified.insert(row["what"]);
  }
  EXPECT_EQ(verified.count("frontier after the stages: SystemC = closed form = inference"), 1U);
  for (const Json& row : space["frontier"]) EXPECT_TRUE(row["verified"]);
}

/// Of the frontier, the row of least time, and which column has what.
std::string fastest(const std::string& csv, const std::string& name) {
  const auto rows = rows_of(csv);
  const auto column = std::find(rows.front().begin(), rows.front().end(), name);
  if (column == rows.front().end() || rows.size() < 2) return "";
  return rows[1][static_cast<std::size_t>(column - rows.front().begin())];
}

// Stage 2 skips nothing, so a queue wins nothing there; stage 6 measures what it saves.
TEST_F(Redesign, AQueueOfInputsPaysOffOnceInputsAreSkipped) {
  ok(
      run("--dse.after_stages=true --dse.read_ahead_words=0,16 --dse.macs_per_lane=1 "
          "--dse.weight_bandwidth=1 --dse.write_ports=1"));
  EXPECT_EQ(fastest(folder_.read("r/frontier.csv"), "read_ahead_words"), "0");
  EXPECT_EQ(fastest(folder_.read("r/redesign_frontier.csv"), "read_ahead_words"), "16");
  const Json all = summary();
  for (const Json& row : all["sections"]["redesign"]["frontier"]) EXPECT_TRUE(row["verified"]);
}

// A named machine that reads ahead through all stages: stage 6 counts its cycles under the same
// fault maps as stage 5, and both come to the same figures.
TEST_F(Redesign, AMachineThatReadsAheadCostsThereWhatItCostsInStage5) {
  ok(
      run("--dse.after_stages=true --dse.baseline=named --design.activation_bandwidth=4 "
          "--design.read_ahead_words=8"));
  const Json all = summary();
  const Json& last = all["stages"].back();
  EXPECT_GT(last["machine"]["read_ahead_words"].get<int>(), 0);
  EXPECT_GT(last["predictions_per_s"].get<double>(),
            1.5 * all["stages"][1]["predictions_per_s"].get<double>());
  for (const char* figure : {"power_mw", "energy_per_prediction_nj", "area_mm2"}) {
    EXPECT_EQ(all["sections"]["redesign"]["finished"][figure], last[figure]) << figure;
  }
  for (const Json& row : all["verification"]) EXPECT_TRUE(row["agrees"]) << row["what"];
}

TEST_F(Redesign, TheChoiceIsTheFastestOnTheFrontierWithinPowerAndArea) {
  ok(run("--dse.after_stages=true --dse.power_budget_mw=0.5 --dse.expected_saving=20"));
  const auto rows = rows_of(folder_.read("r/redesign_frontier.csv"));
  std::map<std::string, std::size_t> column;
  for (std::size_t c = 0; c < rows.front().size(); ++c) column[rows.front()[c]] = c;
  const auto number = [&](std::size_t r, const char* name) {
    return std::stod(rows[r][column.at(name)]);
  };
  double smallest = number(1, "area_mm2");
  for (std::size_t r = 1; r < rows.size(); ++r)
    smallest = std::min(smallest, number(r, "area_mm2"));
  std::size_t best = 0;
  int chosen = 0;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    const bool within = number(r, "power_mw") <= 0.5 && number(r, "area_mm2") <= 1.05 * smallest;
    if (within && (best == 0 || number(r, "time_us") < number(best, "time_us"))) best = r;
    chosen += rows[r][column.at("chosen")] == "1" ? 1 : 0;
  }
  ASSERT_GT(best, 0U);
  EXPECT_EQ(chosen, 1);
  EXPECT_EQ(rows[best][column.at("chosen")], "1");
  // The chosen machine is a design point for commands that follow.
  const ProgramResult simulated = ok(run_minerva(
      folder_.path(), "simulate " + kTiny.substr(4) +
                          " --network r/network.safetensors --plan r/plan.json --thresholds "
                          "r/thresholds.json --faults r/faults.json "
                          "--design.file=r/redesign_point.json --quiet"));
  EXPECT_NE(simulated.standard_output.find("machine " + rows[best][column.at("lanes")] + " lane"),
            std::string::npos)
      << simulated.standard_output;
  EXPECT_NE(simulated.standard_output.find("agree on every cycle"), std::string::npos);
}

TEST_F(Redesign, OfAFinishedRunItIsTheSameAndARunWithoutItRemovesIt) {
  ok(run("--dse.after_stages=true"));
  const std::string space = folder_.read("r/redesign_space.csv");
  const std::string point = folder_.read("r/redesign_point.json");
  EXPECT_EQ(stages_done(ok(run("--dse.after_stages=true")).standard_error).size(), 0U);
  ok(run(""));
  EXPECT_FALSE(folder_.has("r/redesign_space.csv"));
  EXPECT_FALSE(summary()["sections"].contains("redesign"));
  ok(run_minerva(folder_.path(), "redesign --out r"));
  EXPECT_EQ(folder_.read("r/redesign_space.csv"), space);
  EXPECT_EQ(folder_.read("r/redesign_point.json"), point);
}

TEST_F(Redesign, WithoutAMachineItSaysWhatWouldAdmitOne) {
  const ProgramResult r =
      ok(run("--dse.after_stages=true --dse.power_budget_mw=0.1 "
             "--dse.expected_saving=100"));
  const Json space = summary()["sections"]["redesign"];
  EXPECT_EQ(space["baseline_reason"].get<std::string>().rfind("none, no frontier point", 0), 0U);
  EXPECT_FALSE(folder_.has("r/redesign_point.json"));
  EXPECT_NE(r.standard_output.find("No machine was chosen; the machine of the stages is"),
            std::string::npos);
}

TEST_F(Redesign, WeightsInRomHaveNoFaults) {
  ok(run("--dse.after_stages=true --design.weight_storage=rom"));
  const Json all = summary();
  EXPECT_EQ(all["sections"]["redesign"]["finished"]["power_mw"], all["stages"].back()["power_mw"]);
}

}  // namespace
}  // namespace minerva::test
