#include "minerva/quantize/width_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <tuple>

#include "cluster_problem.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/quantize_network.hpp"

namespace minerva::quantize {
namespace {

using Signal = QFormat LayerFormats::*;
constexpr std::array<Signal, 3> kSignals = {&LayerFormats::weight, &LayerFormats::activation,
                                            &LayerFormats::product};

/// A cost like the hardware's: what the datapath's words hold, each signal with its own weight.
double bits_cost(const QuantizationPlan& plan) {
  double cost = 0;
  double weight_of_signal = 3;
  for (const Signal signal : kSignals) {
    int widest = 0;
    for (const LayerFormats& f : plan.layers) widest = std::max(widest, (f.*signal).bits());
    cost += weight_of_signal * widest;
    weight_of_signal -= 1;
  }
  return cost;
}

bool legal(const LayerFormats& f) {
  try {
    check_formats(f, "plan");
    return true;
  } catch (const UserError&) {
    return false;
  }
}

QuantizeOptions options_with(Widest widest) {
  QuantizeOptions options;
  options.widest = widest;
  return options;
}

class WidthSearchOf : public ::testing::TestWithParam<std::tuple<int, Widest, int>> {
 protected:
  const ClusterProblem problem_ =
      cluster_problem(static_cast<std::uint64_t>(std::get<0>(GetParam())));
  const QuantizeOptions options_ = options_with(std::get<1>(GetParam()));
  const std::int64_t most_wrong_ = problem_.float_wrong + std::get<2>(GetParam());
  FixedEvaluator evaluator_{problem_.samples, problem_.reference, 1};

