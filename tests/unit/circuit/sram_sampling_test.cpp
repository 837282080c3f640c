#include <gtest/gtest.h>

#include <cmath>

#include "minerva/sram/failure_sampling.hpp"

namespace minerva::sram {
namespace {

double normal_tail(double distance) { return 0.5 * std::erfc(distance / std::sqrt(2.0)); }

/// A margin that is a plane at a distance from the nominal cell.
double plane(const Deviates& d, const Deviates& direction, double distance) {
  double along = 0;
  double length = 0;
  for (std::size_t k = 0; k < kTransistors; ++k) {
    along += d[k] * direction[k];
    length += direction[k] * direction[k];
  }
  return distance - along / std::sqrt(length);
}
const Deviates kDiagonal = {1, -2, 0.5, 0, 3, 1};
const Deviates kAcross = {2, 1, 0, 4, 0, 0};  // orthogonal to it

TEST(SramSampling, FindsTheNearestPointOfAPlane) {
  for (const double distance : {0.5, 3.0, 9.0, 25.0}) {
    const FailurePoint point = most_probable_failure(
        [&](const Deviates& d) { return 1e-3 * plane(d, kDiagonal, distance); });
    EXPECT_TRUE(point.found);
    EXPECT_NEAR(point.distance, distance, 1e-6);
  }
  const FailurePoint far =
      most_probable_failure([&](const Deviates& d) { return plane(d, kDiagonal, 60); });
  EXPECT_FALSE(far.found);
  const FailurePoint failing =
      most_probable_failure([&](const Deviates& d) { return plane(d, kDiagonal, -2); });
  EXPECT_NEAR(failing.distance, -2, 1e-6);
}

TEST(SramSampling, FindsTheNearestPointOfABentSurface) {
  // A ball of failing cells of radius 2, whose nearest point lies at a distance of 4.
  const FailurePoint point = most_probable_failure([](const Deviates& d) {
    double squared = (d[0] - 6) * (d[0] - 6);
    for (std::size_t k = 1; k < kTransistors; ++k) squared += d[k] * d[k];
    return squared - 4;
  });
  EXPECT_TRUE(point.found);
  EXPECT_NEAR(point.distance, 4, 1e-3);
}

TEST(SramSampling, EstimatesTailsThatAreKnown) {
  int covered = 0;
  int all = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    for (const double distance : {2.0, 5.0, 9.0}) {
      const double next = distance + 0.5;
      const Margins margins = [&](const Deviates& d, std::vector<double>& values) {
        values[0] = plane(d, kDiagonal, distance);
        values[1] = plane(d, kAcross, next);
        values[2] = std::min(values[0], values[1]);
      };
      std::vector<Deviates> centers;
      for (std::size_t k = 0; k < 2; ++k) {
        centers.push_back(most_probable_failure([&](const Deviates& d) {
                            std::vector<double> values(3);
                            margins(d, values);
                            return values[k];
                          }).at);
      }
      const std::vector<EstimatedRate> rates = estimate_rates(margins, 3, centers, 1000, seed);
      const double first = normal_tail(distance);
      const double second = normal_tail(next);
      const double expected[] = {first, second, first + second - first * second};
      for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(rates[k].rate / expected[k], 1, 0.35) << distance << " " << k << " " << seed;
        ++all;
        if (rates[k].interval.low <= expected[k] && expected[k] <= rates[k].interval.high) {
          ++covered;
        }
      }
    }
  }
  // 360 intervals of 95 %: 342 expected, 4.1 of standard deviation if they were independent.
  EXPECT_GE(covered, 342 - 5 * 4.2) << all;
  EXPECT_LE(covered, all);
}

TEST(SramSampling, ARateNearOneFollowsFromTheCellsThatWork) {
  const Margins margins = [&](const Deviates& d, std::vector<double>& values) {
    values[0] = plane(d, kDiagonal, -3);
  };
  const EstimatedRate rate = estimate_rates(margins, 1, {Deviates{}, Deviates{}}, 5000, 4).front();
  EXPECT_NEAR(1 - rate.rate, normal_tail(3), 5 * std::sqrt(normal_tail(3) / 10000));
  EXPECT_LE(rate.interval.high, 1);
  EXPECT_LT(rate.interval.high - rate.interval.low, 4e-3);
}

TEST(SramSampling, TheNominalCellAsCenterIsPlainMonteCarlo) {
  const Margins margins = [&](const Deviates& d, std::vector<double>& values) {
    values[0] = plane(d, kDiagonal, 1);
  };
  const EstimatedRate rate = estimate_rates(margins, 1, {Deviates{}}, 20000, 3).front();
  EXPECT_EQ(rate.rate, rate.failures / 20000.0);
  EXPECT_NEAR(rate.rate, normal_tail(1), 5 * std::sqrt(0.16 * 0.84 / 20000));
}

}  // namespace
}  // namespace minerva::sram
