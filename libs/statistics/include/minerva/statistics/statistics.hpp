#pragma once
#include <vector>

namespace minerva {

/// Mean of at least one value.
double mean(const std::vector<double>& values);
/// Sample standard deviation (n - 1) of at least two values; 0 for one.
double sample_deviation(const std::vector<double>& values);
/// Both ends of a confidence interval (core/intervals).
struct Interval {
  double low = 0;
  double high = 0;
};

}  // namespace minerva
