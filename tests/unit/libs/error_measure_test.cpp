#include "minerva/engine/error_measure.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "minerva/arithmetic/random.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/engine/graph_trace.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva {
namespace {

struct Case {
  GraphNetwork network;
  QuantizedGraph quantized;
  Samples samples;
  Eigen::MatrixXf targets;
};

/// A network of random numbers in words of 10 bits, random inputs and targets.
Case random_case(const std::string& text, std::uint64_t seed) {
  Case made;
  KeyedRandom random(seed, static_cast<Stream>(900));
  const auto normal = [&](double scale) { return static_cast<float>(scale * random.normal()); };
  made.network.graph = parse_layer_graph(text, "test");
  for (int k = 0; k < made.network.graph.layers(); ++k) {
    const GraphLayer& layer = made.network.graph.layer(k);
    LayerParameters parameters;
    if (layer.has_weights()) {
      parameters.weights =
          Eigen::MatrixXf::NullaryExpr(layer.channels, layer.fan_in(), [&] { return normal(0.3); });
      parameters.biases = Eigen::VectorXf::NullaryExpr(layer.channels, [&] { return normal(0.2); });
    }
    made.network.layers.push_back(parameters);
  }
  QuantizationPlan plan = uniform_plan(made.network.graph.layers(), {{2, 8}, {3, 7}, {3, 9}});
  // Outputs are read at the float network's scale.
  plan.layers.back().scale_exponent = -1;
  made.quantized = quantize_graph(made.network, plan);
  constexpr int kSamples = 70;
  made.samples.inputs = SampleInputs(Eigen::MatrixXf(Eigen::MatrixXf::NullaryExpr(
      made.network.graph.inputs(), kSamples, [&] { return normal(0.7); })));
  made.samples.labels.assign(kSamples, 0);
  made.targets = Eigen::MatrixXf::NullaryExpr(made.network.graph.outputs(), kSamples,
                                              [&] { return normal(1); });
  return made;
}

/// What the trace of every sample gives, in plain loops.
struct Expected {
  std::int64_t units = 0;
  double divergence = 0;
};

Expected expected_of(const Case& of, const Eigen::MatrixXf& reference) {
  Expected expected;
  const int last = of.network.graph.layers() - 1;
  const LayerFormats& formats = of.quantized.layers.back().formats;
  const double step = std::pow(2.0, -formats.product.fraction_bits - formats.scale_exponent);
  const std::vector<std::int16_t> codes = input_codes(
      of.samples.inputs, of.quantized.layers.front().formats.activation, of.quantized.rounding);
  for (Eigen::Index s = 0; s < of.targets.cols(); ++s) {
    const GraphTrace trace =
        trace_graph(of.quantized, codes.data() + s * of.network.graph.inputs());
    const auto& sums = trace.accumulators[static_cast<std::size_t>(last)];
    double error = 0;
    double divergence = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const double value = static_cast<double>(sums[i]) * step;
      error += std::pow(value - of.targets(static_cast<Eigen::Index>(i), s), 2);
      divergence += std::pow(value - reference(static_cast<Eigen::Index>(i), s), 2);
    }
    expected.units += std::llround(error / 2 * 1024);
    expected.divergence += divergence / 2 / static_cast<double>(of.targets.cols());
  }
  return expected;
}

class SquaredError : public testing::TestWithParam<const char*> {};

TEST_P(SquaredError, IsTheSumOverSamplesInUnits) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Case of = random_case(GetParam(), seed);
    const Eigen::MatrixXf reference = float_outputs(of.network, of.samples.inputs);
    const Expected expected = expected_of(of, reference);
    ErrorMeasure measure;
    measure.targets = std::make_shared<const Eigen::MatrixXf>(of.targets);
    for (const int threads : {1, 2}) {
      FixedEvaluator evaluator(of.samples, reference, threads, measure);
      const FixedEvaluation found = evaluator.evaluate(of.quantized);
      EXPECT_EQ(found.wrong, expected.units) << "seed " << seed;
      EXPECT_NEAR(found.divergence, expected.divergence, 1e-9 * expected.divergence);
      EXPECT_TRUE(evaluator.judge(of.quantized, expected.units).within);
      const Judgement outside = evaluator.judge(of.quantized, expected.units - 1);
      EXPECT_FALSE(outside.within) << "seed " << seed;
      EXPECT_EQ(outside.evaluation.wrong, expected.units);
      EXPECT_FALSE(evaluator.judge(of.quantized, -1).within);
    }
    FixedEvaluator without_reference(of.samples, {}, 1, measure);
    EXPECT_EQ(without_reference.evaluate(of.quantized).wrong, expected.units);
    EXPECT_EQ(without_reference.evaluate(of.quantized).divergence, 0);
  }
}

TEST_P(SquaredError, IsKnownFromABase) {
  const Case of = random_case(GetParam(), 7);
  ErrorMeasure measure;
  measure.targets = std::make_shared<const Eigen::MatrixXf>(of.targets);
  Case changed = of;
  changed.quantized.layers.back().weights.front() ^= 4;
  FixedEvaluator plain(of.samples, {}, 1, measure);
  FixedEvaluator based(of.samples, {}, 1, measure);
  based.prepare_base(of.quantized);
  EXPECT_EQ(based.evaluate(changed.quantized).wrong, plain.evaluate(changed.quantized).wrong);
  EXPECT_NE(plain.evaluate(changed.quantized).wrong, plain.evaluate(of.quantized).wrong);
}

INSTANTIATE_TEST_SUITE_P(Engines, SquaredError, testing::Values("6-5-4", "5x5x2 c3k3p1 m2 4"));

TEST(SquaredErrorUnits, AreHalfSquaresOfFloatOutputs) {
  Eigen::MatrixXf outputs(2, 2);
  outputs << 1, 0, 3, 0.5;
  Eigen::MatrixXf targets(2, 2);
  targets << 0, 0, 1, 0.5;
  EXPECT_EQ(squared_error_units(outputs, targets), (1 + 4) * 1024 / 2) << "the second is met";
}

}  // namespace
}  // namespace minerva