  std::int64_t wrong(const QuantizationPlan& plan) {
    return evaluator_.evaluate(quantize_network(problem_.network, plan)).wrong;
  }
};

TEST_P(WidthSearchOf, KeepsItsPromises) {
  ASSERT_GT(problem_.float_wrong, 0);
  ASSERT_LT(problem_.float_wrong, 60);
  std::int64_t reported = 0;
  const QuantizeResult result =
      search_widths(graph_network(problem_.network), evaluator_, most_wrong_, options_, bits_cost,
                    [&](std::int64_t n, const std::string& what) {
                      EXPECT_EQ(n, reported + 1);
                      EXPECT_FALSE(what.empty());
                      reported = n;
                    });
  EXPECT_EQ(result.evaluations, reported);

  // Every evaluation belongs to its plan.
  for (const EvaluatedPlan* part : {&result.minima, &result.per_layer, &result.hardware,
                                    &result.one_binary_point, &result.per_layer_point}) {
    ASSERT_EQ(part->plan.layers.size(), 2U);
    EXPECT_EQ(part->evaluation.wrong, wrong(part->plan));
  }

  // The bound holds for what the datapath runs and for the layers together.
  EXPECT_LE(result.hardware.evaluation.wrong, most_wrong_);
  EXPECT_LE(result.per_layer.evaluation.wrong, most_wrong_);

  // One datapath: one binary point, or one width with a point a layer.
  for (const Signal signal : kSignals) {
    const QFormat first = result.hardware.plan.layers[0].*signal;
    const QFormat second = result.hardware.plan.layers[1].*signal;
    EXPECT_EQ(first.bits(), second.bits());
    if (options_.widest == Widest::one_binary_point) {
      EXPECT_EQ(first, second);
    }
  }

  // No signal can lose one bit of the datapath and both hold and cost less.
  for (const Signal signal : kSignals) {
    for (const QFormat less : {QFormat{1, 0}, QFormat{0, 1}}) {
      QuantizationPlan narrower = result.hardware.plan;
      bool possible = true;
      for (LayerFormats& f : narrower.layers) {
        (f.*signal).integer_bits -= less.integer_bits;
        (f.*signal).fraction_bits -= less.fraction_bits;
        possible = possible && legal(f);
      }
      if (!possible || bits_cost(narrower) >= bits_cost(result.hardware.plan)) continue;
      EXPECT_GT(wrong(narrower), most_wrong_) << to_string(narrower.layers[0].*signal);
    }
  }
  EXPECT_LT(bits_cost(result.hardware.plan), bits_cost(uniform_plan(2)));

  // Each signal's own minimum holds with all others at the start, and a fraction bit less does not.
  for (std::size_t k = 0; k < 2; ++k) {
    for (const Signal signal : kSignals) {
      QuantizationPlan alone = uniform_plan(2);
      alone.layers[k].*signal = result.minima.plan.layers[k].*signal;
      EXPECT_LE(wrong(alone), most_wrong_);
      (alone.layers[k].*signal).fraction_bits -= 1;
      if (legal(alone.layers[k])) {
        EXPECT_GT(wrong(alone), most_wrong_);
      }
    }
  }

  // Layers lie inside the datapath and cannot lose a fraction bit.
  for (std::size_t k = 0; k < 2; ++k) {
    const LayerFormats& inside = result.per_layer.plan.layers[k];
    for (const Signal signal : kSignals) {
      EXPECT_LE((inside.*signal).integer_bits,
                (result.hardware.plan.layers[k].*signal).integer_bits);
      EXPECT_LE((inside.*signal).fraction_bits,
                (result.hardware.plan.layers[k].*signal).fraction_bits);
    }
  }
  EXPECT_EQ(result.one_binary_point.plan.layers,
            hardware_plan(result.per_layer.plan, Widest::one_binary_point).layers);
  EXPECT_EQ(result.per_layer_point.plan.layers,
            hardware_plan(result.per_layer.plan, Widest::per_layer_point).layers);
}

INSTANTIATE_TEST_SUITE_P(Seeds, WidthSearchOf,
                         ::testing::Combine(::testing::Values(1, 2, 5),
                                            ::testing::Values(Widest::one_binary_point,
                                                              Widest::per_layer_point),
                                            ::testing::Values(0, 3, 40)));

TEST(WidthSearch, TheSameAtOneAndTwoThreads) {
  const ClusterProblem problem = cluster_problem(4, 150);
  FixedEvaluator one(problem.samples, problem.reference, 1);
  FixedEvaluator two(problem.samples, problem.reference, 2);
  const std::int64_t most_wrong = problem.float_wrong + 2;
  QuantizeOptions options;
  options.start = {4, 6};  // fewer evaluations: two threads are slow on a loaded machine
  const QuantizeResult a =
      search_widths(graph_network(problem.network), one, most_wrong, options, bits_cost);
  const QuantizeResult b =
      search_widths(graph_network(problem.network), two, most_wrong, options, bits_cost);
  EXPECT_EQ(a.hardware.plan.layers, b.hardware.plan.layers);
  EXPECT_EQ(a.per_layer.plan.layers, b.per_layer.plan.layers);
  EXPECT_EQ(a.hardware.evaluation.divergence, b.hardware.evaluation.divergence);
  EXPECT_EQ(a.evaluations, b.evaluations);
}

TEST(WidthSearch, AStartOutsideTheBoundIsTheUsersError) {
  const ClusterProblem problem = cluster_problem(5);
  FixedEvaluator evaluator(problem.samples, problem.reference, 1);
  QuantizeOptions coarse;
  coarse.start = {1, 1};
  try {
    search_widths(graph_network(problem.network), evaluator, problem.float_wrong, coarse,
                  bits_cost);
    FAIL() << "Q1.1 held";
  } catch (const UserError& error) {
    const std::string line = error.what();
    EXPECT_NE(line.find("quantize.start = 'Q1.1'"), std::string::npos) << line;
    EXPECT_NE(line.find(std::to_string(problem.float_wrong)), std::string::npos) << line;
  }
  EXPECT_THROW(search_widths(graph_network(problem.network), evaluator, -1, {}, bits_cost),
               UserError);
  for (const QFormat bad : {QFormat{0, 8}, QFormat{20, 20}, QFormat{1, 16}}) {
    QuantizeOptions options;
    options.start = bad;
    EXPECT_THROW(check_options(options), UserError);
  }
}

// A bound that the start just holds, and layers whose scales lie far apart: the repair may fill
// every word with its point elsewhere and must then give back the start, and one binary point for
// all layers may not exist. Cases found by trying many.
TEST(WidthSearch, ABoundWithoutSlackStillEndsInAPlanThatHolds) {
  struct Row {
    std::uint64_t seed;
    float scale;
    QFormat start;
  };
  constexpr Row kRows[] = {{13, 60, {4, 4}},  {29, 1, {4, 4}},    {21, 60, {8, 8}},
                           {11, 120, {9, 7}}, {11, 200, {10, 6}}, {13, 400, {9, 7}}};
  int readings_that_do_not_fit = 0;
  for (const Row& row : kRows) {
    const ClusterProblem problem = cluster_problem(row.seed, 150, row.scale);
    FixedEvaluator evaluator(problem.samples, problem.reference, 1);
    const QuantizationPlan start = uniform_plan(2, {row.start, row.start, row.start});
    const std::int64_t at_start =
        evaluator.evaluate(quantize_network(problem.network, start)).wrong;
    for (const Widest widest : {Widest::one_binary_point, Widest::per_layer_point}) {
      QuantizeOptions options = options_with(widest);
      options.start = row.start;
      options.per_layer_figure = false;
      const QuantizeResult result =
          search_widths(graph_network(problem.network), evaluator, at_start, options, bits_cost);
      EXPECT_LE(result.hardware.evaluation.wrong, at_start) << "seed " << row.seed;
      EXPECT_FALSE(result.per_layer_point.plan.layers.empty());
      if (result.one_binary_point.plan.layers.empty()) {
        ++readings_that_do_not_fit;
        EXPECT_EQ(widest, Widest::per_layer_point);
        EXPECT_THROW(hardware_plan(result.per_layer.plan, Widest::one_binary_point), UserError);
      }
    }
  }
  EXPECT_GT(readings_that_do_not_fit, 0);
}

TEST(RangeProfile, IntegerBitsJustHoldTheValue) {
  EXPECT_EQ(LayerRange::integer_bits(0), 1);
  EXPECT_EQ(LayerRange::integer_bits(0.999), 1);
  EXPECT_EQ(LayerRange::integer_bits(1.0), 2);  // +1 itself is one step beyond Q1.n
  EXPECT_EQ(LayerRange::integer_bits(1.999), 2);
  EXPECT_EQ(LayerRange::integer_bits(31.9), 6);
  EXPECT_EQ(LayerRange::integer_bits(32), 7);
}

TEST(RangeProfile, HoldsTheLargestMagnitudesOfTheFloatNetwork) {
  const ClusterProblem problem = cluster_problem(6, 50);
  const std::vector<LayerRange> ranges =
      profile_ranges(graph_network(problem.network), problem.samples);
  ASSERT_EQ(ranges.size(), 2U);
  const NetworkLayer& first = problem.network.layers[0];
  double weight = 0;
  double product = 0;
  double hidden = 0;
  for (Eigen::Index s = 0; s < 50; ++s) {
    for (Eigen::Index i = 0; i < first.weights.rows(); ++i) {
      float sum = first.biases[i];
      for (Eigen::Index j = 0; j < first.weights.cols(); ++j) {
        weight = std::max(weight, std::fabs(double{first.weights(i, j)}));
        product = std::max(
            product, std::fabs(double{first.weights(i, j)}) * problem.samples.inputs.at(j, s));
        sum += first.weights(i, j) * problem.samples.inputs.at(j, s);
      }
      hidden = std::max(hidden, double{sum});
    }
  }
  EXPECT_EQ(ranges[0].weight, weight);
  EXPECT_EQ(ranges[0].activation, problem.samples.inputs.dense().maxCoeff());
  EXPECT_NEAR(ranges[0].product, product, 1e-6 * product);
  EXPECT_EQ(ranges[1].activation, hidden);
}

TEST(WidthSearch, StopsAtAGoalOfBitsWithinTheBound) {
  const ClusterProblem problem = cluster_problem(3);
  FixedEvaluator evaluator(problem.samples, problem.reference, 1);
  const std::int64_t most_wrong = problem.float_wrong + 2;
  const auto bits_of = [](const QuantizationPlan& plan) {
    int sum = 0;
    for (const Signal signal : kSignals) sum += (plan.layers.front().*signal).bits();
    return sum;  // one binary point: every layer has the same
  };
  QuantizeOptions options;
  const QuantizeResult free =
      search_widths(graph_network(problem.network), evaluator, most_wrong, options, bits_cost);
  const int narrowest = bits_of(free.hardware.plan);
  for (const int goal : {narrowest + 6, narrowest + 3}) {
    options.goal_bits = goal;
    const QuantizeResult found =
        search_widths(graph_network(problem.network), evaluator, most_wrong, options, bits_cost);
    // Where the joined minima were narrower than the goal already, nothing is left to save.
    EXPECT_LE(bits_of(found.hardware.plan), goal);
    EXPECT_LE(found.hardware.evaluation.wrong, most_wrong);
    EXPECT_LE(found.hardware.evaluation.divergence, free.hardware.evaluation.divergence);
  }
}

/// Widest bits of W, X and P, and of the accumulator of 18 inputs.
struct Widest4 {
  int w, x, p, accumulator;
};
Widest4 widest_of(const QuantizationPlan& plan) {
  Widest4 widest{0, 0, 0, 0};
  for (const LayerFormats& f : plan.layers) {
    widest.w = std::max(widest.w, f.weight.bits());
    widest.x = std::max(widest.x, f.activation.bits());
    widest.p = std::max(widest.p, f.product.bits());
  }
  widest.accumulator = widest.p + 5;
  return widest;
}

struct Limit {
  const char* name;
  bool (*answers)(const Widest4& widest);
};
/// Limits of machines: each signal alone, two of them together, and an adder.
const Limit kLimits[] = {
    {"words of W", [](const Widest4& b) { return b.w >= 6; }},
    {"words of X", [](const Widest4& b) { return b.x >= 7; }},
    {"words of P", [](const Widest4& b) { return b.p >= 9; }},
    {"accumulators", [](const Widest4& b) { return b.accumulator >= 15; }},
    {"products of operands", [](const Widest4& b) { return b.w * b.x >= 64; }},
    {"all", [](const Widest4& b) { return b.w >= 4 && b.x >= 6 && b.p >= 7 && b.w * b.x >= 60; }},
};

TEST(WidthSearch, TriesNoPlanThatIsNotAnswered) {
  const ClusterProblem problem = cluster_problem(3);
  FixedEvaluator evaluator(problem.samples, problem.reference, 1);
  const std::int64_t most_wrong = problem.float_wrong + 40;
  for (const Limit& limit : kLimits) {
    int free_plans_outside = 0;
    for (const int goal : {0, 14}) {
      for (const Widest widest : {Widest::one_binary_point, Widest::per_layer_point}) {
        QuantizeOptions options = options_with(widest);
        options.goal_bits = goal;
        const QuantizeResult free = search_widths(graph_network(problem.network), evaluator,
                                                  most_wrong, options, bits_cost);
        free_plans_outside += limit.answers(widest_of(free.hardware.plan)) ? 0 : 1;
        options.answered = [&](const QuantizationPlan& plan) {
          return limit.answers(widest_of(plan));
        };
        const auto cost = [&](const QuantizationPlan& plan) {
          EXPECT_TRUE(limit.answers(widest_of(plan))) << limit.name;
          return bits_cost(plan);
        };
        const QuantizeResult found =
            search_widths(graph_network(problem.network), evaluator, most_wrong, options, cost);
        EXPECT_TRUE(limit.answers(widest_of(found.hardware.plan))) << limit.name;
        EXPECT_LE(found.hardware.evaluation.wrong, most_wrong);
        const LeastBits least = least_bits(options, 2);
        for (const EvaluatedPlan* part : {&found.minima, &found.per_layer, &found.hardware}) {
          for (const LayerFormats& f : part->plan.layers) {
            EXPECT_GE(f.weight.bits(), least.weight) << limit.name;
            EXPECT_GE(f.activation.bits(), least.activation) << limit.name;
            EXPECT_GE(f.product.bits(), least.product) << limit.name;
          }
        }
        for (const NeighbourPlan& near : neighbour_plans(LayerGraph(problem.network.topology()),
                                                         found.hardware.plan, options)) {
          EXPECT_TRUE(near.signal.empty() || limit.answers(widest_of(near.plan))) << limit.name;
        }
      }
    }
    EXPECT_GT(free_plans_outside, 0) << limit.name << ": the limit binds nothing";
  }
}

TEST(WidthSearch, LeastBitsAreThoseBesideTheStart) {
  QuantizeOptions options;
  EXPECT_EQ(least_bits(options, 2).weight, 2);
  EXPECT_EQ(least_bits(options, 2).product, 1);
  options.answered = [](const QuantizationPlan& plan) {
    const Widest4 b = widest_of(plan);
    return b.w >= 4 && b.x >= 6 && b.accumulator >= 12 && b.w * b.x >= 100;
  };
  EXPECT_EQ(least_bits(options, 2).weight, 7);  // 16 x 7 is the first of 100 and more
  EXPECT_EQ(least_bits(options, 2).activation, 7);
  EXPECT_EQ(least_bits(options, 2).product, 7);
}

TEST(WidthSearch, LimitsThatBindNothingChangeNothing) {
  const ClusterProblem problem = cluster_problem(4);
  FixedEvaluator evaluator(problem.samples, problem.reference, 1);
  QuantizeOptions options;
  const QuantizeResult free = search_widths(graph_network(problem.network), evaluator,
                                            problem.float_wrong + 6, options, bits_cost);
  options.answered = [](const QuantizationPlan& plan) { return widest_of(plan).w >= 2; };
  const QuantizeResult same = search_widths(graph_network(problem.network), evaluator,
                                            problem.float_wrong + 6, options, bits_cost);
  EXPECT_EQ(free.hardware.plan.layers, same.hardware.plan.layers);
  EXPECT_EQ(free.per_layer.plan.layers, same.per_layer.plan.layers);
  EXPECT_EQ(free.minima.plan.layers, same.minima.plan.layers);
  EXPECT_EQ(free.evaluations, same.evaluations);
}

TEST(WidthSearch, AStartThatIsNotAnsweredBreaksTheContract) {
  const ClusterProblem problem = cluster_problem(3);
  FixedEvaluator evaluator(problem.samples, problem.reference, 1);
  QuantizeOptions options;
  options.answered = [](const QuantizationPlan&) { return false; };
  EXPECT_THROW(search_widths(graph_network(problem.network), evaluator, 400, options, bits_cost),
               ContractViolation);
}

}  // namespace
}  // namespace minerva::quantize
