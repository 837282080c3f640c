#include "minerva/statistics/hypervolume.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "minerva/base/errors.hpp"
#include "minerva/arithmetic/random.hpp"

namespace minerva {
namespace {

/// Sum over all subsets of the volume of their common box, with alternating signs.
double by_inclusion_and_exclusion(const std::vector<ObjectiveValues>& points,
                                  const ObjectiveValues& reference, int dimensions) {
  double sum = 0;
  for (unsigned subset = 1; subset < 1U << points.size(); ++subset) {
    double volume = -1;
    for (std::size_t d = 0; d < static_cast<std::size_t>(dimensions); ++d) {
      double corner = -1e300;
      for (std::size_t i = 0; i < points.size(); ++i) {
        if ((subset >> i & 1U) != 0) corner = std::max(corner, points[i][d]);
      }
      volume *= std::max(0.0, reference[d] - corner);
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
      if ((subset >> i & 1U) != 0) volume = -volume;
    }
    sum += volume;
  }
  return sum;
}

std::vector<ObjectiveValues> random_points(KeyedRandom& random, std::size_t count, int dimensions,
                                           bool whole) {
  std::vector<ObjectiveValues> points(count);
  for (ObjectiveValues& p : points) {
    for (std::size_t d = 0; d < static_cast<std::size_t>(dimensions); ++d) {
      p[d] = whole ? static_cast<double>(random.below(6)) : random.uniform(0, 1.2);
    }
  }
  return points;
}

TEST(Hypervolume, EqualsInclusionAndExclusion) {
  int outside = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    KeyedRandom random(seed, Stream::test);
    const int dimensions = 1 + static_cast<int>(seed % kMaxObjectives);
    const bool whole = seed % 2 == 0;  // sums of whole numbers are exact, and points tie
    const auto points = random_points(random, random.below(10), dimensions, whole);
    ObjectiveValues reference{};
    reference.fill(whole ? 5 : 1);
    const double expected = by_inclusion_and_exclusion(points, reference, dimensions);
    const double found = hypervolume(points, reference, dimensions);
    if (whole) {
      ASSERT_EQ(found, expected) << "seed " << seed;
    } else {
      // 2^9 alternating terms of at most 1.2^5, each rounded to 2^-53: below 1e-12.
      ASSERT_NEAR(found, expected, 1e-12) << "seed " << seed;
    }
    for (const ObjectiveValues& p : points) {
      outside += *std::max_element(p.begin(), p.begin() + dimensions) >= reference[0] ? 1 : 0;
    }
  }
  EXPECT_GT(outside, 100);
}

TEST(Hypervolume, OfManyPointsIsTheShareOfDartsThatTheyDominate) {
  for (int dimensions = 2; dimensions <= kMaxObjectives; ++dimensions) {
    KeyedRandom random(static_cast<std::uint64_t>(dimensions), Stream::test);
    std::vector<ObjectiveValues> points = random_points(random, 60, dimensions, false);
    for (ObjectiveValues& p : points) {  // onto a sphere, so that most are on the frontier
      double square = 0;
      for (const double v : p) square += v * v;
      for (double& v : p) v /= std::sqrt(square);
    }
    ObjectiveValues reference{};
    reference.fill(1);
    constexpr int kDarts = 200000;
    int hits = 0;
    for (int dart = 0; dart < kDarts; ++dart) {
      ObjectiveValues at{};
      for (std::size_t d = 0; d < static_cast<std::size_t>(dimensions); ++d)
        at[d] = random.uniform();
      hits += std::any_of(points.begin(), points.end(),
                          [&](const ObjectiveValues& p) { return as_small(p, at, dimensions); });
    }
    const double share = static_cast<double>(hits) / kDarts;
    ASSERT_GT(share, 0.05);
    ASSERT_LT(share, 0.95);
    EXPECT_NEAR(hypervolume(points, reference, dimensions), share,
                5 * std::sqrt(share * (1 - share) / kDarts))
        << dimensions << " dimensions";
  }
}

TEST(Hypervolume, DominatedAndOutsidePointsAddNothing) {
  const ObjectiveValues reference = {4, 4, 4};
  EXPECT_EQ(hypervolume({}, reference, 3), 0);
  EXPECT_EQ(hypervolume({{1, 2, 3}}, reference, 3), 6);
  EXPECT_EQ(hypervolume({{1, 2, 3}, {2, 2, 3}, {1, 2, 3}}, reference, 3), 6);
  EXPECT_EQ(hypervolume({{1, 2, 3}, {0, 0, 4}, {-9, 5, 0}}, reference, 3), 6);
  EXPECT_EQ(hypervolume({{1, 2, 3}, {2, 1, 3}}, reference, 3), 8);
  EXPECT_THROW(hypervolume({{-INFINITY, 0}}, reference, 2), ContractViolation);
  EXPECT_THROW(hypervolume({{NAN, 0}}, reference, 2), ContractViolation);
}

}  // namespace
}  // namespace minerva
