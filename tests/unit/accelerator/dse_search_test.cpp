#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "book_problem.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/dse/search.hpp"
#include "problem_text.hpp"

namespace minerva::dse {
namespace {

Space small_space() {
  Space space;
  space.lanes = {4, 16, 64};
  space.macs_per_lane = {1, 4};
  space.weight_bandwidths = {1, 4};
  space.activation_bandwidths = {1, 4};
  space.clock_periods_ns = {2, 4};
  return space;
}

struct Found {
  Exploration exploration;
  std::vector<std::uint64_t> evaluated;
};

Found run(const Problem& problem, const Grid& grid, const SearchOptions& options, int threads = 1) {
  Found found;
  RowSink sink;
  sink.append = [](const ExploredPoint& p, std::string& text) {
    text += std::to_string(p.combination) + "\n";
  };
  sink.write = [&](const std::string& rows) {
    std::istringstream in(rows);
    for (std::uint64_t c = 0; in >> c;) found.evaluated.push_back(c);
  };
  found.exploration = search(problem, grid, options, threads, sink);
  return found;
}

std::vector<std::uint64_t> combinations(const std::vector<ExploredPoint>& points) {
  std::vector<std::uint64_t> all;
  all.reserve(points.size());
  for (const ExploredPoint& p : points) all.push_back(p.combination);
  return all;
}

TEST(Grid, AMemoryThatAnswersLateIsNoMachine) {
  Technology t = technology();
  t.components.groups.set(static_cast<std::size_t>(FigureGroup::access));
  t.components.access_fixed_ns = 0.5;
  t.components.access_doubling_ns = 0.2;
  Problem problem = book();
  problem.technology = &t;
  Space space;
  space.lanes = {16};
  space.macs_per_lane = {4};
  space.weight_bandwidths = {1};
  space.activation_bandwidths = {1};
  space.weight_banks = {1, 4};
  space.clock_periods_ns = {3, 4};
  const Grid grid(space, problem.hardware(), t);
  DesignPoint point;
  // 20,992 words answer in 3.37 ns, a quarter of them in 2.97 ns.
  const std::optional<Rule> expected[] = {Rule::access_time, std::nullopt, std::nullopt,
                                          std::nullopt};
  for (std::uint64_t c = 0; c < 4; ++c) {
    const Digits digits = grid.digits(c);
    EXPECT_EQ(grid.machine(digits, point), expected[c]) << to_string(point);
    EXPECT_EQ(grid.violation(digits) > 0, expected[c].has_value());
  }
  EXPECT_EQ(explore(problem, grid, 1).legal, 3U);
}

TEST(Search, SpendsExactlyItsEvaluationsOnDifferentLegalMachines) {
  const Grid grid = grid_of({});
  for (const SearchMethod method : {SearchMethod::nsga2, SearchMethod::random}) {
    for (const std::int64_t evaluations : {1, 5, 64, 65, 333, 1000}) {
      const Found found = run(book(), grid, {method, evaluations, 64, 7});
      ASSERT_EQ(static_cast<std::int64_t>(found.evaluated.size()), evaluations);
      ASSERT_EQ(static_cast<std::int64_t>(found.exploration.legal), evaluations);
      const std::set<std::uint64_t> different(found.evaluated.begin(), found.evaluated.end());
      ASSERT_EQ(different.size(), found.evaluated.size());
      DesignPoint point;
      for (const std::uint64_t c : different) ASSERT_FALSE(grid.machine(grid.digits(c), point));
      std::uint64_t skipped = 0;
      for (const std::uint64_t s : found.exploration.skipped) skipped += s;
      ASSERT_EQ(found.exploration.looked_at, found.exploration.legal + skipped);
      ASSERT_GE(found.exploration.sample.size(), 1U);
    }
  }
}

TEST(Search, SameMachinesInTheSameOrderAtAnyThreadCountAndOthersForAnotherSeed) {
  const Grid grid = grid_of({});
  for (const SearchMethod method : {SearchMethod::nsga2, SearchMethod::random}) {
    const Found one = run(book(), grid, {method, 500, 40, 3}, 1);
    const Found four = run(book(), grid, {method, 500, 40, 3}, 4);
    EXPECT_EQ(one.evaluated, four.evaluated);
    EXPECT_EQ(combinations(one.exploration.frontier), combinations(four.exploration.frontier));
    EXPECT_NE(run(book(), grid, {method, 500, 40, 4}).evaluated, one.evaluated);
  }
}

TEST(Search, OfMoreEvaluationsThanMachinesIsExhaustive) {
  const Grid grid = grid_of(small_space());
  const Exploration exact = explore(book(), grid, 1);
  for (const SearchMethod method : {SearchMethod::nsga2, SearchMethod::random}) {
    const Exploration found = search(book(), grid, {method, 100000, 8, 1}, 1);
    EXPECT_EQ(found.legal, exact.legal);
    EXPECT_EQ(found.looked_at, grid.combinations());
    EXPECT_EQ(found.skipped, exact.skipped);
    EXPECT_EQ(combinations(found.frontier), combinations(exact.frontier));
    const FrontierComparison same =
        compare_frontiers(found.frontier, exact.frontier, book().objectives);
    EXPECT_EQ(same.hypervolume_ratio, 1);
    EXPECT_EQ(same.points_found, exact.frontier.size());
    EXPECT_EQ(same.points_exact, exact.frontier.size());
  }
}

TEST(Search, Nsga2FindsMoreThanRandomDraws) {
  Space space;
  space.lanes.clear();
  for (int lanes = 1; lanes <= 256; ++lanes) space.lanes.push_back(lanes);
  const Grid grid = grid_of(space);
  const Exploration exact = explore(book(), grid, 2);
  const auto ratio = [&](SearchMethod method, std::uint64_t seed) {
    const Exploration found = search(book(), grid, {method, 1000, 64, seed}, 2);
    return compare_frontiers(found.frontier, exact.frontier, book().objectives).hypervolume_ratio;
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const double nsga2 = ratio(SearchMethod::nsga2, seed);
    EXPECT_GT(nsga2, ratio(SearchMethod::random, seed)) << "seed " << seed;
    EXPECT_GT(nsga2, 0.98) << "seed " << seed;
    EXPECT_LE(nsga2, 1) << "seed " << seed;
  }
}

TEST(Search, FindsItsWayIntoNarrowConstraints) {
  Problem problem = book();
  problem.constraints =
      parse_constraints("power_mw <= 77, area_mm2 <= 1.76, predictions_per_s >= 11000", "key");
  const Grid grid = grid_of({});
  const Exploration exact = explore(problem, grid, 1);
  // A blind draw of 300 would not be sure to hit one of them.
  ASSERT_LT(exact.within_constraints * 100, exact.legal);
  const Exploration found = search(problem, grid, {SearchMethod::nsga2, 300, 30, 1}, 1);
  EXPECT_GT(found.within_constraints * 100, found.legal);
  for (const ExploredPoint& p : found.frontier) EXPECT_TRUE(p.within_constraints);
  problem.constraints = parse_constraints("area_mm2 < 0.001", "key");
  EXPECT_THROW(search(problem, grid, {SearchMethod::nsga2, 100, 10, 1}, 1), UserError);
}

TEST(Search, OptionsOutOfRangeAreRefused) {
  EXPECT_THROW(search(book(), grid_of({}), {SearchMethod::nsga2, 0, 64, 1}, 1), UserError);
  EXPECT_THROW(search(book(), grid_of({}), {SearchMethod::nsga2, 10, 3, 1}, 1), UserError);
}

TEST(Compare, MissingPointsCostHypervolume) {
  std::vector<ExploredPoint> exact(3);
  const double time_us[] = {1, 2, 4};
  const double power_mw[] = {4, 2, 1};
  for (std::size_t i = 0; i < 3; ++i) {
    exact[i].time_us = time_us[i];
    exact[i].power_mw = power_mw[i];
  }
  const std::vector<Objective> objectives = {Objective::time_us, Objective::power_mw};
  const FrontierComparison part = compare_frontiers({exact[0], exact[2]}, exact, objectives);
  EXPECT_EQ(part.points_found, 2U);
  EXPECT_EQ(part.reference, (ObjectiveValues{4.4, 4.4, 0, 0, 0}));
  // In units of ln 2, with r = ln 4.4 / ln 2: 2 r staircases r - i wide and their steps.
  const double r = std::log(4.4) / std::log(2.0);
  const double whole = r * (r - 2) + (r - 1) * 1 + (r - 2) * 1;
  EXPECT_NEAR(part.hypervolume_ratio, (whole - 1) / whole, 1e-12);
}

}  // namespace
}  // namespace minerva::dse
