#pragma once
#include <vector>

namespace minerva {

/// The mean of one value or more.
double mean(const std::vector<double>& values);
/// The sample standard deviation, which divides by n - 1, of two values or more; 0 for one value.
double sample_deviation(const std::vector<double>& values);
/// Both ends of a confidence interval (statistics/intervals.hpp).
struct Interval {
  double low = 0;
  double high = 0;
};

}  // namespace minerva
