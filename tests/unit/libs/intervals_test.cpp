#include "minerva/statistics/intervals.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

TEST(StudentT, FactorsAgreeWithPrintedTables) {
  // NIST/SEMATECH e-Handbook, 1.3.6.7.2: upper critical values at 0.975 and 0.995.
  struct Row {
    int freedom;
    double at_95;
    double at_99;
  };
  constexpr Row kTable[] = {{1, 12.706, 63.657}, {2, 4.303, 9.925},  {3, 3.182, 5.841},
                            {4, 2.776, 4.604},   {9, 2.262, 3.250},  {10, 2.228, 3.169},
                            {29, 2.045, 2.756},  {30, 2.042, 2.750}, {99, 1.984, 2.626},
                            {100, 1.984, 2.626}};
  for (const Row& row : kTable) {  // three decimals are printed
    EXPECT_NEAR(student_t_factor(0.95, row.freedom), row.at_95, 5.1e-4) << row.freedom;
    EXPECT_NEAR(student_t_factor(0.99, row.freedom), row.at_99, 5.1e-4) << row.freedom;
  }
  // With many degrees of freedom the normal's.
  EXPECT_NEAR(student_t_factor(0.95, 1000000), 1.959964, 1e-5);
}

TEST(StudentT, ClosedFormsForOneAndTwoDegrees) {
  for (const double t : {0.0, 0.01, 0.3, 1.0, 2.5, 40.0, 1e4}) {
    EXPECT_NEAR(student_t_within(t, 1), 2 / std::acos(-1.0) * std::atan(t), 1e-13);
    EXPECT_NEAR(student_t_within(t, 2), t / std::sqrt(2 + t * t), 1e-15);
  }
  EXPECT_THROW(student_t_factor(1, 5), ContractViolation);
  EXPECT_THROW(student_t_factor(0, 5), ContractViolation);
  EXPECT_THROW(student_t_factor(0.9, 0), ContractViolation);
}

TEST(MeanInterval, IsTheTextbookFormulaAndCoversAsOftenAsItSays) {
  // 2, 4, 9: mean 5, deviation sqrt(13), t = 4.303.
  const Interval known = mean_interval({2, 4, 9}, 0.95);
  EXPECT_NEAR(known.low, 5 - 4.30265 * std::sqrt(13.0 / 3), 1e-4);
  EXPECT_NEAR(known.high, 5 + 4.30265 * std::sqrt(13.0 / 3), 1e-4);
  EXPECT_EQ(mean_interval({7, 7, 7}, 0.95).low, 7);
  EXPECT_THROW(mean_interval({7}, 0.95), ContractViolation);
  int covered = 0;
  constexpr int kSets = 4000;
  for (int set = 0; set < kSets; ++set) {
    KeyedRandom random(3, Stream::test, static_cast<std::uint64_t>(set));
    std::vector<double> values(6);
    for (double& v : values) v = 20 + 4 * random.normal();
    const Interval interval = mean_interval(values, 0.9);
    covered += interval.low <= 20 && 20 <= interval.high ? 1 : 0;
  }
  EXPECT_NEAR(covered, 0.9 * kSets, 4 * std::sqrt(kSets * 0.9 * 0.1));  // 4 deviations
}

TEST(ChiSquare, QuantilesAgreeWithPrintedTables) {
  // NIST/SEMATECH e-Handbook, 1.3.6.7.4: critical values at 0.975 and 0.025.
  struct Row {
    int freedom;
    double upper;
    double lower;
  };
  constexpr Row kTable[] = {{1, 5.024, 0.001},    {2, 7.378, 0.051},     {3, 9.348, 0.216},
                            {4, 11.143, 0.484},   {5, 12.833, 0.831},    {9, 19.023, 2.700},
                            {10, 20.483, 3.247},  {20, 34.170, 9.591},   {30, 46.979, 16.791},
                            {50, 71.420, 32.357}, {100, 129.561, 74.222}};
  for (const Row& row : kTable) {  // three decimals are printed
    EXPECT_NEAR(chi_square_quantile(0.975, row.freedom), row.upper, 5.1e-4) << row.freedom;
    EXPECT_NEAR(chi_square_quantile(0.025, row.freedom), row.lower, 5.1e-4) << row.freedom;
    const Interval factors = deviation_factors(row.freedom + 1, 0.95);
    EXPECT_EQ(factors.low, std::sqrt(row.freedom / chi_square_quantile(0.975, row.freedom)));
    EXPECT_LT(factors.low, 1);
    EXPECT_GT(factors.high, 1);
  }
}

