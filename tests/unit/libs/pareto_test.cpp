#include "minerva/statistics/pareto.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "minerva/base/errors.hpp"
#include "minerva/arithmetic/random.hpp"

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

/// By definition, as above, in any number of dimensions.
std::vector<std::uint64_t> kept_by_definition(const std::vector<ObjectiveValues>& points,
                                              int dimensions) {
  std::vector<std::uint64_t> kept;
  for (std::size_t i = 0; i < points.size(); ++i) {
    bool stays = true;
    for (std::size_t k = 0; k < points.size(); ++k) {
      bool no_larger = true;
      bool smaller = false;
      for (std::size_t d = 0; d < static_cast<std::size_t>(dimensions); ++d) {
        if (points[k][d] > points[i][d]) no_larger = false;
        if (points[k][d] < points[i][d]) smaller = true;
      }
      if (no_larger && (smaller || k < i)) stays = false;
    }
    if (stays) kept.push_back(i);
  }
  return kept;
}

TEST(ParetoArchive, EqualsTheDefinitionInAnyOrderOfAdding) {
  int with_ties = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    KeyedRandom random(seed, Stream::test);
    const int dimensions = 1 + static_cast<int>(random.below(kMaxObjectives));
    std::vector<ObjectiveValues> points(random.below(60));
    const std::uint64_t values = 1 + random.below(8);  // few values: many ties
    for (ObjectiveValues& p : points) {
      for (std::size_t d = 0; d < static_cast<std::size_t>(dimensions); ++d) {
        p[d] = static_cast<double>(random.below(values)) - 2;
      }
    }
    const std::vector<std::uint64_t> expected = kept_by_definition(points, dimensions);
    std::vector<std::uint64_t> order(points.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (int shuffle = 0; shuffle < 4; ++shuffle) {
      ParetoArchive archive(dimensions);
      for (const std::uint64_t i : order) archive.add(i, points[i]);
      std::vector<std::uint64_t> kept;
      const auto sorted = archive.sorted();
      for (std::size_t i = 0; i < sorted.size(); ++i) {
        kept.push_back(sorted[i].index);
        ASSERT_EQ(sorted[i].values, points[sorted[i].index]) << "seed " << seed;
        ASSERT_TRUE(i == 0 || sorted[i - 1].values < sorted[i].values) << "seed " << seed;
      }
      std::sort(kept.begin(), kept.end());
      ASSERT_EQ(kept, expected) << "seed " << seed << ", " << dimensions << " dimensions";
      for (std::size_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[random.below(i)]);
      }
    }
    for (const std::uint64_t i : expected) {
      with_ties += std::count(points.begin(), points.end(), points[i]) > 1 ? 1 : 0;
    }
  }
  EXPECT_GT(with_ties, 100);
}

TEST(ParetoArchive, SaysWhetherThePointStays) {
  ParetoArchive archive(2);
  EXPECT_TRUE(archive.add(5, {2, 2}));
  EXPECT_FALSE(archive.add(6, {2, 2}));
  EXPECT_TRUE(archive.add(4, {2, 2}));
  EXPECT_FALSE(archive.add(1, {2, 3}));
  EXPECT_TRUE(archive.add(9, {1, 3}));
  EXPECT_EQ(archive.size(), 2U);
  EXPECT_THROW(archive.add(1, {std::numeric_limits<double>::quiet_NaN(), 0}), ContractViolation);
  EXPECT_THROW(ParetoArchive{kMaxObjectives + 1}, ContractViolation);
}

}  // namespace
}  // namespace minerva
