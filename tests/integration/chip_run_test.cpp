#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "minerva/accelsim/technology.hpp"
#include "program.hpp"
#include "run_folder.hpp"

// Stage 5 by the map of a chip, and by several criteria.
namespace minerva::test {
namespace {

using Json = nlohmann::json;

const std::string kQuick = std::string(MINERVA_SOURCE_DIR) + "/tests/support/quick.cfg";

/// The rows of a CSV file by the names of its columns.
std::vector<std::map<std::string, std::string>> csv_rows(const std::string& text) {
  std::istringstream lines(text);
  std::vector<std::vector<std::string>> cells;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    cells.emplace_back();
    for (std::string cell; std::getline(words, cell, ',');) cells.back().push_back(cell);
  }
  std::vector<std::map<std::string, std::string>> rows;
  for (std::size_t k = 1; k < cells.size(); ++k) {
    rows.emplace_back();
    for (std::size_t c = 0; c < cells[k].size(); ++c) rows.back()[cells[0][c]] = cells[k][c];
  }
  return rows;
}

class ChipRun : public testing::Test {
 protected:
  ProgramResult ok(const std::string& arguments) const {
    ProgramResult r = run_minerva(folder_.path(), arguments);
    EXPECT_EQ(r.exit_code, 0) << arguments << "\n" << r.standard_error;
    return r;
  }
  Json evaluated(const std::string& arguments) const {
    return Json::parse(ok("eval --out run --json --quiet " + arguments).standard_output);
  }
  const TemporaryFolder folder_;
};

TEST_F(ChipRun, TheMapThatWasDrawnIsThatOfTheFile) {
  ok("run " + kQuick + " --out run --quiet");
  ok("eval --out run --quiet --faults.map=7 --faults.write_map=chip.csv");
  const std::string map = folder_.read("chip.csv");
  EXPECT_NE(map.find("conditions = drawn by minerva, not measured: map 7"), std::string::npos);
  // Drawn and from the file: as many samples are wrong.
  const Technology technology =
      read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg");
  for (const char* voltage : {"0.6", "0.5", "0.4"}) {
    const auto row = std::find_if(
        technology.fault_rates.begin(), technology.fault_rates.end(),
        [&](const FaultRateRow& each) { return each.voltage_v == std::stod(voltage); });
    ASSERT_NE(row, technology.fault_rates.end());
    std::ostringstream drawn;
    drawn.precision(17);
    drawn << "--faults.map=7 --faults.rate=" << row->rate;
    EXPECT_EQ(evaluated(std::string("--faults chip.csv --faults.voltage_v=") + voltage)["wrong"],
              evaluated(drawn.str())["wrong"])
        << voltage;
  }

  // The stage on this chip: each voltage is counted as eval counts it.
  const ProgramResult stage = ok("faults --out run --json --faults.map_file=chip.csv");
  EXPECT_NE(stage.standard_error.find("one chip, by chip.csv"), std::string::npos);
  const std::vector<std::map<std::string, std::string>> rows =
      csv_rows(folder_.read("run/chip.csv"));
  EXPECT_EQ(rows.size(), 6 * technology.fault_rates.size());
  int compared = 0;
  for (const auto& row : rows) {
    if (row.at("masking") != "bit" || row.at("sign") != "zero") continue;
    if (row.at("voltage_v") != "0.5" && row.at("voltage_v") != "0.4") continue;
    const Json test = evaluated("--faults chip.csv --faults.voltage_v=" + row.at("voltage_v"));
    EXPECT_EQ(std::to_string(test["wrong"].get<int>()), row.at("test_wrong"));
    ++compared;
  }
  EXPECT_EQ(compared, 2);
  const Json summary = Json::parse(folder_.read("run/summary.json"));
  EXPECT_EQ(Json::parse(stage.standard_output), summary);
  const Json& chip = summary["sections"]["faults"]["chip"];
  EXPECT_EQ(chip["file"], "chip.csv");
  const double bound = chip["bound_wrong"];
  bool below_nominal = false;
  for (const Json& row : chip["mitigations"]) {
    // The lowest voltage down to which all are within the bound.
    double lowest = technology.sram_nominal_v;
    for (const Json& at : row["errors"]) {
      if (at["validation_wrong"].get<double>() > bound) break;
      lowest = at["voltage_v"];
    }
    EXPECT_EQ(row["supply"]["voltage_v"], lowest);
    below_nominal = below_nominal || lowest < technology.sram_nominal_v;
  }
  EXPECT_TRUE(below_nominal);
  const std::string page = folder_.read("run/report.html");
  EXPECT_NE(page.find("One chip, whose faults were not drawn: chip.csv"), std::string::npos);
  // The same map needs nothing again, another one the stage.
  const std::string again = "run " + kQuick + " --out run --faults.map_file=chip.csv";
  EXPECT_TRUE(stages_done(ok(again).standard_error).empty());
  folder_.write("chip.csv", map.substr(0, map.find("\n0,") + 1));
  EXPECT_EQ(stages_done(ok(again).standard_error), std::vector<std::string>{"faults"});
  // A chip without faults runs at the lowest voltage that was measured.
  const Json without = Json::parse(folder_.read("run/summary.json"))["sections"]["faults"]["chip"];
  EXPECT_EQ(without["mitigations"][0]["supply"]["voltage_v"],
            technology.fault_rates.back().voltage_v);
}

TEST_F(ChipRun, EachCriterionOfTheTechnologyHasItsSupply) {
  const std::string base = std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg";
  std::string rows = "fault_clock_period | 4 | ns | 45 nm | a machine | a test | derived\n";
  const auto add = [&](const std::string& name, const std::string& criterion,
                       const std::vector<std::pair<const char*, const char*>>& rates) {
    for (const auto& [voltage, rate] : rates) {
      rows += name + "[" + voltage + "] | " + rate + " | 1 | 45 nm | " + criterion +
              ": invented | a test | derived\n";
    }
  };
  add("fault_rate", "clocked", {{"0.95", "1e-9"}, {"0.6", "1e-4"}, {"0.55", "0.4"}});
  add("fault_rate_static_noise", "static_noise",
      {{"0.95", "1e-9"}, {"0.6", "1e-6"}, {"0.4", "1e-4"}, {"0.3", "0.4"}});
  folder_.write("two.cfg", "include = " + base + "\n" + rows);
  const ProgramResult run = ok("run " + kQuick + " --out run --tech.file=two.cfg");
  EXPECT_NE(run.standard_error.find("fault criterion of technology two, rows fault_rate: clocked"),
            std::string::npos)
      << run.standard_error;
  const Json summary = Json::parse(folder_.read("run/summary.json"));
  const Json& study = summary["sections"]["faults"]["study"];
  EXPECT_EQ(study["failure_criterion"].get<std::string>().rfind("clocked: invented", 0), 0U);
  const Json& criteria = study["criteria"];
  ASSERT_EQ(criteria.size(), 2U);
  EXPECT_EQ(criteria[0]["table"], "fault_rate");
  EXPECT_EQ(criteria[0]["supply"]["voltage_v"], 0.6);
  EXPECT_EQ(criteria[1]["table"], "fault_rate_static_noise");
  EXPECT_EQ(criteria[1]["supply"]["voltage_v"], 0.4);
  EXPECT_GT(criteria[1]["factor"], criteria[0]["factor"]);
  // The factor of the flow's criterion is that of the stage.
  double factor = 0;
  for (const Json& row : summary["stages"]) {
    if (row["stage"] == "faults") factor = row["factor_before"];
  }
  EXPECT_NEAR(criteria[0]["factor"].get<double>(), factor, 1e-9 * factor);
  EXPECT_NE(folder_.read("run/report.html").find("Supply and power by each criterion"),
            std::string::npos);
  EXPECT_EQ(csv_rows(folder_.read("run/fault_criteria.csv")).size(), 2U);
}

}  // namespace
}  // namespace minerva::test
