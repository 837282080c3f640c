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
  double fraction;              ///< from the second neighbour to the third
};

/// e^x by Pade's quotient, within 2e-5 for the |x| below 0.6 that shifts of ten standard deviations
/// have, and positive everywhere.
double exponential(double x) {
  const double even = 1 + x * x / 12;
  return (even + x / 2) / (even - x / 2);
}

Stencil stencil(const VoltageAxis& axis, double volts) {
  const double position = (volts - axis.low_v) / axis.step_v;
  const double last = axis.points - 1;
  const bool outside = position < 0 || position > last;
  const double inside = position < 0 ? 0 : position > last ? last : position;
  const int below = std::min(static_cast<int>(inside), axis.points - 2);
  const double t = inside - below;
  Stencil s;
  s.fraction = t;
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

CurrentTable::CurrentTable(VoltageAxis gate, VoltageAxis drain, std::vector<float> amperes,
                           std::vector<float> gain_per_v)
    : gate_(gate), drain_(drain), amperes_(std::move(amperes)), gain_per_v_(std::move(gain_per_v)) {
  if (gain_per_v_.empty()) gain_per_v_.resize(amperes_.size());
  expects(gate.points >= 4 && drain.points >= 4 &&
              amperes_.size() ==
                  static_cast<std::size_t>(gate.points) * static_cast<std::size_t>(drain.points) &&
              gain_per_v_.size() == amperes_.size(),
          "a table of currents needs a value for each pair of voltages");
}

Current CurrentTable::at(double gate_v, double drain_v, double shift_v) const {
  const Stencil g = stencil(gate_, gate_v - shift_v);
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
  if (shift_v == 0) return current;
  // The gain hardly changes from point to point: a straight line is enough, and its slope is none
  // that Newton's steps need.
  const auto gain = [&](std::size_t i, std::size_t j) {
    return static_cast<double>(
        gain_per_v_[static_cast<std::size_t>(g.index[i]) * static_cast<std::size_t>(drain_.points) +
                    static_cast<std::size_t>(d.index[j])]);
  };
  const auto along = [&](std::size_t i) {
    return gain(i, 1) + d.fraction * (gain(i, 2) - gain(i, 1));
  };
  const double factor = exponential(shift_v * (along(1) + g.fraction * (along(2) - along(1))));
  return {current.amperes * factor, current.per_gate_volt * factor,
          current.per_drain_volt * factor};
}

std::vector<double> CurrentTable::row(double gate_v, double shift_v) const {
  const Stencil g = stencil(gate_, gate_v - shift_v);
  std::vector<double> amperes(static_cast<std::size_t>(drain_.points));
  const auto row_of = [&](const std::vector<float>& values, std::size_t i) {
    return values.data() + static_cast<std::ptrdiff_t>(g.index[i]) * drain_.points;
  };
  for (std::size_t i = 0; i < 4; ++i) {
    const float* row = row_of(amperes_, i);
    for (std::size_t j = 0; j < amperes.size(); ++j) {
      amperes[j] += g.weight[i] * static_cast<double>(row[j]);
    }
  }
  if (shift_v == 0) return amperes;
  const float* below = row_of(gain_per_v_, 1);
  const float* above = row_of(gain_per_v_, 2);
  for (std::size_t j = 0; j < amperes.size(); ++j) {
    const double gain =
        static_cast<double>(below[j]) + g.fraction * static_cast<double>(above[j] - below[j]);
    amperes[j] *= exponential(shift_v * gain);
  }
  return amperes;
}

CurrentRow::CurrentRow(const CurrentTable& table, double gate_v, double shift_v)
    : drain_(table.drain()), amperes_(table.row(gate_v, shift_v)) {}

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
