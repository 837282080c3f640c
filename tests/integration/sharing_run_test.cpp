#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "program.hpp"
#include "run_folder.hpp"

// Weight sharing between stages 4 and 5, in whole runs.
namespace minerva::test {
namespace {

using Json = nlohmann::json;

const std::string kTiny = std::string(MINERVA_SOURCE_DIR) + "/tests/support/tiny.cfg";
const std::string kWide = " --budget.itn=20";  // so that a small network may lose some samples

ProgramResult ok(ProgramResult result) {
  EXPECT_EQ(result.exit_code, 0) << result.standard_error;
  return result;
}

class SharingRun : public testing::Test {
 protected:
  ProgramResult minerva(const std::string& words) const {
    return run_minerva(folder_.path(), words);
  }
  Json json(const std::string& file) const { return Json::parse(folder_.read(file)); }

  TemporaryFolder folder_;
};

TEST_F(SharingRun, StoresIndicesAndEveryModelAgreesOnTheFaultyOnes) {
  ok(minerva("run " + kTiny + kWide + " --out r --sharing.weights=shared"));
  const Json summary = json("r/summary.json");
  const Json& stages = summary["stages"];
  ASSERT_EQ(stages.size(), 6U);
  EXPECT_EQ(stages[4]["stage"], "sharing");
  EXPECT_LT(stages[4]["energy_per_prediction_nj"], stages[3]["energy_per_prediction_nj"]);
  EXPECT_LE(stages[4]["validation_wrong"].get<double>(),
            stages[4]["bound_validation_wrong"].get<double>());
  const Json& section = summary["sections"]["sharing"];
  int bits = 0;
  int chosen = 0;
  for (const Json& row : section["candidates"]) {
    if (!row["chosen"]) continue;
    ++chosen;
    bits = row["index_bits"];
    EXPECT_EQ(row["validation_wrong"].get<double>(), stages[4]["validation_wrong"].get<double>());
    EXPECT_EQ(row["energy_per_prediction_nj"], stages[4]["energy_per_prediction_nj"]);
  }
  EXPECT_EQ(chosen, 1);
  ASSERT_GE(bits, 1);
  ASSERT_LE(bits, 4);
  for (const Json& layer : json("r/codebooks.json")["layers"]) {
    EXPECT_EQ(layer["entries"].size(), std::size_t{1} << bits);
  }
  for (const std::size_t stage : {std::size_t{4}, std::size_t{5}}) {
    for (const Json& memory : stages[stage]["machine"]["memories"]) {
      if (memory["name"] == "weights") {
        EXPECT_EQ(memory["word_bits"], bits);
      }
    }
  }
  // Stage 5 lowers the supply of a memory of indices, and its last design ran in SystemC.
  EXPECT_LT(stages[5]["energy_per_prediction_nj"], stages[4]["energy_per_prediction_nj"]);
  bool verified = false;
  for (const Json& row : summary["verification"]) {
    EXPECT_TRUE(row["agrees"].get<bool>()) << row;
    verified = verified || row["what"].get<std::string>().find("final design") == 0;
  }
  EXPECT_TRUE(verified);
  EXPECT_NE(folder_.read("r/report.html").find("Sizes of codebooks"), std::string::npos);

  // Commands that read the run see the codebooks; netlists have none.
  const std::string same = " " + kTiny + kWide + " --out r --sharing.weights=shared";
  const ProgramResult simulated = ok(minerva("simulate" + same + " --faults r/faults.json"));
  EXPECT_NE(simulated.standard_output.find("agree on every cycle"), std::string::npos)
      << simulated.standard_output;
  const ProgramResult validated = minerva("validate" + same + " --cells none.lib");
  EXPECT_EQ(validated.exit_code, 2);
  EXPECT_NE(validated.standard_error.find("sharing.weights = 'indices'"), std::string::npos)
      << validated.standard_error;

  // The stage alone, on its own file: the same design.
  ok(minerva("sharing" + same + " --sharing.codebooks_file=r/codebooks.json"));
  EXPECT_EQ(json("r/summary.json")["stages"][4]["validation_wrong"], stages[4]["validation_wrong"]);
}

TEST_F(SharingRun, IsLeftOutByDefaultAndRemovedAgain) {
  ok(minerva("run " + kTiny + kWide + " --out plain"));
  EXPECT_FALSE(folder_.has("plain/codebooks.json"));
  EXPECT_FALSE(folder_.has("plain/sharing.csv"));
  const Json before = json("plain/summary.json")["stages"];
  ok(minerva("run " + kTiny + kWide + " --out plain --sharing.weights=shared"));
  EXPECT_TRUE(folder_.has("plain/codebooks.json"));
  ok(minerva("run " + kTiny + kWide + " --out plain"));
  EXPECT_FALSE(folder_.has("plain/codebooks.json"));
  EXPECT_EQ(json("plain/summary.json")["stages"], before);
}

TEST_F(SharingRun, WithoutACodebookWithinTheBudgetTheWeightsStayAsTheyAre) {
  ok(minerva("run " + kTiny + " --out r --sharing.weights=ternary --budget.itn=0.01"));
  const Json summary = json("r/summary.json");
  const Json& stages = summary["stages"];
  EXPECT_EQ(stages[4]["detail"], "no codebook within the share of the budget");
  EXPECT_EQ(stages[4]["energy_per_prediction_nj"], stages[3]["energy_per_prediction_nj"]);
  EXPECT_EQ(stages[4]["validation_wrong"], stages[3]["validation_wrong"]);
}

}  // namespace
}  // namespace minerva::test
