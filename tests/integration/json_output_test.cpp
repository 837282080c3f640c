#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "program.hpp"

// --json: one document on standard output and nothing else there; the same figures as the text.
namespace minerva::test {
namespace {

using nlohmann::json;

const std::string kSource = MINERVA_SOURCE_DIR;
const std::string kTiny = kSource + "/tests/support/tiny.cfg";
const std::string kNetwork = " --network " + kSource + "/tests/golden/network.safetensors";

class JsonOutput : public testing::Test {
 protected:
  json document(const std::string& arguments, const std::string& schema) {
    const ProgramResult r = run_minerva(folder_.path(), arguments + " --json");
    EXPECT_EQ(r.exit_code, 0) << arguments << ": " << r.standard_error;
    const json parsed = json::parse(r.standard_output, nullptr, false);
    EXPECT_FALSE(parsed.is_discarded()) << arguments << ": " << r.standard_output;
    if (parsed.is_discarded()) return {};
    EXPECT_EQ(parsed.at("schema").get<std::string>().rfind(schema, 0), 0U) << parsed.at("schema");
    EXPECT_EQ(r.standard_output.back(), '\n');
    log_ = r.standard_error;
    return parsed;
  }
  TemporaryFolder folder_;
  std::string log_;
};

TEST_F(JsonOutput, KeysAreThoseOfTheTable) {
  const json keys = document("keys", "minerva-keys-1").at("keys");
  const std::string table = run_minerva("/", "keys").standard_output;
  EXPECT_EQ(keys.size() + 2,
            static_cast<std::size_t>(std::count(table.begin(), table.end(), '\n')));
  for (const json& key : keys) {
    EXPECT_NE(table.find("| `" + key.at("key").get<std::string>() + "` | " +
                         key.at("type").get<std::string>() + " | " +
                         key.at("default").get<std::string>() + " |"),
              std::string::npos)
        << key;
  }
}

TEST_F(JsonOutput, ConfigNamesValuesAndOrigins) {
  const json config =
      document("config " + kTiny + " --noise.seeds=4 --changed", "minerva-config-1");
  bool seen = false;
  for (const json& key : config.at("keys")) {
    EXPECT_NE(key.at("value"), key.at("default"));
    if (key.at("key") == "noise.seeds") {
      seen = true;
      EXPECT_EQ(key.at("value"), "4");
      EXPECT_EQ(key.at("origin"), "command line");
    }
    if (key.at("key") == "training.hidden") {
      EXPECT_EQ(key.at("origin"), kTiny + ":9");
    }
  }
  EXPECT_TRUE(seen);
}

TEST_F(JsonOutput, ConfigSaysWhatComesFromTheEnvironment) {
  const ProgramResult r =
      run_in(folder_.path(),
             "MINERVA_DATA_DIR=/somewhere " + std::string(MINERVA_PROGRAM) + " config --changed");
  EXPECT_EQ(r.standard_output, "[data]\ndir = /somewhere  # environment MINERVA_DATA_DIR\n");
}

TEST_F(JsonOutput, RunGivesItsSummary) {
  const json summary = document("run " + kTiny + " --out run --budget.sigma_percent=0.5" + kNetwork,
                                "minerva-summary-");
  EXPECT_EQ(summary, json::parse(folder_.read("run/summary.json")));
  EXPECT_NE(log_.find("searching formats"), std::string::npos) << "the log is on standard error";
  EXPECT_EQ(document("report run", "minerva-summary-"), summary);
  // A folder that was copied is a run of its own.
  run_in(folder_.path(), "cp -r run other; rm run/report.html other/report.html");
  EXPECT_EQ(document("report other", "minerva-summary-"), summary);
  EXPECT_TRUE(folder_.has("other/report.html"));
  EXPECT_FALSE(folder_.has("run/report.html"));
  const json both = document("report run other", "minerva-comparison-1");
  EXPECT_EQ(both.at("runs").at(1).at("name"), "other");
  EXPECT_EQ(both.at("runs").at(1).at("summary"), summary);
  // Quiet: nothing but the document.
  const ProgramResult quiet = run_minerva(folder_.path(), "quantize run --json --quiet");
  EXPECT_EQ(quiet.exit_code, 0) << quiet.standard_error;
  EXPECT_EQ(quiet.standard_error, "");
}

TEST_F(JsonOutput, EvaluationAndSimulationAreThoseOfTheText) {
  const std::string eval = "eval " + kTiny + " --eval.samples=100" + kNetwork;
  const json evaluation = document(eval, "minerva-evaluation-1");
  const std::string text = run_minerva(folder_.path(), eval).standard_output;
  EXPECT_EQ(evaluation.at("samples"), 100);
  EXPECT_NE(text.find("wrong, fixed point " + std::to_string(evaluation.at("wrong").get<int>())),
            std::string::npos)
      << text;
  const std::string simulate = "simulate " + kTiny + " --simulate.samples=2 --trace 3" + kNetwork;
  const json simulation = document(simulate, "minerva-simulation-1");
  const std::string table = run_minerva(folder_.path(), simulate).standard_output;
  EXPECT_EQ(simulation.at("trace").at("rows").size(), 3U);
  const json& all = simulation.at("cycles").back();
  EXPECT_EQ(all.at("layer"), "all");
  EXPECT_EQ(all.at("total").get<int>(), all.at("fill").get<int>() + all.at("issue").get<int>() +
                                            all.at("stall").get<int>() +
                                            all.at("drain").get<int>());
  EXPECT_NE(table.find(" " + std::to_string(all.at("total").get<int>()) + "\n"), std::string::npos)
      << table;
}

TEST_F(JsonOutput, DataTechnologyAndDesignSpace) {
  EXPECT_EQ(document("data --data.dir=", "minerva-data-sets-1").at("sets").size(), 7U);
  const json digits = document(
      "data digits --data.train_samples=300 --data.validation_samples=100 "
      "--data.test_samples=100",
      "minerva-data-1");
  EXPECT_EQ(digits.at("train").at("samples"), 300);
  EXPECT_EQ(digits.at("inputs"), 784);
  const json tech = document("tech " + kSource + "/configs/tech/public40.cfg --tech.rows=all",
                             "minerva-technology-1");
  EXPECT_EQ(tech.at("every_row").size(), tech.at("rows").get<std::size_t>());
  const json space =
      document("dse " + kTiny + " --dse.topology=784-16-10 --out space", "minerva-summary-");
  EXPECT_FALSE(space.at("sections").at("dse").at("frontier").empty());
}

TEST_F(JsonOutput, AMistakeLeavesStandardOutputEmpty) {
  const ProgramResult r = run_minerva(folder_.path(), "run nothing.cfg --json");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_EQ(r.standard_output, "");
}

TEST_F(JsonOutput, NamesThatAreNoTextDoNotStopIt) {
  folder_.write("caf\xe9.cfg", "[training]\nepochs = 3\n");
  const json config = document("config --changed caf\xe9.cfg", "minerva-config-1");
  bool found = false;  // the environment may have changed data.dir besides
  for (const json& key : config.at("keys")) found = found || key.at("key") == "training.epochs";
  EXPECT_TRUE(found) << config;
}

}  // namespace
}  // namespace minerva::test
