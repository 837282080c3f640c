#include "minerva/circuit/lookup_table.hpp"

#include <algorithm>
#include <cstddef>

#include "minerva/base/errors.hpp"

namespace minerva::circuit {
namespace {

/// Where a value lies on an axis: between the points `low` and `low + step`, at `part` of the way,
/// which is below 0 or above 1 outside of the axis.
struct Place {
  std::size_t low = 0;
  std::size_t step = 0;
  double part = 0;
};

Place place_on(const std::vector<double>& axis, double value) {
  if (axis.size() < 2) return {};
  const auto above = std::upper_bound(axis.begin() + 1, axis.end() - 1, value);
  const auto high = static_cast<std::size_t>(above - axis.begin());
  const std::size_t low = high - 1;
  return {low, 1, (value - axis[low]) / (axis[high] - axis[low])};
}

}  // namespace

double LookupTable::at(double first_value, double second_value) const {
  expects(!values.empty(), "LookupTable::at: the table is empty");
  const Place a = place_on(first, first_value);
  const Place b = place_on(second, second_value);
  const std::size_t stride = std::max<std::size_t>(second.size(), 1);
  const auto value = [&](std::size_t i, std::size_t j) { return values[i * stride + j]; };
  const auto along_second = [&](std::size_t i) {
    const double low = value(i, b.low);
    return b.step == 0 ? low : low + b.part * (value(i, b.low + 1) - low);
  };
  const double low = along_second(a.low);
  return a.step == 0 ? low : low + a.part * (along_second(a.low + 1) - low);
}

}  // namespace minerva::circuit
