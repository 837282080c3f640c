#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "program.hpp"

// Weights in ROM and programmable machines, through the program.
namespace minerva::test {
namespace {

const std::string kTiny = std::string(MINERVA_SOURCE_DIR) + "/tests/support/tiny.cfg";

nlohmann::json summary(const TemporaryFolder& folder, const std::string& run) {
  return nlohmann::json::parse(folder.read(run + "/summary.json"));
}

TEST(Variants, AFinishedRunSaysWhatRomAndAProgrammableMachineWouldCost) {
  const TemporaryFolder folder;
  const ProgramResult r = run_minerva(
      folder.path(), "run " + kTiny + " --design.programmable_for=784-64-64-10 --out out");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  const nlohmann::json s = summary(folder, "out");
  const nlohmann::json& variants = s.at("variants");
  ASSERT_EQ(variants.size(), 2U);
  const double last_mw = s.at("stages").back().at("power_mw");
  for (const nlohmann::json& v : variants) {
    EXPECT_DOUBLE_EQ(v.at("over_last_stage"), v.at("power_mw").get<double>() / last_mw);
    EXPECT_EQ(v.at("predictions_per_s"), s.at("stages").back().at("predictions_per_s"));
  }
  EXPECT_LT(variants[0].at("area_mm2"), s.at("stages").back().at("area_mm2"));  // ROM
  EXPECT_GT(variants[1].at("area_mm2"), s.at("stages").back().at("area_mm2"));
  EXPECT_GT(variants[1].at("power_mw"), last_mw);
  EXPECT_NE(r.standard_output.find("ROM weights"), std::string::npos);
}

TEST(Variants, ARomReadsTheWeightsOfTheNetworkWithoutFaults) {
  const TemporaryFolder folder;
  const std::string machine =
      kTiny +
      " --dse.baseline=named --design.lanes=2 --design.macs_per_lane=1 --design.weight_bandwidth=1 "
      "--design.activation_bandwidth=1 --design.clock_period_ns=4";
  const ProgramResult sram = run_minerva(folder.path(), "run " + machine + " --out sram");
  ASSERT_EQ(sram.exit_code, 0) << sram.standard_error;
  const nlohmann::json variant = summary(folder, "sram").at("variants")[0];
  ASSERT_EQ(variant.at("name"), "ROM weights");
  // The same plan and thresholds in a machine whose weights are in ROM, which has no stage 5.
  const ProgramResult rom = run_minerva(
      folder.path(), "run " + machine +
                         " --design.weight_storage=rom --plan sram/plan.json --thresholds "
                         "sram/thresholds.json --out rom");
  ASSERT_EQ(rom.exit_code, 0) << rom.standard_error;
  const nlohmann::json pruned = summary(folder, "rom").at("stages").back();
  ASSERT_EQ(pruned.at("stage"), "prune");
  EXPECT_DOUBLE_EQ(variant.at("power_mw"), pruned.at("power_mw"));
  EXPECT_DOUBLE_EQ(variant.at("area_mm2"), pruned.at("area_mm2"));
  const nlohmann::json last = summary(folder, "sram").at("stages").back();
  EXPECT_GT(last.at("validation_wrong"), pruned.at("validation_wrong")) << "faults had an effect";
}

TEST(Variants, WeightsInRomEndBeforeStageFive) {
  const TemporaryFolder folder;
  const std::string rom = kTiny + " --design.weight_storage=rom --out out";
  const ProgramResult r = run_minerva(folder.path(), "run " + rom);
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  EXPECT_EQ(summary(folder, "out").at("stages").size(), 4U);
  EXPECT_TRUE(summary(folder, "out").at("variants").empty());
  EXPECT_NE(r.standard_output.find("stage 5 does not apply"), std::string::npos);
  const ProgramResult alone = run_minerva(folder.path(), "faults " + rom);
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_NE(alone.standard_error.find("design.weight_storage = 'rom'"), std::string::npos);
}

TEST(Variants, WeightsFromOffChipEndBeforeStageFive) {
  const TemporaryFolder folder;
  const std::string machine =
      kTiny + " --dse.baseline=named --design.off_chip_words=2 --design.lanes=4 --out out";
  const ProgramResult r = run_minerva(folder.path(), "run " + machine);
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  EXPECT_NE(r.standard_output.find("stage 5 does not apply"), std::string::npos);
  const nlohmann::json s = summary(folder, "out");
  EXPECT_EQ(s.at("stages").size(), 4U);
  const nlohmann::json& last = s.at("stages").back();
  EXPECT_EQ(last.at("power").back().at("name"), "off-chip memory");
  EXPECT_GT(last.at("power").back().at("dynamic_mw"), 0);
  for (const nlohmann::json& layer : last.at("layers")) {
    EXPECT_GT(layer.at("cycles").at("weight_stall"), 0);
  }
  const std::string layers = folder.read("out/layers.csv");
  EXPECT_NE(layers.find(",drain,weight_stall,cycles,"), std::string::npos);
  EXPECT_NE(layers.find(",weight_loads,"), std::string::npos);
  EXPECT_NE(layers.find(",off-chip_memory_nj"), std::string::npos);
  // SystemC has the same cycles and events.
  const ProgramResult simulated = run_minerva(folder.path(), "simulate out");
  ASSERT_EQ(simulated.exit_code, 0) << simulated.standard_error;
  EXPECT_NE(simulated.standard_output.find("weight_loads"), std::string::npos);
  EXPECT_NE(simulated.standard_output.find("weight_writes"), std::string::npos);
  const ProgramResult alone = run_minerva(folder.path(), "faults " + machine);
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_NE(alone.standard_error.find("design.off_chip_words = '2': needs 0 for stage 5"),
            std::string::npos);
}

TEST(Variants, AProgrammableMachineHoldsTheLargestNetwork) {
  const TemporaryFolder folder;
  const auto area_mm2 = [&](const std::string& options, const std::string& out) {
    const ProgramResult r =
        run_minerva(folder.path(),
                    "dse --dse.topology=784-24-16-10 --dse.baseline=named --dse.lanes=16"
                    " --dse.macs_per_lane=1 --dse.weight_bandwidth=1"
                    " --dse.activation_bandwidth=1 --dse.clock_period_ns=4"
                    " --dse.verify_samples=0 " +
                        options + " --out " + out);
    EXPECT_EQ(r.exit_code, 0) << r.standard_error;
    const nlohmann::json space = summary(folder, out).at("sections").at("dse");
    return space.at("frontier")[0].at("area_mm2").get<double>();
  };
  const double own = area_mm2("", "own");
  const double smaller = area_mm2("--design.also_for=784-16-16-10", "smaller");
  const double larger = area_mm2("--design.also_for=784-256-256-10", "larger");
  EXPECT_EQ(own, smaller);
  EXPECT_GT(larger, 2 * own);
}

}  // namespace
}  // namespace minerva::test
