#include "minerva/prune/threshold_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cluster_problem.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/quantize_network.hpp"

namespace minerva::prune {
namespace {

QuantizationPlan plan_of_test() { return uniform_plan(2, {{2, 6}, {3, 5}, {3, 8}}); }

class ThresholdSearch : public ::testing::Test {
 protected:
  const ClusterProblem problem_ = cluster_problem(1);
  const QuantizationPlan plan_ = plan_of_test();
  FixedEvaluator evaluator_{problem_.samples, problem_.reference, 1};
  const std::int64_t unpruned_wrong_ = wrong({});

  FixedEvaluation evaluate(const PruningThresholds& thresholds) {
    return evaluator_.evaluate(quantize_network(problem_.network, plan_, thresholds));
  }
  std::int64_t wrong(const PruningThresholds& thresholds) { return evaluate(thresholds).wrong; }
  double skipped(const PruningThresholds& thresholds) {
    const QuantizedNetwork network = quantize_network(problem_.network, plan_, thresholds);
    return skipped_percent(quantized_graph(network), evaluator_.evaluate(network).activity);
  }
  PruneResult search(std::int64_t extra_wrong, double goal_percent) {
    PruneOptions options;
    options.goal_percent = goal_percent;
    return search_thresholds(graph_network(problem_.network), plan_, evaluator_, unpruned_wrong_ + extra_wrong,
                             options);
  }
};

TEST_F(ThresholdSearch, StartsAtExactZerosWhichCostNothing) {
  const PruneResult result = search(0, 0);
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(result.thresholds.theta[k], plan_.layers[k].activation.step());
  }
  EXPECT_TRUE(result.goal_reached);
  EXPECT_EQ(result.skipped_percent, result.skipped_by_zeros_percent);
  EXPECT_EQ(result.evaluation.wrong, unpruned_wrong_);
  EXPECT_EQ(result.evaluation.divergence, evaluate({}).divergence);
  // Counted apart: products with an input of code 0.
  const ActivityProfile full = evaluate({}).activity;
  const double zero_products =
      static_cast<double>(full.layers[0].zero_inputs * 18 + full.layers[1].zero_inputs * 5);
  EXPECT_DOUBLE_EQ(result.skipped_percent, 100 * zero_products / (400 * (14 * 18 + 18 * 5)));
  EXPECT_GT(result.skipped_percent, 5);
}

TEST_F(ThresholdSearch, StopsAtTheFirstMoveThatReachesTheGoal) {
  const double zeros = search(0, 0).skipped_percent;
  const double goal = zeros + 8;
  const PruneResult result = search(40, goal);
  ASSERT_TRUE(result.goal_reached);
  EXPECT_GE(result.skipped_percent, goal);
  EXPECT_LE(result.evaluation.wrong, unpruned_wrong_ + 40);
  // The last move was needed: some threshold one step lower lies below the goal.
  bool needed = false;
  for (std::size_t k = 0; k < 2; ++k) {
    PruningThresholds before = result.thresholds;
    before.theta[k] -= plan_.layers[k].activation.step();
    needed = needed || skipped(before) < goal;
  }
  EXPECT_TRUE(needed);
}

TEST_F(ThresholdSearch, StaysWithinTheBoundAndEndsWhereNoMoveIsLeft) {
  for (const std::int64_t extra : {0, 2, 5, 20}) {
    const PruneResult result = search(extra, 100);
    EXPECT_LE(result.evaluation.wrong, unpruned_wrong_ + extra);
    EXPECT_EQ(result.evaluation.wrong, wrong(result.thresholds));
    EXPECT_EQ(result.skipped_percent, skipped(result.thresholds));
    EXPECT_GE(result.skipped_percent, result.skipped_by_zeros_percent);
    EXPECT_FALSE(result.goal_reached);
    for (std::size_t k = 0; k < 2; ++k) {
      PruningThresholds raised = result.thresholds;
      raised.theta[k] += plan_.layers[k].activation.step();
      if (raised.theta[k] > std::ldexp(1.0, plan_.layers[k].activation.integer_bits - 1)) continue;
      EXPECT_GT(wrong(raised), unpruned_wrong_ + extra) << "layer " << k;
    }
  }
}

TEST_F(ThresholdSearch, AWiderBoundEndsAtTheFormatsReach) {
  const PruneResult result = search(400, 100);  // every sample may be wrong
  EXPECT_TRUE(result.goal_reached);
  EXPECT_DOUBLE_EQ(result.skipped_percent, 100);
}

TEST_F(ThresholdSearch, EachMoveIsTheBestSkipPerDivergence) {
  // Goals just above what each prefix of the path skips replay the path one move at a time.
  PruningThresholds now = search(10, 0).thresholds;
  double skipped_now = skipped(now);
  for (int move = 0; move < 8; ++move) {
    const PruneResult next = search(10, skipped_now + 1e-9);
    if (!next.goal_reached) break;
    const double divergence_now = evaluate(now).divergence;
    double best_ratio = -1;
    PruningThresholds best;
    for (std::size_t k = 0; k < 2; ++k) {
      PruningThresholds raised = now;
      raised.theta[k] += plan_.layers[k].activation.step();
      const FixedEvaluation e = evaluate(raised);
      if (e.wrong > unpruned_wrong_ + 10) continue;
      const double added = std::max(e.divergence - divergence_now, 1e-12);
      const double ratio = (skipped(raised) - skipped_now) / added;
      if (ratio > best_ratio) {
        best_ratio = ratio;
        best = raised;
      }
    }
    ASSERT_EQ(next.thresholds.theta, best.theta) << "move " << move;
    now = next.thresholds;
    skipped_now = next.skipped_percent;
  }
}

TEST_F(ThresholdSearch, SweepMeasuresOneThetaInEveryLayer) {
  const PruneResult result = search(0, 0);
  const PruneOptions defaults;
  ASSERT_EQ(result.curve.size(), defaults.curve.size());  // Q3.5 reaches 4
  double before = -1;
  for (std::size_t at = 0; at < result.curve.size(); ++at) {
    const ThresholdPoint& point = result.curve[at];
    const PruningThresholds same{{point.theta, point.theta}};
    EXPECT_EQ(point.theta, defaults.curve[at]);
    EXPECT_EQ(point.wrong, wrong(same));
    EXPECT_EQ(point.skipped_percent, skipped(same));
    EXPECT_GE(point.skipped_percent, before);
    before = point.skipped_percent;
  }
  EXPECT_EQ(result.curve[0].skipped_percent, 0);
}

TEST_F(ThresholdSearch, TheSameAtOneAndTwoThreads) {
  FixedEvaluator two(problem_.samples, problem_.reference, 2);
  PruneOptions options;
  options.goal_percent = 100;
  const PruneResult a = search(6, 100);
  const PruneResult b =
      search_thresholds(graph_network(problem_.network), plan_, two, unpruned_wrong_ + 6, options);
  EXPECT_EQ(a.thresholds.theta, b.thresholds.theta);
  EXPECT_EQ(a.evaluation.divergence, b.evaluation.divergence);
  EXPECT_EQ(a.skipped_percent, b.skipped_percent);
  EXPECT_EQ(a.evaluations, b.evaluations);
}

TEST_F(ThresholdSearch, TheGoalIsWhatThresholdsAddToZeros) {
  const double zeros = search(0, 0).skipped_percent;
  for (const double beyond : {0.0, 5.0, 25.0}) {
    PruneOptions options;
    options.goal_beyond_zeros_percent = beyond;
    ASSERT_EQ(options.goal_percent, PruneOptions::kNoGoal) << "the default asks for no total";
    const double goal = zeros + (100 - zeros) * beyond / 100;
    EXPECT_DOUBLE_EQ(goal_of(options, zeros), goal);
    const PruneResult result =
        search_thresholds(graph_network(problem_.network), plan_, evaluator_, unpruned_wrong_ + 400, options);
    EXPECT_EQ(result.skipped_by_zeros_percent, zeros);
    EXPECT_DOUBLE_EQ(result.goal_percent, goal);
    ASSERT_TRUE(result.goal_reached);
    EXPECT_GE(result.skipped_percent, goal);
    if (beyond > 0) {
      EXPECT_GT(result.skipped_percent, zeros) << "zeros alone meet no goal beyond them";
      EXPECT_LT(result.skipped_percent, goal + 10) << "it stops at the goal";
    }
    // A total that a config asks for counts as it always did.
    options.goal_percent = zeros + 8;
    const PruneResult total =
        search_thresholds(graph_network(problem_.network), plan_, evaluator_, unpruned_wrong_ + 40, options);
    const PruneResult asked = search(40, zeros + 8);
    EXPECT_EQ(total.thresholds.theta, asked.thresholds.theta);
    EXPECT_EQ(total.goal_percent, zeros + 8);
  }
}

TEST(PruneOptions, OutOfRangeIsAnError) {
  for (const double goal : {-0.1, -0.5, -1.1, 100.1, std::nan("")}) {
    PruneOptions options;
    options.goal_percent = goal;
    EXPECT_THROW(check_options(options), UserError) << goal;
  }
  for (const double goal : {-1.0, -0.1, 100.1, std::nan("")}) {
    PruneOptions options;
    options.goal_beyond_zeros_percent = goal;
    EXPECT_THROW(check_options(options), UserError) << goal;
  }
  for (const double theta : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    PruneOptions options;
    options.curve = {0.5, theta};
    EXPECT_THROW(check_options(options), UserError) << theta;
  }
  EXPECT_NO_THROW(check_options({}));
}

}  // namespace
}  // namespace minerva::prune
