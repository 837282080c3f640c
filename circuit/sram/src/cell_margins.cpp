#include "minerva/sram/cell_margins.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace minerva::sram {
namespace {

constexpr int kScanSteps = 8;    // of the diagonal's offset, from 0 to the supply
constexpr int kRefinements = 4;  // parabolas through the best three
constexpr int kMostSteps = 60;   // of a root search; halving alone needs 30
constexpr double kRootV = 1e-8;  // accuracy of a root

/// Where a falling function, given with its slope, crosses 0: Newton's steps, kept between the ends
/// that are known to enclose the root.
template <typename Function>
double falling_root(double low, double high, double guess, const Function& function) {
  double x = std::clamp(guess, low, high);
  for (int k = 0; k < kMostSteps; ++k) {
    const auto [value, slope] = function(x);
    (value > 0 ? low : high) = x;
    double next = slope < 0 ? x - value / slope : low - 1;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const double step = std::abs(next - x);
    x = next;
    if (step < kRootV) break;
  }
  return x;
}

}  // namespace

CellMargins::CellMargins(const CellTables& tables, const ThresholdShifts& shifts, CellKind kind)
    : tables_(&tables), shifts_(shifts), kind_(kind) {}

/// Half a cell whose word line is open and whose bit line is precharged.
CellMargins::HalfCell CellMargins::selected_half(double pull_down, double access,
                                                 double pull_up) const {
  return {CurrentRow(tables_->access_read, tables_->supply_v, access), 1, pull_down, pull_up};
}

/// Half a cell while its bit is read.
CellMargins::HalfCell CellMargins::read_half(double pull_down, double access,
                                             double pull_up) const {
  if (kind_ == CellKind::six_transistors) return selected_half(pull_down, access, pull_up);
  return {CurrentRow(tables_->access_read, 0, access), 1, pull_down, pull_up};
}

CellMargins::Net CellMargins::into_node(const HalfCell& half, double input_v,
                                        double output_v) const {
  const double supply = tables_->supply_v;
  const Current up = tables_->pull_up.at(supply - input_v, supply - output_v, half.pull_up_shift);
  const Current down = tables_->pull_down.at(input_v, output_v, half.pull_down_shift);
  const Current access = half.access.at(output_v);
  return {up.amperes - down.amperes + half.access_sign * access.amperes,
          -up.per_gate_volt - down.per_gate_volt,
          -up.per_drain_volt - down.per_drain_volt + half.access_sign * access.per_drain_volt};
}

double CellMargins::balance(const HalfCell& half, double input_offset, double output_offset,
                            double guess) const {
  const VoltageAxis& node = tables_->pull_down.drain();
  return falling_root(node.low_v - output_offset, node.high_v() - output_offset, guess,
                      [&](double x) {
                        const Net net = into_node(half, x + input_offset, x + output_offset);
                        return std::pair(net.amperes, net.per_input_volt + net.per_output_volt);
                      });
}

double CellMargins::output_of(const HalfCell& half, double input_v, double guess) const {
  const VoltageAxis& node = tables_->pull_down.drain();
  return falling_root(node.low_v, node.high_v(), guess, [&](double x) {
    const Net net = into_node(half, input_v, x);
    return std::pair(net.amperes, net.per_output_volt);
  });
}

double CellMargins::largest_square(const HalfCell& left, const HalfCell& right) const {
  // On the line left = right + offset a square has one corner on each curve. The right node is x.
  const double supply = tables_->supply_v;
  double left_guess = 0.5 * supply;
  double right_guess = 0.5 * supply;
  const auto side = [&](double offset) {
    left_guess = balance(left, 0, offset, left_guess);
    right_guess = balance(right, offset, 0, right_guess);
    return left_guess - right_guess;
  };
  std::array<double, kScanSteps + 1> sides{};
  for (int k = 0; k <= kScanSteps; ++k)
    sides[static_cast<std::size_t>(k)] = side(supply * k / kScanSteps);
  const auto best = std::max_element(sides.begin(), sides.end());
  const auto at = static_cast<int>(best - sides.begin());
  if (at == 0 || at == kScanSteps) return *best;
  std::array<double, 3> c = {supply * (at - 1) / kScanSteps, supply * at / kScanSteps,
                             supply * (at + 1) / kScanSteps};
  std::array<double, 3> f = {best[-1], best[0], best[1]};
  for (int k = 0; k < kRefinements; ++k) {
    const double a = (c[1] - c[0]) * (f[1] - f[2]);
    const double b = (c[1] - c[2]) * (f[1] - f[0]);
    if (std::abs(a - b) < 1e-30) break;
    const double top = c[1] - 0.5 * ((c[1] - c[0]) * a - (c[1] - c[2]) * b) / (a - b);
    if (!(top > c[0] && top < c[2]) || std::abs(top - c[1]) < 1e-7) break;
    const double value = side(top);
    if (value > f[1]) {
      (top > c[1] ? c[0] : c[2]) = c[1];
      (top > c[1] ? f[0] : f[2]) = f[1];
      c[1] = top;
      f[1] = value;
    } else {
      (top > c[1] ? c[2] : c[0]) = top;
      (top > c[1] ? f[2] : f[0]) = value;
    }
  }
  return f[1];
}

double CellMargins::read_noise_margin_v() const {
  return largest_square(
      read_half(shifts_.left_pull_down, shifts_.left_access, shifts_.left_pull_up),
      read_half(shifts_.right_pull_down, shifts_.right_access, shifts_.right_pull_up));
}

double CellMargins::write_margin_v() const {
  const HalfCell written = {
      CurrentRow(tables_->access_write, tables_->supply_v, shifts_.left_access), -1,
      shifts_.left_pull_down, shifts_.left_pull_up};
  return -largest_square(
      written, selected_half(shifts_.right_pull_down, shifts_.right_access, shifts_.right_pull_up));
}

double CellMargins::port_current_a() const {
  const double supply = tables_->supply_v;
  const CurrentRow access(tables_->access_read, supply, shifts_.read_access);
  const CurrentRow pull_down(tables_->pull_down, supply, shifts_.read_pull_down);
  const VoltageAxis& node = tables_->pull_down.drain();
  const double between_v = falling_root(node.low_v, node.high_v(), 0, [&](double x) {
    const Current in = access.at(x);
    const Current out = pull_down.at(x);
    return std::pair(in.amperes - out.amperes, in.per_drain_volt - out.per_drain_volt);
  });
  return access.at(between_v).amperes;
}

double CellMargins::read_current_a() const {
  if (kind_ == CellKind::eight_transistors) return port_current_a();
  const HalfCell left =
      selected_half(shifts_.left_pull_down, shifts_.left_access, shifts_.left_pull_up);
  const HalfCell right =
      selected_half(shifts_.right_pull_down, shifts_.right_access, shifts_.right_pull_up);
  // Two rounds: a stable cell has settled by then, and one that a read flips is a read flip and no
  // slow read.
  double left_v = tables_->supply_v;
  double right_v = output_of(right, left_v, 0);
  left_v = output_of(left, right_v, left_v);
  right_v = output_of(right, left_v, right_v);
  return right.access.at(right_v).amperes;
}

double bit_line_leakage_a(const CellTables& tables) { return tables.access_read.at(0, 0).amperes; }

}  // namespace minerva::sram
