#pragma once
#include <cmath>

#include "minerva/sram/cell_margins.hpp"

namespace minerva::test {

/// A cell whose transistors follow a closed form (Enz, Krummenacher, Vittoz, 1995), so that tests
/// compute with it what the tables only interpolate. A shift of a threshold is a shift of the gate.
struct SyntheticCell {
  double supply_v = 0.6;
  double threshold_v = 0.35;
  double pull_down_a = 8e-6;  ///< scale of the current: wide, middle, narrow and slower
  double access_a = 5e-6;
  double pull_up_a = 1.4e-6;

  static double interpolated(double volts) {
    const double root = std::log1p(std::exp(volts / (2 * 0.0257)));
    return root * root;
  }
  /// Current from drain to source against the voltages of gate, drain and source.
  double current(double scale_a, double gate_v, double drain_v, double source_v) const {
    constexpr double kSlope = 1.3;
    const double pinch_v = (gate_v - threshold_v) / kSlope;
    return scale_a * (interpolated(pinch_v - source_v) - interpolated(pinch_v - drain_v));
  }
  /// Into the node, from a bit line at `bit_v`.
  double access(double word_v, double node_v, double bit_v) const {
    return current(access_a, word_v, bit_v, node_v);
  }

  sram::CellTables tables() const {
    const sram::VoltageAxis gate = {-0.6, 0.0125, static_cast<int>((supply_v + 1.2) / 0.0125) + 1};
    const double step = supply_v / 40;
    const sram::VoltageAxis node = {-4 * step, step, 49};
    const auto table = [&](auto amperes) {
      std::vector<float> values;
      for (int g = 0; g < gate.points; ++g) {
        for (int n = 0; n < node.points; ++n) {
          values.push_back(static_cast<float>(
              amperes(gate.low_v + g * gate.step_v, node.low_v + n * node.step_v)));
        }
      }
      return sram::CurrentTable(gate, node, values);
    };
    sram::CellTables all;
    all.supply_v = supply_v;
    all.pull_down = table([&](double g, double n) { return current(pull_down_a, g, n, 0); });
    all.pull_up = table([&](double g, double n) { return current(pull_up_a, g, n, 0); });
    all.access_read = table([&](double g, double n) { return access(g, n, supply_v); });
    all.access_write = table([&](double g, double n) { return -access(g, n, 0); });
    return all;
  }

  /// The node of a half cell whose input, shifts and bit line are given, by halving.
  double output(double input_v, double pull_down_shift, double access_shift, double pull_up_shift,
                double bit_v) const {
    double low = -0.1 * supply_v;
    double high = 1.1 * supply_v;
    for (int k = 0; k < 60; ++k) {
      const double node = 0.5 * (low + high);
      const double into =
          current(pull_up_a, supply_v - input_v - pull_up_shift, supply_v - node, 0) -
          current(pull_down_a, input_v - pull_down_shift, node, 0) +
          access(supply_v - access_shift, node, bit_v);
      (into > 0 ? low : high) = node;
    }
    return 0.5 * (low + high);
  }

  struct Nodes {
    double left_v;
    double right_v;
  };
  /// Where a cell that stores a 1 on the left ends, with a source of `noise_v` against the state
  /// between each output and the other side's input.
  Nodes settled(const sram::ThresholdShifts& s, double left_bit_v, double noise_v) const {
    Nodes nodes = {supply_v, 0};
    for (int k = 0; k < 2000; ++k) {
      const double left = output(nodes.right_v + noise_v, s.left_pull_down, s.left_access,
                                 s.left_pull_up, left_bit_v);
      const double right =
          output(left - noise_v, s.right_pull_down, s.right_access, s.right_pull_up, supply_v);
      const bool still = std::abs(left - nodes.left_v) + std::abs(right - nodes.right_v) < 1e-9;
      nodes = {left, right};
      if (still) break;
    }
    return nodes;
  }
  bool keeps_state(const sram::ThresholdShifts& s, double left_bit_v, double noise_v) const {
    const Nodes nodes = settled(s, left_bit_v, noise_v);
    return nodes.left_v - noise_v > nodes.right_v;
  }
};

}  // namespace minerva::test