TEST(ChiSquare, ClosedFormsForOneTwoAndFourDegrees) {
  for (const double x : {1e-6, 0.01, 0.5, 1.0, 3.0, 20.0, 300.0, 2000.0}) {
    const double tolerance = 1e-14 + 1e-15 * x;  // logarithms of size x lose that many last bits
    EXPECT_NEAR(chi_square_at_most(x, 1), std::erf(std::sqrt(x / 2)), tolerance) << x;
    EXPECT_NEAR(chi_square_at_most(x, 2), -std::expm1(-x / 2), tolerance) << x;
    EXPECT_NEAR(chi_square_at_most(x, 4), 1 - std::exp(-x / 2) * (1 + x / 2), tolerance) << x;
  }
  EXPECT_EQ(chi_square_at_most(0, 3), 0);
  EXPECT_THROW(chi_square_at_most(-1, 3), ContractViolation);
  EXPECT_THROW(chi_square_at_most(1, 0), ContractViolation);
  EXPECT_THROW(deviation_factors(1, 0.95), ContractViolation);
  EXPECT_THROW(deviation_factors(5, 1), ContractViolation);
}

TEST(DeviationFactors, CoverTheTrueDeviationAsOftenAsTheySay) {
  constexpr int kRepeats = 20000;
  for (const int values : {2, 5, 10}) {
    KeyedRandom random(1, Stream::test, static_cast<std::uint64_t>(values));
    const Interval factors = deviation_factors(values, 0.95);
    int covered = 0;
    for (int r = 0; r < kRepeats; ++r) {
      std::vector<double> sample;
      for (int i = 0; i < values; ++i) sample.push_back(random.normal());
      const double s = sample_deviation(sample);
      covered += s * factors.low <= 1 && 1 <= s * factors.high ? 1 : 0;
    }
    // 5 sigma of the share.
    EXPECT_NEAR(covered / static_cast<double>(kRepeats), 0.95,
                5 * std::sqrt(0.95 * 0.05 / kRepeats))
        << values;
  }
}

TEST(Binomial, EqualsExactSums) {
  // 16 coins: sums of binomial coefficients over 2^16.
  const int choose[] = {1, 16, 120, 560, 1820, 4368, 8008, 11440, 12870};
  double sum = 0;
  for (int k = 0; k <= 8; ++k) {
    sum += choose[k];
    EXPECT_NEAR(binomial_at_most(k, 16, 0.5), sum / 65536, 1e-13);
  }
  EXPECT_EQ(binomial_at_most(-1, 16, 0.5), 0);
  EXPECT_EQ(binomial_at_most(16, 16, 0.5), 1);
  EXPECT_EQ(binomial_at_most(3, 16, 0), 1);
  EXPECT_EQ(binomial_at_most(3, 16, 1), 0);
  EXPECT_NEAR(binomial_at_most(0, 40, 0.1), std::pow(0.9, 40), 1e-14);
  EXPECT_NEAR(binomial_at_most(5000, 10000, 0.5), 0.50399, 1e-5);  // no underflow
}

