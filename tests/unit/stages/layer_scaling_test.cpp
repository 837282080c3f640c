#include <gtest/gtest.h>

#include <cmath>

#include "cluster_problem.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/quantize_network.hpp"
#include "minerva/quantize/width_search.hpp"

// Layers times powers of two: the float function stays, the plan carries the scales, and the search
// uses them.
namespace minerva::quantize {
namespace {

QuantizationPlan with_scales(QuantizationPlan plan, const std::vector<int>& exponents) {
  for (std::size_t k = 0; k < exponents.size(); ++k) {
    plan.layers[k].scale_exponent = exponents[k];
  }
  return plan;
}

/// Three layers, so that one scale lies between two others.
Network random_network(std::uint64_t seed) {
  KeyedRandom random(seed, Stream::test, 98);
  const auto draw = [&] { return static_cast<float>(random.normal()); };
  Network network;
  int n_in = 9;
  for (const int n_out : {7, 8, 4}) {
    network.layers.push_back({Eigen::MatrixXf::NullaryExpr(n_out, n_in, draw),
                              Eigen::VectorXf::NullaryExpr(n_out, draw)});
    n_in = n_out;
  }
  return network;
}

TEST(LayerScaling, FloatOutputsAreTheOriginalsTimesTheLastScaleExactly) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Network network = random_network(seed);
    KeyedRandom random(seed, Stream::test, 97);
    const auto exponent = [&] { return static_cast<int>(random.below(17)) - 8; };
    const std::vector<int> exponents = {exponent(), exponent(), exponent()};
    const QuantizationPlan plan = with_scales(uniform_plan(3), exponents);
    const Eigen::MatrixXf x =
        Eigen::MatrixXf::NullaryExpr(9, 30, [&] { return static_cast<float>(random.normal()); });
    const Eigen::MatrixXf scaled = float_outputs(scaled_network(network, plan), x);
    const Eigen::MatrixXf expected = float_outputs(network, x) * std::ldexp(1.0F, exponents[2]);
    EXPECT_TRUE((scaled.array() == expected.array()).all()) << "seed " << seed;
  }
}

TEST(LayerScaling, QuantizingScalesWeightsAndBiasesBeforeItRounds) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Network network = random_network(seed);
    const QuantizationPlan unscaled = uniform_plan(3, {{2, 5}, {3, 4}, {2, 7}});
    const QuantizationPlan plan = with_scales(unscaled, {1, -2, 3});
    const QuantizedNetwork from_plan = quantize_network(network, plan);
    const QuantizedNetwork by_hand = quantize_network(scaled_network(network, plan), unscaled);
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_EQ(from_plan.layers[k].weights, by_hand.layers[k].weights) << "seed " << seed;
      EXPECT_EQ(from_plan.layers[k].biases, by_hand.layers[k].biases) << "seed " << seed;
      EXPECT_EQ(from_plan.plan().layers[k], plan.layers[k]);
    }
  }
}

// A scale and points moved against it are the same integers, so the same count, and the same
// divergence to the last bit: the outputs are read at the float network's scale.
TEST(LayerScaling, AScaleUndoneByThePointsIsTheSameNetwork) {
  const ClusterProblem problem = cluster_problem(3);
  FixedEvaluator evaluator(problem.samples, problem.reference, 1);
  const QuantizationPlan plain = uniform_plan(2, {{2, 5}, {3, 4}, {3, 6}});
  for (const int s : {-2, -1, 1, 2}) {
    QuantizationPlan scaled = with_scales(plain, {s, s});
    const auto move = [s](QFormat& f) { f = {f.integer_bits + s, f.fraction_bits - s}; };
    move(scaled.layers[0].weight);
    move(scaled.layers[0].product);
    move(scaled.layers[1].activation);
    move(scaled.layers[1].product);
    if (scaled.layers[0].weight.integer_bits < 1) continue;
    const FixedEvaluation a = evaluator.evaluate(quantize_network(problem.network, plain));
    const FixedEvaluation b = evaluator.evaluate(quantize_network(problem.network, scaled));
    EXPECT_EQ(a.wrong, b.wrong) << s;
    EXPECT_EQ(a.divergence, b.divergence) << s;
    EXPECT_GT(a.divergence, 0);
  }
}

TEST(LayerScaling, ScalesBeyondTheLimitAreRefused) {
  const Network network = random_network(1);
  for (const int s : {kMaxScaleExponent + 1, -kMaxScaleExponent - 1}) {
    try {
      quantize_network(network, with_scales(uniform_plan(3), {0, s, 0}));
      FAIL() << s;
    } catch (const UserError& error) {
      const std::string line = error.what();
      EXPECT_NE(line.find("layer 1.scale"), std::string::npos) << line;
      EXPECT_NE(line.find("16"), std::string::npos) << line;
    }
  }
}

double bits(const QuantizationPlan& plan) { return weighted_bits(plan, {}); }

