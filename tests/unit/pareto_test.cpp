#include "minerva/core/pareto.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "minerva/core/random.hpp"

namespace minerva {
namespace {

/// By definition: kept unless another is as small in both and smaller in one, or equal and earlier.
std::vector<std::size_t> by_definition(const std::vector<Objectives>& points) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < points.size(); ++i) {
    bool stays = true;
    for (std::size_t k = 0; k < points.size(); ++k) {
      const bool as_small =
          points[k].first <= points[i].first && points[k].second <= points[i].second;
      const bool smaller = points[k].first < points[i].first || points[k].second < points[i].second;
      if (as_small && (smaller || k < i)) stays = false;
    }
    if (stays) kept.push_back(i);
  }
  return kept;
}

TEST(Pareto, EqualsTheDefinitionOnRandomPointsWithTies) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    KeyedRandom random(seed, Stream::test);
    std::vector<Objectives> points(random.below(40));
    const std::uint64_t values = 1 + random.below(20);  // few values: many ties
    for (Objectives& p : points) {
      p = {static_cast<double>(random.below(values)) - 3,
           static_cast<double>(random.below(values))};
    }
    std::vector<std::size_t> frontier = pareto_frontier(points);
    for (std::size_t i = 1; i < frontier.size(); ++i) {
      ASSERT_LT(points[frontier[i - 1]].first, points[frontier[i]].first) << "seed " << seed;
    }
    std::sort(frontier.begin(), frontier.end());
    ASSERT_EQ(frontier, by_definition(points)) << "seed " << seed;
  }
}

TEST(Pareto, InfinityIsAValueLikeAnyOther) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(pareto_frontier({{1, kInfinity}}), (std::vector<std::size_t>{0}));
  EXPECT_EQ(pareto_frontier({{2, 3}, {1, kInfinity}, {3, kInfinity}}),
            (std::vector<std::size_t>{1, 0}));
}

TEST(Pareto, NoPointsNoFrontier) { EXPECT_TRUE(pareto_frontier({}).empty()); }

}  // namespace
}  // namespace minerva