TEST(ProportionInterval, EndsAreThoseOfClopperAndPearson) {
  // All of n: the low end is (alpha / 2)^(1 / n); none of n mirrors it.
  for (const int n : {1, 10, 40, 100}) {
    EXPECT_NEAR(proportion_interval(n, n, 0.95).low, std::pow(0.025, 1.0 / n), 1e-10);
    EXPECT_EQ(proportion_interval(n, n, 0.95).high, 1);
    EXPECT_NEAR(proportion_interval(0, n, 0.95).high, 1 - std::pow(0.025, 1.0 / n), 1e-10);
    EXPECT_EQ(proportion_interval(0, n, 0.95).low, 0);
  }
  // The ends are the probabilities at which the tails are 2.5 %.
  const Interval some = proportion_interval(7, 20, 0.95);
  EXPECT_NEAR(1 - binomial_at_most(6, 20, some.low), 0.025, 1e-10);
  EXPECT_NEAR(binomial_at_most(7, 20, some.high), 0.025, 1e-10);
}

TEST(QuantileRanks, TailsAreWithinTheLevelAndTheNextRankIsNot) {
  for (const int n : {1, 5, 20, 40, 73, 200}) {
    for (const double quantile : {0.05, 0.1, 0.5, 0.9}) {
      const RankInterval r = quantile_ranks(quantile, n, 0.95);
      ASSERT_LT(r.low, r.high);
      // P(X < low) and P(X >= high) are the chances that an end is on the wrong side.
      if (r.low > 0) {
        EXPECT_LE(binomial_at_most(r.low - 1, n, quantile), 0.025);
      }
      EXPECT_GT(binomial_at_most(r.low, n, quantile), 0.025);
      if (r.high <= n) {
        EXPECT_LE(1 - binomial_at_most(r.high - 1, n, quantile), 0.025);
      }
      EXPECT_GT(1 - binomial_at_most(r.high - 2, n, quantile), 0.025);
    }
  }
  // 0.9^35 = 0.0250: the low end of a tenth needs 36 values, at 95 % of both ends.
  EXPECT_EQ(quantile_ranks(0.1, 35, 0.95).low, 0);
  EXPECT_EQ(quantile_ranks(0.1, 36, 0.95).low, 1);
}

TEST(QuantileRanks, CoverTheQuantileOfRandomValues) {
  int covered = 0;
  constexpr int kSets = 4000;
  for (int set = 0; set < kSets; ++set) {
    KeyedRandom random(4, Stream::test, static_cast<std::uint64_t>(set));
    std::vector<double> values(60);
    for (double& v : values) v = random.uniform();
    std::sort(values.begin(), values.end());
    const RankInterval r = quantile_ranks(0.1, 60, 0.9);
    ASSERT_GE(r.low, 1);
    covered += values[static_cast<std::size_t>(r.low - 1)] <= 0.1 &&
                       0.1 <= values[static_cast<std::size_t>(r.high - 1)]
                   ? 1
                   : 0;
  }
  EXPECT_GE(covered, 0.9 * kSets - 4 * std::sqrt(kSets * 0.9 * 0.1));
}

/// P(X <= k) of a binomial, term by term.
double naive_binomial(int k, int n, double p) {
  double sum = 0;
  for (int i = 0; i <= k; ++i) {
    double term = 1;
    for (int j = 0; j < i; ++j) term *= static_cast<double>(n - j) / (j + 1) * p;
    for (int j = 0; j < n - i; ++j) term *= 1 - p;
    sum += term;
  }
  return sum;
}

/// Both ends of a share by trying all in steps of a millionth.
Interval naive_share(int k, int n, double confidence) {
  const double tail = (1 - confidence) / 2;
  constexpr double kStep = 1e-6;
  Interval share{0, 1};
  while (k > 0 && 1 - naive_binomial(k - 1, n, share.low) < tail) share.low += kStep;
  while (k < n && naive_binomial(k, n, share.high) < tail) share.high -= kStep;
  return share;
}

