#include <gtest/gtest.h>

#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/technology.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/engine/evaluate.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/quantized_graph.hpp"

// Designs are values: two can be held side by side, compared, stored, loaded and asked.
namespace minerva {
namespace {

NetworkLayer drawn_layer(int inputs, int neurons, KeyedRandom& random) {
  NetworkLayer layer;
  layer.weights = Eigen::MatrixXf::NullaryExpr(
      neurons, inputs, [&] { return static_cast<float>(random.uniform() - 0.5); });
  layer.biases = Eigen::VectorXf::NullaryExpr(
      neurons, [&] { return static_cast<float>(random.uniform() - 0.5); });
  return layer;
}

Design drawn_design() {
  KeyedRandom random(7, Stream::test, 1);
  Network network;
  network.layers = {drawn_layer(12, 9, random), drawn_layer(9, 4, random)};
  Design design;
  design.network = std::make_shared<const GraphNetwork>(graph_network(network));
  design.plan = uniform_plan(2, {{2, 6}, {2, 5}, {2, 7}});
  design.thresholds.theta = {0.0625, 0.125};
  design.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  design.point.lanes = 4;
  return design;
}

Samples drawn_samples() {
  KeyedRandom random(7, Stream::test, 2);
  Samples samples;
  samples.inputs = Eigen::MatrixXf(
      Eigen::MatrixXf::NullaryExpr(12, 50, [&] { return static_cast<float>(random.uniform()); }));
  for (int i = 0; i < 50; ++i) samples.labels.push_back(i % 4);
  return samples;
}

TEST(DesignValue, ComparesByContentAndNotByPlace) {
  const Design one = drawn_design();
  const Design same = drawn_design();
  EXPECT_NE(one.network, same.network);
  EXPECT_TRUE(one == same);
  Design other = one;
  other.plan.layers[1].product = {2, 6};
  EXPECT_TRUE(one != other);
  other = one;
  other.supply = {0.6, 0.001};
  EXPECT_TRUE(one != other);
  other = one;
  GraphNetwork changed = *one.network;
  changed.layers[0].weights(3, 5) += 0.25F;
  other.network = std::make_shared<const GraphNetwork>(changed);
  EXPECT_TRUE(one != other);
}

TEST(DesignValue, IsStoredAndLoadedForItsOwnNetworkAlone) {
  const Design design = drawn_design();
  const std::string text = design_to_json(design);
  EXPECT_TRUE(design_from_json(text, "design.json", design.network) == design);
  GraphNetwork changed = *design.network;
  changed.layers[1].biases(2) += 1;
  EXPECT_THROW(
      design_from_json(text, "design.json", std::make_shared<const GraphNetwork>(std::move(changed))),
      UserError);
  std::string unknown = text;
  unknown.replace(unknown.find("thresholds"), 10, "threshholds");
  EXPECT_THROW(design_from_json(unknown, "design.json", design.network), UserError);
}

TEST(DesignValue, EvaluateIsTheEngineOnItsQuantizedNetwork) {
  const Design design = drawn_design();
  const Samples samples = drawn_samples();
  FixedEvaluator evaluator(samples, float_outputs(*design.network, samples.inputs, 1), 1);
  const FixedEvaluation expected =
      evaluator.evaluate(quantize_graph(*design.network, design.plan, design.thresholds),
                         design.point.inputs_per_cycle());
  for (const int threads : {1, 3}) {
    const FixedEvaluation found = evaluate(design, samples, threads);
    EXPECT_EQ(found.wrong, expected.wrong);
    EXPECT_EQ(found.divergence, expected.divergence);
    ASSERT_EQ(found.activity.layers.size(), 2U);
    EXPECT_EQ(found.activity.layers[1].kept_inputs, expected.activity.layers[1].kept_inputs);
  }
  Design unpruned = design;
  unpruned.thresholds = {};
  EXPECT_GT(evaluate(unpruned, samples).activity.layers[0].kept_inputs,
            expected.activity.layers[0].kept_inputs);
}

TEST(DesignValue, EstimatesOfTwoDesignsStandSideBySide) {
  const Technology technology =
      read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg");
  const Design wide = drawn_design();
  Design narrow = wide;
  narrow.plan = uniform_plan(2, {{2, 4}, {2, 3}, {2, 5}});
  const Samples samples = drawn_samples();
  const PpaEstimate of_wide = estimate(wide, evaluate(wide, samples).activity, technology);
  const PpaEstimate of_narrow = estimate(narrow, evaluate(narrow, samples).activity, technology);
  EXPECT_EQ(of_wide.cycles, of_narrow.cycles);
  EXPECT_LT(of_narrow.area_mm2, of_wide.area_mm2);
}

}  // namespace
}  // namespace minerva
