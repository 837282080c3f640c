#include "minerva/sram/current_table.hpp"

#include <algorithm>
#include <array>

#include "minerva/base/errors.hpp"

namespace minerva::sram {
namespace {

/// The four neighbours of a voltage on an axis with the weights of their values and of the slope.
struct Stencil {
  std::array<int, 4> index;
  std::array<double, 4> weight;
  std::array<double, 4> slope;  ///< per volt
};

Stencil stencil(const VoltageAxis& axis, double volts) {
  const double position = (volts - axis.low_v) / axis.step_v;
  const double last = axis.points - 1;
  const bool outside = position < 0 || position > last;
  const double inside = position < 0 ? 0 : position > last ? last : position;
  const int below = std::min(static_cast<int>(inside), axis.points - 2);
  const double t = inside - below;
  Stencil s;
  for (int k = 0; k < 4; ++k) {
    s.index[static_cast<std::size_t>(k)] = std::clamp(below - 1 + k, 0, axis.points - 1);
  }
  const double t2 = t * t;
  const double t3 = t2 * t;
  s.weight = {0.5 * (-t3 + 2 * t2 - t), 0.5 * (3 * t3 - 5 * t2 + 2), 0.5 * (-3 * t3 + 4 * t2 + t),
              0.5 * (t3 - t2)};
  if (outside) {
    s.slope = {0, 0, 0, 0};
  } else {
    const double per = 0.5 / axis.step_v;
    s.slope = {per * (-3 * t2 + 4 * t - 1), per * (9 * t2 - 10 * t), per * (-9 * t2 + 8 * t + 1),
               per * (3 * t2 - 2 * t)};
  }
  return s;
}

}  // namespace

CurrentTable::CurrentTable(VoltageAxis gate, VoltageAxis drain, std::vector<float> amperes)
    : gate_(gate), drain_(drain), amperes_(std::move(amperes)) {
  expects(gate.points >= 4 && drain.points >= 4 &&
              amperes_.size() ==
                  static_cast<std::size_t>(gate.points) * static_cast<std::size_t>(drain.points),
          "a table of currents needs a value for each pair of voltages");
}

Current CurrentTable::at(double gate_v, double drain_v) const {
  const Stencil g = stencil(gate_, gate_v);
  const Stencil d = stencil(drain_, drain_v);
  Current current;
  for (std::size_t i = 0; i < 4; ++i) {
    const float* row = amperes_.data() + static_cast<std::ptrdiff_t>(g.index[i]) * drain_.points;
    double value = 0;
    double slope = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const double amperes = row[d.index[j]];
      value += d.weight[j] * amperes;
      slope += d.slope[j] * amperes;
    }
    current.amperes += g.weight[i] * value;
    current.per_gate_volt += g.slope[i] * value;
    current.per_drain_volt += g.weight[i] * slope;
  }
  return current;
}

std::vector<double> CurrentTable::row(double gate_v) const {
  const Stencil g = stencil(gate_, gate_v);
  std::vector<double> amperes(static_cast<std::size_t>(drain_.points));
  for (std::size_t i = 0; i < 4; ++i) {
    const float* row = amperes_.data() + static_cast<std::ptrdiff_t>(g.index[i]) * drain_.points;
    for (std::size_t j = 0; j < amperes.size(); ++j) {
      amperes[j] += g.weight[i] * static_cast<double>(row[j]);
    }
  }
  return amperes;
}

CurrentRow::CurrentRow(const CurrentTable& table, double gate_v)
    : drain_(table.drain()), amperes_(table.row(gate_v)) {}

Current CurrentRow::at(double drain_v) const {
  const Stencil d = stencil(drain_, drain_v);
  Current current;
  for (std::size_t j = 0; j < 4; ++j) {
    const double amperes = amperes_[static_cast<std::size_t>(d.index[j])];
    current.amperes += d.weight[j] * amperes;
    current.per_drain_volt += d.slope[j] * amperes;
  }
  return current;
}

}  // namespace minerva::sram
