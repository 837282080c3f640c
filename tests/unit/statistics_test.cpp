#include "minerva/core/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "minerva/core/errors.hpp"
#include "minerva/core/random.hpp"

namespace minerva {
namespace {

TEST(Statistics, MeanAndDeviationOfKnownValues) {
  EXPECT_EQ(mean({3}), 3);
  EXPECT_EQ(mean({1, 2, 3, 6}), 3);
  EXPECT_EQ(sample_deviation({5}), 0);
  // Squares 4 + 1 + 0 + 9 = 14 over n - 1 = 3.
  EXPECT_DOUBLE_EQ(sample_deviation({1, 2, 3, 6}), std::sqrt(14.0 / 3));
  EXPECT_EQ(sample_deviation({2, 2, 2}), 0);
  // A large common offset must not drown the deviation.
  EXPECT_NEAR(sample_deviation({1e9 + 1, 1e9 + 2, 1e9 + 3}), 1.0, 1e-9);
  EXPECT_THROW(mean({}), ContractViolation);
}

// Quantiles of chi-square, 0.975 and 0.025, from printed tables (NIST/SEMATECH e-Handbook,
// 1.3.6.7.4), by degrees of freedom n - 1.
struct Quantiles {
  int n;
  double upper;
  double lower;
};
constexpr Quantiles kTable[] = {{6, 12.833, 0.831},    {10, 19.023, 2.700},  {11, 20.483, 3.247},
                                {21, 34.170, 9.591},   {31, 46.979, 16.791}, {51, 71.420, 32.357},
                                {101, 129.561, 74.222}};

TEST(Statistics, DeviationIntervalAgreesWithChiSquareTables) {
  for (const Quantiles& q : kTable) {
    const Interval factors = deviation_interval_factors(q.n);
    // Wilson and Hilferty's lower tail is its worse one for few degrees of freedom.
    const double tolerance = q.n < 10 ? 0.025 : 0.005;
    EXPECT_NEAR(factors.low / std::sqrt((q.n - 1) / q.upper), 1, 0.005) << q.n;
    EXPECT_NEAR(factors.high / std::sqrt((q.n - 1) / q.lower), 1, tolerance) << q.n;
  }
}

TEST(Statistics, DeviationIntervalOfFewValuesIsNeverTooNarrowByMuch) {
  // n = 2 .. 5: the approximation errs to the wide side (39 % at n = 3) or by less than 2 %.
  constexpr Quantiles kFew[] = {
      {2, 5.024, 0.000982}, {3, 7.378, 0.0506}, {4, 9.348, 0.216}, {5, 11.143, 0.484}};
  for (const Quantiles& q : kFew) {
    const Interval factors = deviation_interval_factors(q.n);
    EXPECT_LT(factors.low, 1.02 * std::sqrt((q.n - 1) / q.upper)) << q.n;
    EXPECT_GT(factors.high, 0.98 * std::sqrt((q.n - 1) / q.lower)) << q.n;
    EXPECT_LT(factors.high, 1.40 * std::sqrt((q.n - 1) / q.lower)) << q.n;
  }
  EXPECT_THROW(deviation_interval_factors(1), ContractViolation);
}

TEST(Statistics, IntervalCoversTheTrueDeviationAsOftenAsItSays) {
  KeyedRandom random(1, Stream::test);
  constexpr int kRepeats = 20000;
  constexpr int kValues = 10;
  const Interval factors = deviation_interval_factors(kValues);
  int covered = 0;
  for (int r = 0; r < kRepeats; ++r) {
    std::vector<double> values;
    for (int i = 0; i < kValues; ++i) values.push_back(random.normal());
    const double s = sample_deviation(values);
    covered += s * factors.low <= 1 && 1 <= s * factors.high ? 1 : 0;
  }
  // 5 sigma of the share, and 0.2 points for the approximation.
  EXPECT_NEAR(covered / static_cast<double>(kRepeats), 0.95,
              5 * std::sqrt(0.95 * 0.05 / kRepeats) + 0.002);
}

}  // namespace
}  // namespace minerva
