#include <gtest/gtest.h>

#include "explored_space.hpp"

namespace minerva::dse {
namespace {

TEST(Baseline, IsTheFastestWithinItsLimits) {
  const std::vector<ExploredPoint> frontier = explore(book(), grid_of({}), 1).frontier;
  const BaselineRule rule;
  const Baseline baseline = choose_baseline(frontier, rule);
  const ExploredPoint& chosen = frontier[baseline.index.value()];
  const double limit_mw = rule.power_budget_mw * rule.expected_saving;
  double smallest_mm2 = chosen.area_mm2;
  for (const ExploredPoint& p : frontier) smallest_mm2 = std::min(smallest_mm2, p.area_mm2);
  EXPECT_LE(chosen.power_mw, limit_mw);
  EXPECT_LE(chosen.area_mm2, rule.area_factor * smallest_mm2);
  for (const ExploredPoint& p : frontier) {
    if (p.time_us < chosen.time_us) {
      EXPECT_TRUE(p.power_mw > limit_mw || p.area_mm2 > rule.area_factor * smallest_mm2);
    }
  }
  // The machine of the book has 16 multipliers at 4 ns.
  EXPECT_EQ(chosen.point.lanes * chosen.point.inputs_per_cycle(), 16);
  EXPECT_EQ(chosen.point.clock_period_ns, 4);
  EXPECT_NE(baseline.reason.find("within 8.1 x 10.0 mW"), std::string::npos) << baseline.reason;
  // Another order of the same points, as other objectives give, changes nothing.
  std::vector<ExploredPoint> reversed(frontier.rbegin(), frontier.rend());
  EXPECT_TRUE(same(reversed[choose_baseline(reversed, rule).index.value()], chosen));
}

TEST(Baseline, BendIsTheSlowestOverPartitionedPoint) {
  std::vector<ExploredPoint> frontier(5);
  for (std::size_t i = 0; i < 5; ++i) frontier[i].time_us = 10.0 + static_cast<double>(i * 7 % 5);
  EXPECT_FALSE(find_bend(frontier).has_value());
  frontier[0].over_partitioned = frontier[2].over_partitioned = true;  // 10 and 14 us
  frontier[3].over_partitioned = true;                                 // 11 us
  EXPECT_EQ(find_bend(frontier), 2U);
}

TEST(Baseline, ImpossibleRulesAreRefused) {
  const std::vector<ExploredPoint> frontier = explore(book(), grid_of({}), 1).frontier;
  EXPECT_FALSE(choose_baseline(frontier, {0.001, 1, 1.05}).index.has_value());
  EXPECT_THROW(choose_baseline(frontier, {10, 0.5, 1.05}), UserError);
  EXPECT_THROW(choose_baseline(frontier, {10, 8, 0.9}), UserError);
}

/// A frontier point of these figures.
ExploredPoint point_of(double time_us, double power_mw, double area_mm2) {
  ExploredPoint p;
  p.time_us = time_us;
  p.power_mw = power_mw;
  p.area_mm2 = area_mm2;
  return p;
}

double number_behind(const std::string& text, const std::string& words) {
  const std::size_t at = text.find(words);
  return at == std::string::npos ? 0 : std::stod(text.substr(at + words.size()));
}

// A rule that admits no point says which is nearest, by how much it misses, and keys that admit it.
TEST(Baseline, WithoutOneTheNearestPointIsNamed) {
  struct Case {
    std::vector<ExploredPoint> frontier;
    BaselineRule rule;
    std::size_t nearest;
    bool power, area;  ///< that the nearest exceeds
  };
  const std::vector<Case> cases = {
      {{point_of(1, 900, 4), point_of(2, 400, 3), point_of(4, 330, 3)},
       {10, 8.1, 1.05},
       2,
       true,
       false},
      // One within the power alone, far outside of the area; one a little above both.
      {{point_of(1, 50, 30), point_of(2, 90, 10.6), point_of(3, 500, 10)},
       {10, 8, 1.05},
       1,
       true,
       true},
      {{point_of(1, 50, 12), point_of(2, 500, 10)}, {10, 8, 1.1}, 0, false, true},
      {{point_of(5, 81.1, 1)}, {10, 8.1, 1}, 0, true, false},
      {{point_of(1, 0.2, 1), point_of(2, 0.1, 1)}, {0.001, 1, 1.05}, 1, true, false},
      {{point_of(1, 1e5, 1), point_of(2, 1e4, 2)}, {1, 1, 1.05}, 1, true, true},
  };
  for (const Case& c : cases) {
    const Baseline none = choose_baseline(c.frontier, c.rule);
    ASSERT_FALSE(none.index.has_value());
    EXPECT_EQ(none.nearest, c.nearest) << none.reason;
    BaselineRule wider = c.rule;
    const double budget = number_behind(none.reason, "dse.power_budget_mw = ");
    const double factor = number_behind(none.reason, "dse.area_factor = ");
    EXPECT_EQ(budget > 0, c.power) << none.reason;
    EXPECT_EQ(factor > 0, c.area) << none.reason;
    if (budget > 0) wider.power_budget_mw = budget;
    if (factor > 0) wider.area_factor = factor;
    EXPECT_TRUE(choose_baseline(c.frontier, wider).index.has_value()) << none.reason;
    // And no more than needed: a hundredth less does not.
    if (budget > 0) wider.power_budget_mw = 0.98 * budget;
    if (budget > 0) {
      EXPECT_NE(choose_baseline(c.frontier, wider).index, std::optional(c.nearest)) << none.reason;
    }
  }
}

}  // namespace
}  // namespace minerva::dse
