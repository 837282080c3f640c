#include "minerva/design/design_json.hpp"

#include <gtest/gtest.h>

#include "text_checks.hpp"

namespace minerva {
namespace {

const char* const kPlan = R"({"rounding": "half_up", "layers": [
 {"W": [2,6], "X": [2,4], "P": [2,7], "theta": 3},
 {"W": [1,7], "X": [6,10], "P": [16,16], "theta": 0}],
 "faults": {"masking": "bit", "sign": "zero", "detector": "razor"},
 "point": {"lanes": 16}, "counts": [], "cycles": []})";

TEST(PlanJson, ReadsTheDumpsLayoutAndRoundTrips) {
  const PlanFile plan = plan_from_json(kPlan, "p.json");
  ASSERT_EQ(plan.plan.layers.size(), 2U);
  EXPECT_EQ(plan.plan.layers[0].product, (QFormat{2, 7}));
  EXPECT_EQ(plan.theta_codes, (std::vector<int>{3, 0}));
  const std::string text = plan_to_json(plan);
  EXPECT_TRUE(contains(text, "\"schema\": \"minerva-plan-2\""));
  const PlanFile back = plan_from_json(text, "p.json");
  EXPECT_EQ(back.plan.layers, plan.plan.layers);
  EXPECT_EQ(back.theta_codes, plan.theta_codes);
  EXPECT_EQ(plan_to_json(back), text);
  PlanFile scaled = plan;
  scaled.plan.layers[0].scale_exponent = -2;
  const PlanFile scaled_back = plan_from_json(plan_to_json(scaled), "p.json");
  EXPECT_EQ(scaled_back.plan.layers, scaled.plan.layers);
  EXPECT_FALSE(contains(text, "scale"));  // a plan without scales reads as it always did
  const PlanFile bare = plan_from_json(plan_to_json({uniform_plan(3), {}}), "p.json");
  EXPECT_TRUE(bare.theta_codes.empty());
}

TEST(PlanJson, ReadsTheFirstSchema) {
  const std::string now = plan_to_json(plan_from_json(kPlan, "p.json"));
  const std::string old = replaced(kPlan, "\"rounding\"", "\"mode\"");
  EXPECT_EQ(plan_to_json(plan_from_json(old, "p.json")), now);
  const std::string schema = replaced(old, "\"mode\"", "\"schema\": \"minerva-plan-1\", \"mode\"");
  EXPECT_EQ(plan_to_json(plan_from_json(schema, "p.json")), now);
  EXPECT_EQ(error_of([&] {
              plan_from_json(replaced(schema, "minerva-plan-1", "minerva-plan-2"), "p.json");
            }),
            "p.json: rounding: is missing");
}

TEST(DesignPointJson, ReadsTheFirstSchema) {
  DesignPoint point;
  point.macs_per_lane = 4;
  point.weight_bandwidth = 2;
  point.activation_bandwidth = 3;
  point.multiplier_stages = 5;
  point.activation_banks = 7;
  std::string old = design_point_to_json(point);
  const std::pair<const char*, const char*> names[] = {{"point-2", "point-1"},
                                                       {"weight_bandwidth", "weight_bw"},
                                                       {"activation_bandwidth", "act_bw"},
                                                       {"multiplier_stages", "mul_stages"},
                                                       {"activation_banks", "act_banks"}};
  for (const auto& [now, before] : names) old = replaced(old, now, before);
  EXPECT_TRUE(design_point_from_json(old, "d.json") == point);
}

TEST(PlanJson, NamesFileAndPathOfWhatIsWrong) {
  const auto error = [](const std::string& from, const std::string& to) {
    return error_of([&] { plan_from_json(replaced(kPlan, from, to), "p.json"); });
  };
  EXPECT_EQ(error("\"P\": [2,7]", "\"Q\": [2,7]"), "p.json: layers[0].P: is missing");
  EXPECT_EQ(error("\"P\": [2,7]", "\"P\": [2,7], \"p\": 1"), "p.json: layers[0].p: unknown member");
  EXPECT_EQ(error("[2,4]", "[2]"),
            "p.json: layers[0].X = '[2]': needs [integer bits with the sign, fraction bits]");
  EXPECT_TRUE(contains(error("[2,4]", "[0,8]"), "p.json: layers[0].X"));
  EXPECT_TRUE(contains(error("[2,6]", "[20,20]"), "p.json: layers[0].W"));
  EXPECT_TRUE(contains(error("[2,6]", "[2.5,6]"), "p.json: layers[0].W[0] = '2.5'"));
  EXPECT_TRUE(contains(error("half_up", "up"), "p.json: rounding = 'up'"));
  EXPECT_TRUE(contains(error("\"theta\": 3", "\"theta\": 33"), "p.json: layers[0].theta = '33'"));
  EXPECT_TRUE(contains(error("\"theta\": 3", "\"theta\": -1"), "p.json: layers[0].theta = '-1'"));
  EXPECT_TRUE(contains(error(", \"theta\": 0", ""), "p.json: layers[1].theta"));
  EXPECT_TRUE(contains(error("\"rounding\"", "\"schema\": \"other-1\", \"rounding\""),
                       "p.json: schema = '\"other-1\"': needs \"minerva-plan-2\""));
  EXPECT_TRUE(
      contains(error("\"rounding\"", "\"rounding\": \"truncate\", \"rounding\""), "stands twice"));
  EXPECT_TRUE(contains(error("\"cycles\": []}", "\"cycles\": ["),
                       "p.json: is not JSON: parse error"
                       " at line 5"));
  EXPECT_TRUE(contains(error_of([] { plan_from_json("[]", "p.json"); }), "needs an object"));
  EXPECT_TRUE(contains(error_of([] { plan_from_json("", "p.json"); }), "p.json: is empty"));
  EXPECT_TRUE(contains(
      error_of([] { plan_from_json("{\"rounding\": \"half_up\", \"layers\": []}", "p.json"); }),
      "p.json: layers = '0 layers'"));
}

