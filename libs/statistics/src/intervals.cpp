#include "minerva/statistics/intervals.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

constexpr double kPi = 3.14159265358979323846;

void check_confidence(double confidence) {
  expects(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1");
}

/// Arc tangent of x >= 0: halves the angle until the series is short.
double arc_tangent(double x) {
  double factor = 1;
  while (x > 0.05) {
    x /= 1 + std::sqrt(1 + x * x);
    factor *= 2;
  }
  const double square = x * x;
  double sum = 0;
  for (int k = 15; k >= 1; k -= 2) sum = 1.0 / k - square * sum;
  return factor * x * sum;
}

/// The x in [low, high] at which the rising `f` reaches `target`, to the last bits.
template <typename F>
double inverse(double low, double high, double target, const F& f) {
  for (int step = 0; step < 200; ++step) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (f(middle) < target ? low : high) = middle;
  }
  return high;
}

}  // namespace

double student_t_within(double t, int freedom) {
  expects(freedom >= 1, "Student's t needs a degree of freedom");
  expects(t >= 0, "student_t_within: needs t >= 0");
  const double root = std::sqrt(freedom + t * t);
  const double sine = t / root;
  const double cosine_square = freedom / (freedom + t * t);
  const bool odd = freedom % 2 == 1;
  double term = odd ? std::sqrt(cosine_square) : 1;
  double sum = 0;
  // Terms cos, 2/3 cos^3, 2/3 4/5 cos^5 .. or 1, 1/2 cos^2, 1/2 3/4 cos^4 ..
  for (int power = odd ? 1 : 0; power <= freedom - 2; power += 2) {
    sum += term;
    term *= cosine_square * (power + 1) / (power + 2);
  }
  if (!odd) return sine * sum;
  const double theta = arc_tangent(t / std::sqrt(freedom));
  return 2 / kPi * (theta + sine * sum);
}

double student_t_factor(double confidence, int freedom) {
  check_confidence(confidence);
  double high = 1;
  while (student_t_within(high, freedom) < confidence && high < 1e150) high *= 2;
  return inverse(0, high, confidence, [&](double t) { return student_t_within(t, freedom); });
}

Interval mean_interval(const std::vector<double>& values, double confidence) {
  expects(values.size() >= 2, "an interval of a mean needs two values");
  const double half = student_t_factor(confidence, static_cast<int>(values.size()) - 1) *
                      sample_deviation(values) / std::sqrt(static_cast<double>(values.size()));
  const double centre = mean(values);
  return {centre - half, centre + half};
}

double chi_square_at_most(double x, int freedom) {
  expects(freedom >= 1 && x >= 0, "chi_square_at_most: needs x >= 0 and a degree of freedom");
  if (x == 0) return 0;
  // P(a, y) = y^a e^-y sum_i y^i / Gamma(a + 1 + i) with a = freedom / 2, y = x / 2, every term
  // positive; Gamma by its recurrence from Gamma(1) or Gamma(1/2) = sqrt(pi).
  const double y = x / 2;
  double a = freedom % 2 == 0 ? 1 : 0.5;
  double log_gamma = freedom % 2 == 0 ? 0 : portable_log(kPi) / 2;  // of a
  for (; a < freedom / 2.0 + 1; ++a) log_gamma += portable_log(a);
  double log_term = (a - 1) * portable_log(y) - y - log_gamma;
  // Terms rise up to i = y - a; later ones fall faster and faster.
  double sum = 0;
  for (double i = 0;; ++i) {
    const double term = portable_exp(log_term);
    sum += term;
    if (i > y && term < 1e-18 * sum) break;
    if (i > y && term == 0) break;
    log_term += portable_log(y / (a + i));
  }
  return std::min(sum, 1.0);
}

double chi_square_quantile(double probability, int freedom) {
  check_confidence(probability);
  double high = 1;
  while (chi_square_at_most(high, freedom) < probability) high *= 2;
  return inverse(0, high, probability, [&](double x) { return chi_square_at_most(x, freedom); });
}

