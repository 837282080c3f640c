#include "minerva/core/statistics.hpp"

#include <cmath>

#include "minerva/core/errors.hpp"

namespace minerva {

double mean(const std::vector<double>& values) {
  expects(!values.empty(), "mean of no values");
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

double sample_deviation(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const double m = mean(values);
  double sum = 0;
  for (const double v : values) sum += (v - m) * (v - m);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

Interval deviation_interval_factors(int n) {
  expects(n >= 2, "an interval of a deviation needs two values");
  const double k = n - 1;
  const double z = 1.959963984540054;  // two-sided 95 % of the standard normal
  const auto chi_square = [k](double quantile) {
    const double t = 1 - 2 / (9 * k) + quantile * std::sqrt(2 / (9 * k));
    return t > 0 ? k * t * t * t : 0.001 * k;
  };
  return {std::sqrt(k / chi_square(z)), std::sqrt(k / chi_square(-z))};
}

}  // namespace minerva
