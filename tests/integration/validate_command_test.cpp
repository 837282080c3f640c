// `minerva validate`: designs of a run in cells of Debian's OSU018, beside the model.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "circuit_case.hpp"
#include "program.hpp"

namespace minerva {
namespace {

using Json = nlohmann::json;
using test::run_minerva;
using test::TemporaryFolder;

bool can_run() { return std::system("yosys -V > /dev/null 2>&1") == 0 && test::has_osu018(); }

std::string arguments(const std::string& more) {
  return std::string("validate run --cells ") + test::kOsu018 +
         " --samples 2 --clock 40 --cache cache --quiet --json " + more;
}

/// A small run of all stages.
void make_run(const TemporaryFolder& folder) {
  const test::ProgramResult trained =
      run_minerva(folder.path(), "run " + std::string(MINERVA_SOURCE_DIR) +
                                     "/tests/support/quick.cfg --out run --quiet");
  ASSERT_EQ(trained.exit_code, 0) << trained.standard_error;
}

Json result_of(const TemporaryFolder& folder, const std::string& more) {
  const test::ProgramResult made = run_minerva(folder.path(), arguments(more));
  EXPECT_EQ(made.exit_code, 0) << made.standard_error;
  return Json::parse(made.standard_output, nullptr, false);
}

TEST(ValidateCommand, EveryStageInGatesEqualsInferenceAndStandsBesideTheModel) {
  if (!can_run()) GTEST_SKIP() << "needs yosys and qflow-tech-osu018";
  const TemporaryFolder folder;
  ASSERT_NO_FATAL_FAILURE(make_run(folder));
  const Json result = result_of(folder, "--to parts.csv");
  ASSERT_TRUE(result.is_object());
  EXPECT_EQ(result["schema"], "minerva-validation-1");
  ASSERT_GE(result["stages"].size(), 3u);
  double baseline_multipliers_um2 = 0;
  for (const Json& stage : result["stages"]) {
    const std::string name = stage["name"];
    // Every flip-flop of the gates is in the machine's structure. In the control synthesis removes
    // a few: upper bits of counters that stay 0, and registers that are always equal.
    constexpr int kRemoved = 4;
    const int control = stage["gates_control_flip_flops"];
    EXPECT_LE(control, int(stage["model_control_flip_flops"])) << name;
    EXPECT_GE(control, int(stage["model_control_flip_flops"]) - kRemoved) << name;
    EXPECT_EQ(stage["gates_register_flip_flops"], stage["model_register_flip_flops"]) << name;
    // The sum of the parts is the last row, and parts that the model knows have gates.
    double gates_pj = 0, model_pj = 0, gates_um2 = 0;
    const Json& parts = stage["parts"];
    for (std::size_t p = 0; p + 1 < parts.size(); ++p) {
      gates_pj += double(parts[p]["gates_dynamic_pj"]);
      model_pj += double(parts[p]["model_dynamic_pj"]);
      gates_um2 += double(parts[p]["gates_area_um2"]);
    }
    const Json& total = parts.back();
    EXPECT_NEAR(gates_pj, total["gates_dynamic_pj"], 1e-9 * gates_pj) << name;
    EXPECT_NEAR(model_pj, total["model_dynamic_pj"], 1e-9 * model_pj) << name;
    EXPECT_NEAR(gates_um2, total["gates_area_um2"], 1e-9 * gates_um2) << name;
    for (const char* part :
         {"multipliers", "product rounding", "adders", "registers", "clock network",
          "operand buffers", "sequencer", "accumulator multiplexers, rectifiers",
          "mask multiplexers", "selection and skipping", "words of memories"}) {
      bool found = false;
      for (const Json& each : parts) {
        if (each["part"] != part) continue;
        found = true;
        const bool masks = std::string(part) == "mask multiplexers";
        if (!masks || stage["stage"] == 5) {
          EXPECT_GT(double(each["gates_dynamic_pj"]), 0) << name << ", " << part;
        }
        if (std::string(part) == "multipliers") {
          const double um2 = each["gates_area_um2"];
          // 16 bits cost more than what the search of formats left.
          if (stage["stage"] == 2) {
            baseline_multipliers_um2 = um2;
          } else {
            EXPECT_LT(um2, baseline_multipliers_um2) << name;
          }
        }
      }
      EXPECT_TRUE(found) << part;
    }
  }
  const std::string csv = folder.read("parts.csv");
  EXPECT_EQ(csv.rfind("stage,stage_name,part,", 0), 0u);

  // Kept by content: the same call reads everything, whatever the number of threads.
  EXPECT_EQ(result_of(folder, "--to again.csv --threads 1"), result);
  EXPECT_EQ(folder.read("again.csv"), csv);
}

// LeNet-5 on a small scale. Outputs and cycles are compared by the command itself.
TEST(ValidateCommand, AConvolutionalNetworkInGatesStandsBesideTheModelAndIsCharacterized) {
  if (!can_run()) GTEST_SKIP() << "needs yosys and qflow-tech-osu018";
  const TemporaryFolder folder;
  folder.write("maps.cfg",
               "[data]\nset = digits\ntrain_samples = 400\nvalidation_samples = 100\n"
               "test_samples = 100\n[training]\nnetwork = 28x28x1 c2k5s3 m2 c3k2 6 10\n"
               "learning_rate = 0.01\nepochs = 2\nbatch_size = 10\ndropout = 0\n"
               "[noise]\nseeds = 3\n[budget]\nitn = 2\n[quantize]\nstart = Q5.7\n"
               "[dse]\nlanes = 2\nmacs_per_lane = 1,2\nweight_bandwidth = 1,2\n"
               "activation_bandwidth = 1,2\nclock_period_ns = 4\nverify_samples = 1\n"
               "[faults]\nmaps = 2\nmaps_max = 4\nrates_per_decade = 2\nlowest_rate = 0.0001\n");
  const test::ProgramResult trained = run_minerva(folder.path(), "run maps.cfg --out run --quiet");
  ASSERT_EQ(trained.exit_code, 0) << trained.standard_error;
  const Json result = result_of(folder, "--stages 4");
  ASSERT_TRUE(result.is_object());
  ASSERT_EQ(result["stages"].size(), 1u);
  const Json& stage = result["stages"][0];
  EXPECT_EQ(stage["gates_register_flip_flops"], stage["model_register_flip_flops"]);
  const int control = stage["gates_control_flip_flops"];
  const int of_model = stage["model_control_flip_flops"];
  EXPECT_LE(control, of_model);
  EXPECT_GE(control, of_model - of_model / 8);  // upper bits of addresses that nothing reads
  int flip_flops = 0;
  double dynamic_pj = 0;
  for (const Json& part : stage["control"]) {
    flip_flops += int(part["gates_flip_flops"]);
    dynamic_pj += double(part["gates_dynamic_pj"]);
    EXPECT_EQ(double(part["gates_dynamic_pj"]) > 0, part["part"] != "weights from off chip")
        << part["part"];
  }
  EXPECT_EQ(flip_flops, control);
  for (const Json& part : stage["parts"]) {
    if (part["part"] != "sequencer") continue;
    EXPECT_NEAR(dynamic_pj, double(part["gates_dynamic_pj"]), 1e-9 * dynamic_pj);
  }

  // Its operands in units and in a lane, which are compared with the integers.
  const test::ProgramResult made = run_minerva(
      folder.path(), std::string("characterize --run run --cells ") + test::kOsu018 +
                         " --multipliers 2x2 --adders 2 --comparators 2 --registers 2 "
                         "--operations 20 --samples 2 --clock 40 --cache cache --to units.csv "
                         "--quiet");
  ASSERT_EQ(made.exit_code, 0) << made.standard_error;
  const std::string csv = folder.read("units.csv");
  for (const char* operands : {",run,", ",run_kept,"}) {
    EXPECT_NE(csv.find(operands), std::string::npos) << operands;
  }
}

TEST(ValidateCommand, ALaneIsPlacedAndRoutedAndSimulatedWithItsWires) {
  const std::string lef = "/usr/share/qflow/tech/osu018/osu018_stdcells.lef";
  if (!can_run() || std::system("which graywolf qrouter tclsh > /dev/null 2>&1") != 0) {
    GTEST_SKIP() << "needs yosys, graywolf, qrouter, qflow and qflow-tech-osu018";
  }
  const TemporaryFolder folder;
  ASSERT_NO_FATAL_FAILURE(make_run(folder));
  const Json plain = result_of(folder, "--stages 4")["stages"][0];
  const Json routed =
      result_of(folder, "--stages 4 --layout lane --to parts.csv --lef " + lef)["stages"][0];
  ASSERT_TRUE(routed.contains("layout")) << routed;
  const Json& layout = routed["layout"];
  EXPECT_GT(int(layout["cells"]), 100);
  EXPECT_LT(int(layout["cells"]), int(routed["cells"]));
  EXPECT_GT(double(layout["routed_um"]), 0);
  const double mean_ff = double(layout["routed_ff"]) / int(layout["nets"]);
  EXPECT_GT(mean_ff, 0.1);
  EXPECT_LT(mean_ff, 100);
  double changed = 0;
  for (std::size_t p = 0; p < routed["parts"].size(); ++p) {
    Json part = routed["parts"][p];
    const double with_wires_pj = part["routed_dynamic_pj"];
    part.erase("routed_dynamic_pj");
    EXPECT_EQ(part, plain["parts"][p]);  // what is beside it stays
    // Nets of the control and of memories keep what is assumed.
    const std::string name = part["part"];
    const double without_pj = part["gates_dynamic_pj"];
    if (name == "words of memories") {
      EXPECT_EQ(with_wires_pj, without_pj) << name;
    }
    if (name == "multipliers") changed = with_wires_pj / without_pj;
  }
  // Wires of this process are longer than the 1 fF of every net.
  EXPECT_EQ(changed > 1, mean_ff > double(layout["assumed_ff"]) / int(layout["nets"]));
  EXPECT_NE(changed, 1);
  EXPECT_NE(folder.read("parts.csv").find(",routed_dynamic_pj\n"), std::string::npos);
}

TEST(ValidateCommand, MistakesAreOneLineAndWriteNothing) {
  if (!can_run()) GTEST_SKIP() << "needs yosys and qflow-tech-osu018";
  const TemporaryFolder folder;
  ASSERT_NO_FATAL_FAILURE(make_run(folder));
  folder.write("truncated.lib", "library (a) { cell (b) {");
  struct Mistake {
    std::string words;
    const char* says;
  };
  const Mistake mistakes[] = {
      {"validate run --quiet", "needs --cells"},
      {"validate run --cells truncated.lib --quiet", "truncated.lib"},
      {arguments("--stages 6"), "--stages"},
      {arguments("--samples 0"), "--samples"},
      {arguments("--technology nowhere.cfg"), "nowhere.cfg"},
      {arguments("--clock 0"), "--clock"},
      {arguments("--layout chip"), "needs lane or core"},
      {arguments("--layout lane"), "needs --lef"},
      {arguments("--layer-ff 0.1"), "needs --layout"},
      {arguments("--layout lane --lef nothing.lef"), "nothing.lef"},
      {arguments("--layout lane --lef nothing.lef --wire-load long"), "--wire-load"},
  };
  for (const Mistake& mistake : mistakes) {
    const test::ProgramResult refused = run_minerva(folder.path(), mistake.words);
    EXPECT_EQ(refused.exit_code, 2) << mistake.words;
    EXPECT_NE(refused.standard_error.find(mistake.says), std::string::npos)
        << mistake.words << ": " << refused.standard_error;
    EXPECT_EQ(std::count(refused.standard_error.begin(), refused.standard_error.end(), '\n'), 1)
        << refused.standard_error;
  }
}

}  // namespace
}  // namespace minerva