// Layers whose scales lie far apart: one binary point wastes bits unless the layers are scaled.
TEST(LayerScaling, TheSearchSavesBitsWhereLayersDiffer) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const ClusterProblem problem = cluster_problem(seed, 400, 16);
    FixedEvaluator evaluator(problem.samples, problem.reference, 1);
    QuantizeOptions options;
    const std::int64_t most_wrong = problem.float_wrong + 2;
    const QuantizeResult plain =
        search_widths(graph_network(problem.network), evaluator, most_wrong, options, bits);
    options.scaling = LayerScaling::power_of_two;
    const QuantizeResult scaled =
        search_widths(graph_network(problem.network), evaluator, most_wrong, options, bits);
    EXPECT_LE(scaled.hardware.evaluation.wrong, most_wrong);
    EXPECT_LT(bits(scaled.hardware.plan), bits(plain.hardware.plan)) << "seed " << seed;
    EXPECT_EQ(plain.hardware.plan.layers[0].scale_exponent, 0);
    EXPECT_LT(scaled.hardware.plan.layers[0].scale_exponent, 0);  // undoes the factor of 16
    // The figure's layers keep the scales that they were searched with.
    for (std::size_t k = 0; k < 2; ++k) {
      EXPECT_EQ(scaled.per_layer.plan.layers[k].scale_exponent,
                scaled.hardware.plan.layers[k].scale_exponent);
    }
    // With a goal the divergence at that many bits is what scaling lowers.
    options.goal_bits = datapath_bits(plain.hardware.plan);
    const QuantizeResult goal =
        search_widths(graph_network(problem.network), evaluator, most_wrong, options, bits);
    EXPECT_LE(datapath_bits(goal.hardware.plan), options.goal_bits);
    EXPECT_LT(goal.hardware.evaluation.divergence, plain.hardware.evaluation.divergence);
  }
}

TEST(UniformWords, OnlyPointsAreSearchedAndNoneCanMoveToDivergeLess) {
  const ClusterProblem problem = cluster_problem(2);
  FixedEvaluator evaluator(problem.samples, problem.reference, 1);
  QuantizeOptions options;
  for (const int width : {8, 16}) {
    for (const Widest widest : {Widest::one_binary_point, Widest::per_layer_point}) {
      options.uniform_bits = width;
      options.widest = widest;
      const QuantizeResult found = search_widths(graph_network(problem.network), evaluator,
                                                 problem.float_wrong + 5, options, bits);
      for (const LayerFormats& f : found.hardware.plan.layers) {
        EXPECT_EQ(f.weight.bits(), width);
        EXPECT_EQ(f.activation.bits(), width);
        EXPECT_EQ(f.product.bits(), width);
        if (widest == Widest::one_binary_point) {
          EXPECT_EQ(f, found.hardware.plan.layers[0]);
        }
      }
      for (QFormat LayerFormats::*signal :
           {&LayerFormats::weight, &LayerFormats::activation, &LayerFormats::product}) {
        for (const int d : {-1, 1}) {
          QuantizationPlan moved = found.hardware.plan;
          bool possible = true;
          for (LayerFormats& f : moved.layers) {
            f.*signal = {(f.*signal).integer_bits + d, (f.*signal).fraction_bits - d};
            possible = possible && (f.*signal).integer_bits >= 1 && (f.*signal).fraction_bits >= 0;
          }
          if (!possible) continue;
          EXPECT_GE(evaluator.evaluate(quantize_network(problem.network, moved)).divergence,
                    found.hardware.evaluation.divergence);
        }
      }
    }
  }
  options.uniform_bits = 2;
  try {
    search_widths(graph_network(problem.network), evaluator, problem.float_wrong, options, bits);
    FAIL() << "two bits held";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("quantize.uniform_bits = '2'"), std::string::npos)
        << error.what();
  }
}

TEST(NeighbourPlans, AreOneAndTwoBitsAway) {
  const QuantizationPlan plan = with_scales(uniform_plan(2, {{4, 4}, {2, 6}, {1, 7}}), {1, 2});
  const std::vector<NeighbourPlan> near =
      neighbour_plans(LayerGraph(Topology({5, 4, 3})), plan, {});
  // Three signals, four steps in m and in n; X has no m of 0, P neither 0 nor -1.
  ASSERT_EQ(near.size(), 1U + 8U + 7U + 6U);
  EXPECT_EQ(near[0].plan.layers, plan.layers);
  for (std::size_t i = 1; i < near.size(); ++i) {
    const NeighbourPlan& n = near[i];
    QuantizationPlan back = n.plan;
    EXPECT_EQ(std::abs(n.integer_bits_added) + std::abs(n.fraction_bits_added) > 0, true);
    for (LayerFormats& f : back.layers) {
      QFormat& moved = n.signal == "W" ? f.weight : n.signal == "X" ? f.activation : f.product;
      moved = {moved.integer_bits - n.integer_bits_added,
               moved.fraction_bits - n.fraction_bits_added};
    }
    EXPECT_EQ(back.layers, plan.layers) << n.signal;
    EXPECT_EQ(datapath_bits(n.plan),
              datapath_bits(plan) + n.integer_bits_added + n.fraction_bits_added);
  }
}

TEST(WeightedBits, CountEachSignalsWidestLayer) {
  QuantizationPlan plan = uniform_plan(2, {{1, 5}, {2, 6}, {1, 9}});
  plan.layers[1].weight = {2, 6};
  EXPECT_EQ(weighted_bits(plan, {}), 8 + 8 + 10);
  EXPECT_EQ(weighted_bits(plan, {3, 2, 0.5}), 24 + 16 + 5);
}

}  // namespace
}  // namespace minerva::quantize
