#pragma once
#include <vector>

#include "minerva/statistics/statistics.hpp"

namespace minerva {

// Confidence intervals of what a sample of maps, runs or seeds gives. Portable arithmetic alone, so
// that a search that stops by an interval stops at the same place on every machine. A `confidence`
// is a probability in (0, 1), both ends together.

/// P(|T| <= t) of Student's t with `freedom` >= 1 degrees of freedom (finite sums of Abramowitz and
/// Stegun, 26.7.3 and 26.7.4).
double student_t_within(double t, int freedom);
/// The t with P(|T| <= t) = confidence.
double student_t_factor(double confidence, int freedom);

/// Interval of the mean of two values or more, taken as normal: mean +- t deviation / sqrt(n).
Interval mean_interval(const std::vector<double>& values, double confidence);

/// P(X <= x) of chi-square with `freedom` >= 1 degrees of freedom, by the series of the regularized
/// incomplete gamma function (Abramowitz and Stegun, 6.5.29).
double chi_square_at_most(double x, int freedom);
/// The x with chi_square_at_most(x, freedom) = probability.
double chi_square_quantile(double probability, int freedom);
/// Interval of the standard deviation of n >= 2 values, taken as normal, as factors of the sample
/// deviation s: s sqrt((n - 1) / q), q the chi-square quantiles of n - 1 degrees of freedom that
/// leave half of 1 - confidence on each side.
Interval deviation_factors(int n, double confidence);

/// P(X <= k) of a binomial with n trials of probability p; 0 for k < 0.
double binomial_at_most(int k, int n, double p);
/// Interval of a probability from `successes` of n trials (Clopper and Pearson); it covers the
/// probability at least as often as `confidence` says.
Interval proportion_interval(int successes, int n, double confidence);

/// Ranks between which a quantile of a population lies, from n sorted values: rank r is the r-th
/// smallest, from 1; rank 0 and rank n + 1 say that n values are too few for that end. Free of any
/// distribution; each end fails with at most half of 1 - confidence.
struct RankInterval {
  int low = 0;
  int high = 0;
};
RankInterval quantile_ranks(double quantile, int n, double confidence);

}  // namespace minerva
