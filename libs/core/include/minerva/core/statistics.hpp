#pragma once
#include <vector>

namespace minerva {

/// Mean of at least one value.
double mean(const std::vector<double>& values);
/// Sample standard deviation (n - 1) of at least two values; 0 for one.
double sample_deviation(const std::vector<double>& values);
/// 95 % confidence interval of a standard deviation measured on n normal values, as factors of it
/// (Wilson and Hilferty's approximation of the chi-square quantiles). Needs n >= 2.
struct Interval {
  double low = 0;
  double high = 0;
};
Interval deviation_interval_factors(int n);

}  // namespace minerva
