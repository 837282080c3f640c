#include "minerva/statistics/statistics.hpp"

#include <cmath>

#include "minerva/base/errors.hpp"

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

}  // namespace minerva