TEST(DesignJson, CodebooksStandInThePlanOfLayersThatHaveThem) {
  PlanFile file{uniform_plan(2, {{2, 6}, {3, 6}, {3, 8}}), {}};
  EXPECT_EQ(plan_to_json(file).find("codebook"), std::string::npos);
  for (LayerFormats& layer : file.plan.layers) layer.codebook = {{-40, -3, 0, 12}};
  const std::string text = plan_to_json(file);
  EXPECT_TRUE(plan_from_json(text, "p").plan.layers == file.plan.layers);
  EXPECT_TRUE(contains(error_of([&] { plan_from_json(replaced(text, "-40", "-400"), "p.json"); }),
                       "p.json: layers[0].codebook = '-400': needs -128 to 127, a code of Q2.6"));
}

TEST(DesignJson, StructsRoundTrip) {
  const PruningThresholds thresholds{{0, 0.1 + 0.2, 1.5}};
  EXPECT_EQ(thresholds_from_json(thresholds_to_json(thresholds), "t").theta, thresholds.theta);

  DesignPoint point;
  point.lanes = 32;
  point.clock_period_ns = 2.5;
  EXPECT_EQ(design_point_from_json(design_point_to_json(point), "d"), point);
  EXPECT_TRUE(contains(error_of([&] {
                         design_point_from_json(replaced(design_point_to_json(point), "32", "0"),
                                                "d.json");
                       }),
                       "d.json: design.lanes = '0'"));

  const FaultSetting faults{{Masking::bit, SignPolicy::hardened, Detector::razor}, {0.6, 0.044}};
  const FaultSetting back = faults_from_json(faults_to_json(faults), "f");
  EXPECT_EQ(back.mitigation, faults.mitigation);
  EXPECT_EQ(back.sram.fault_rate, 0.044);
  EXPECT_EQ(back.sram.voltage_v, 0.6);
  EXPECT_TRUE(contains(error_of([&] {
                         faults_from_json(replaced(faults_to_json(faults), "razor", "none"),
                                          "f.json");
                       }),
                       "f.json: faults.detector"));
  EXPECT_TRUE(contains(error_of([&] {
                         faults_from_json(replaced(faults_to_json(faults), "0.044", "1.044"),
                                          "f.json");
                       }),
                       "f.json: rate = '1.044': needs a finite number from 0.0 to 1.0"));
}

TEST(NoiseJson, RoundTripsAndRefusesSigmaThatDoesNotFollow) {
  const TrainingNoise noise{{{1, 170, 169}, {18446744073709551615ULL, 181, 180}}, 10000, 10000};
  const std::string text = noise_to_json(noise);
  const TrainingNoise back = noise_from_json(text, "n.json");
  EXPECT_EQ(back.runs.at(1).seed, 18446744073709551615ULL);
  EXPECT_EQ(noise_to_json(back), text);
  EXPECT_TRUE(contains(text, "\"mean_percent\": 1.755"));
  EXPECT_TRUE(contains(error_of([&] { noise_from_json(replaced(text, "1.755", "1.2"), "n.json"); }),
                       "n.json: statistics"));
  EXPECT_TRUE(contains(error_of([&] { noise_from_json(replaced(text, "170", "10001"), "n.json"); }),
                       "n.json: runs[0].validation_wrong = '10001'"));
  EXPECT_TRUE(contains(
      error_of([&] { noise_from_json(replaced(text, "\"seed\": 1,", "\"seed\": -1,"), "n.json"); }),
      "n.json: runs[0].seed = '-1'"));
}

TEST(DumpJson, IsReadableAsAPlan) {
  DumpDescription dump;
  dump.plan = plan_from_json(kPlan, "p.json");
  dump.faults = true;
  EventCounts counts;
  counts.input_reads = 784;
  counts.activation_reads = 256;
  dump.counts = {{counts, counts, counts}, {counts, counts, counts}};
  dump.cycles = {{1, 2, 3, 4}, {5, 6, 7, 8}};
  const std::string text = dump_to_json(dump);
  EXPECT_EQ(plan_to_json(plan_from_json(text, "dump")), plan_to_json(dump.plan));
  EXPECT_TRUE(contains(text, "\"multiplier_stages\": 1"));
  EXPECT_TRUE(contains(text, "\"total\": 26"));
  // The first layer reads the input memory alone, the second the activation memory alone.
  EXPECT_LT(text.find("\"input_reads\""), text.find("\"activation_reads\""));
  EXPECT_EQ(text.find("\"input_reads\""), text.rfind("\"input_reads\""));
  EXPECT_EQ(text.find("\"activation_reads\""), text.rfind("\"activation_reads\""));
}

}  // namespace
}  // namespace minerva