Interval deviation_factors(int n, double confidence) {
  check_confidence(confidence);
  expects(n >= 2, "an interval of a deviation needs two values");
  const double tail = (1 - confidence) / 2;
  return {std::sqrt((n - 1) / chi_square_quantile(1 - tail, n - 1)),
          std::sqrt((n - 1) / chi_square_quantile(tail, n - 1))};
}

double binomial_at_most(int k, int n, double p) {
  expects(n >= 0 && p >= 0 && p <= 1, "binomial_at_most: needs n >= 0 and p of 0 to 1");
  if (k < 0) return 0;
  if (k >= n || p == 0) return 1;
  if (p == 1) return 0;
  const double log_odds = portable_log(p) - portable_log(1 - p);
  double log_term = n * portable_log(1 - p);
  double sum = portable_exp(log_term);
  for (int i = 1; i <= k; ++i) {
    log_term += portable_log(static_cast<double>(n - i + 1) / i) + log_odds;
    sum += portable_exp(log_term);
  }
  return std::min(sum, 1.0);
}

Interval proportion_interval(int successes, int n, double confidence) {
  check_confidence(confidence);
  expects(n >= 1 && successes >= 0 && successes <= n, "proportion_interval: 0 to n of n >= 1");
  const double tail = (1 - confidence) / 2;
  Interval interval{0, 1};
  if (successes > 0) {  // P(X >= successes) rises with p and is the tail at the low end
    interval.low =
        inverse(0, 1, tail, [&](double p) { return 1 - binomial_at_most(successes - 1, n, p); });
  }
  if (successes < n) {
    interval.high =
        inverse(0, 1, 1 - tail, [&](double p) { return 1 - binomial_at_most(successes, n, p); });
  }
  return interval;
}

Interval count_mean_interval(const std::vector<std::int64_t>& counts, const CountRange& possible,
                             double confidence) {
  const std::vector<double> values(counts.begin(), counts.end());
  const int n = static_cast<int>(counts.size());
  const double centre = mean(values);
  Interval hull = mean_interval(values, confidence);
  const auto hold = [&hull](double value) {
    hull.low = std::min(hull.low, value);
    hull.high = std::max(hull.high, value);
  };
  std::map<std::int64_t, int> draws;
  for (const std::int64_t count : counts) ++draws[count];
  const std::int64_t least = draws.begin()->first;
  const std::int64_t most = draws.rbegin()->first;
  const std::int64_t beside = least == most ? 1 : 0;
  const double unseen = proportion_interval(0, n, confidence).high;
  hold(centre - unseen * static_cast<double>(least - std::min(possible.low, least - beside)));
  hold(centre + unseen * static_cast<double>(std::max(possible.high, most + beside) - most));
  for (const auto& [usual, times] : draws) {
    const int others = n - times;
    if (others == 0 || 2 * others > n) continue;
    const double difference = (centre - static_cast<double>(usual)) * n / others;
    const Interval share = proportion_interval(others, n, confidence);
    hold(static_cast<double>(usual) + share.low * difference);
    hold(static_cast<double>(usual) + share.high * difference);
  }
  return hull;
}

RankInterval quantile_ranks(double quantile, int n, double confidence) {
  check_confidence(confidence);
  expects(quantile > 0 && quantile < 1 && n >= 1, "quantile_ranks: needs a quantile in (0, 1)");
  const double tail = (1 - confidence) / 2;
  // X of the n values lie below the quantile: binomial. The r-th smallest is above it when X < r.
  RankInterval ranks{0, n + 1};
  while (ranks.low < n && binomial_at_most(ranks.low, n, quantile) <= tail) ++ranks.low;
  while (ranks.high > 1 && 1 - binomial_at_most(ranks.high - 2, n, quantile) <= tail) --ranks.high;
  return ranks;
}

}  // namespace minerva