TEST(CountMeanInterval, IsTheHullOfItsThreeParts) {
  // Ten equal counts: none of ten was another, which by the tables of Clopper and Pearson leaves a
  // share of 0.3085 at 95 %; each differs by one sample, or by as many as are possible.
  const std::vector<std::int64_t> ten(10, 20);
  const Interval one = count_mean_interval(ten, {20, 20}, 0.95);
  EXPECT_NEAR(one.high, 20.3085, 1e-4);
  EXPECT_NEAR(one.low, 19.6915, 1e-4);
  const Interval four = count_mean_interval(ten, {20, 24}, 0.95);
  EXPECT_NEAR(four.high, 20 + 4 * 0.3085, 4e-4);
  EXPECT_NEAR(four.low, 19.6915, 1e-4);
  // Any draws: Student's, the share of the others, and what was not seen, each computed here.
  for (std::uint64_t drawn = 0; drawn < 60; ++drawn) {
    KeyedRandom random(21, Stream::test, drawn);
    const int n = 2 + static_cast<int>(random.below(24));
    const double rare = random.uniform();
    std::vector<std::int64_t> counts;
    for (int i = 0; i < n; ++i) {
      counts.push_back(50 + (random.uniform() < rare ? 1 + static_cast<int>(random.below(5)) : 0));
    }
    const CountRange possible{48, 57};
    double sum = 0;
    for (const std::int64_t c : counts) sum += static_cast<double>(c);
    const double centre = sum / n;
    const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
    const Interval student = mean_interval(std::vector<double>(counts.begin(), counts.end()), 0.9);
    const double unseen = naive_share(0, n, 0.9).high;
    double low = std::min(student.low, centre - unseen * static_cast<double>(*least - 48));
    double high = std::max(student.high, centre + unseen * static_cast<double>(57 - *most));
    for (std::int64_t usual = 50; usual < 56; ++usual) {
      const auto times = static_cast<int>(std::count(counts.begin(), counts.end(), usual));
      if (times == n || 2 * times < n) continue;
      const Interval share = naive_share(n - times, n, 0.9);
      const double difference = (sum - static_cast<double>(usual) * n) / (n - times);
      low = std::min({low, static_cast<double>(usual) + share.low * difference,
                      static_cast<double>(usual) + share.high * difference});
      high = std::max({high, static_cast<double>(usual) + share.low * difference,
                       static_cast<double>(usual) + share.high * difference});
    }
    const Interval found = count_mean_interval(counts, possible, 0.9);
    EXPECT_NEAR(found.low, low, 2e-5) << drawn;
    EXPECT_NEAR(found.high, high, 2e-5) << drawn;
  }
}

// Chips of which few count otherwise than the rest: the mean is covered as often as said, where
// Student's interval, which has no width when no chip differs, covers it seldom.
TEST(CountMeanInterval, CoversTheMeanWhereFewCountsDiffer) {
  constexpr int kSets = 2000;
  for (const int n : {10, 20, 40}) {
    for (const double share : {0.01, 0.03, 0.1, 0.3, 0.6}) {
      int covered = 0;
      int by_student = 0;
      for (int set = 0; set < kSets; ++set) {
        KeyedRandom random(22, Stream::test, static_cast<std::uint64_t>(set * 100 + n));
        std::vector<std::int64_t> counts;
        for (int i = 0; i < n; ++i) {
          const bool differs = random.uniform() < share;
          counts.push_back(20 + (differs ? 1 + static_cast<int>(random.below(4)) : 0));
        }
        const double truth = 20 + share * 2.5;
        const Interval interval = count_mean_interval(counts, {20, 24}, 0.9);
        const Interval student =
            mean_interval(std::vector<double>(counts.begin(), counts.end()), 0.9);
        covered += interval.low <= truth && truth <= interval.high ? 1 : 0;
        by_student += student.low <= truth && truth <= student.high ? 1 : 0;
      }
      EXPECT_GE(covered, 0.9 * kSets - 4 * std::sqrt(kSets * 0.9 * 0.1)) << n << " " << share;
      if (n * share < 0.5) {
        EXPECT_LT(by_student, 0.5 * kSets) << n << " " << share;
      }
    }
  }
}

}  // namespace
}  // namespace minerva
