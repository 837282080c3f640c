#pragma once
#include <vector>

namespace minerva::circuit {

/// A table of Liberty over none, one or two axes. Delays, transitions and energies depend on the
/// input transition (first) and the load (second); constraints on the transition of the related pin
/// (first) and of the constrained pin (second). An axis without points means that the table does
/// not depend on it.
struct LookupTable {
  std::vector<double> first;   ///< strictly increasing
  std::vector<double> second;  ///< strictly increasing
  std::vector<double> values;  ///< first-major; one for each pair of points

  bool empty() const { return values.empty(); }
  /// Bilinear between the four nearest points. Outside of an axis the interval at its end is
  /// continued, as the standard extrapolates. The table must not be empty.
  double at(double first_value, double second_value) const;
};

}  // namespace minerva::circuit
