#pragma once
#include <cstdint>
#include <vector>

#include "minerva/statistics/statistics.hpp"

namespace minerva {

// Confidence intervals of statistics of a sample of maps, runs or seeds. They use portable
// arithmetic alone, so that a search that stops by an interval stops at the same place on every
// machine. A `confidence` is a probability in (0, 1) that both ends share.

/// P(|T| <= t) of Student's t with `freedom` >= 1 degrees of freedom (finite sums of Abramowitz and
/// Stegun, 26.7.3 and 26.7.4).
double student_t_within(double t, int freedom);
/// The t with P(|T| <= t) = confidence.
double student_t_factor(double confidence, int freedom);

/// Interval of the mean of two values or more, which are assumed to be normal:
/// mean +- t deviation / sqrt(n).
Interval mean_interval(const std::vector<double>& values, double confidence);

/// P(X <= x) of chi-square with `freedom` >= 1 degrees of freedom, by the series of the regularized
/// incomplete gamma function (Abramowitz and Stegun, 6.5.29).
double chi_square_at_most(double x, int freedom);
/// The x with chi_square_at_most(x, freedom) = probability.
double chi_square_quantile(double probability, int freedom);
/// Interval of the standard deviation of n >= 2 values, which are assumed to be normal, as factors
/// of the sample deviation s: the ends are s sqrt((n - 1) / q), where q are the chi-square
/// quantiles of n - 1 degrees of freedom that leave half of 1 - confidence on each side.
Interval deviation_factors(int n, double confidence);

/// P(X <= k) of a binomial with n trials of probability p; 0 for k < 0.
double binomial_at_most(int k, int n, double p);
/// Interval of a probability from `successes` of n trials, after Clopper and Pearson. It contains
/// the probability at least as often as `confidence` says.
Interval proportion_interval(int successes, int n, double confidence);

/// Counts from `low` to `high`.
struct CountRange {
  std::int64_t low = 0;
  std::int64_t high = 0;
};
/// Interval of the mean of two counts or more, which may all be equal, or equal but for a few. It
/// is the hull of three intervals, each of this confidence:
/// - Student's;
/// - where at least half of the counts are the same one: that count, and the mean difference of the
///   others from it times the interval of their share (Clopper and Pearson);
/// - what counts outside of all that were seen may add: none of n was one, so that their share is
///   bounded (Clopper and Pearson), and a single one is assumed to be no further out than
///   `possible`, nor, where all counts are equal, than one beside them.
/// So the interval always has a width, and many equal counts are no proof.
Interval count_mean_interval(const std::vector<std::int64_t>& counts, const CountRange& possible,
                             double confidence);

/// The ranks between which a quantile of a population lies, given n sorted values. Rank r is the
/// r-th smallest value, from 1; rank 0 and rank n + 1 mean that n values are too few for that end.
/// Nothing is assumed of the distribution. Each end is wrong with a probability of at most half of
/// 1 - confidence.
struct RankInterval {
  int low = 0;
  int high = 0;
};
RankInterval quantile_ranks(double quantile, int n, double confidence);

}  // namespace minerva
