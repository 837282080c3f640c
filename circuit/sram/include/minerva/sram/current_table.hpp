#pragma once
#include <vector>

namespace minerva::sram {

/// An even grid of voltages.
struct VoltageAxis {
  double low_v = 0;
  double step_v = 1;
  int points = 0;

  double high_v() const { return low_v + step_v * (points - 1); }
};

/// A current and its slopes.
struct Current {
  double amperes = 0;
  double per_gate_volt = 0;
  double per_drain_volt = 0;
};

/// The current of a transistor against the voltages of gate and drain, interpolated by Catmull and
/// Rom's cubics, which are continuous in value and slope. Beyond its ends the table is constant.
///
/// A transistor whose threshold is higher by `shift_v` conducts as the nominal one does at a gate
/// voltage that is lower by the shift, times exp(shift_v gain): its mobility falls with the
/// threshold itself and not with the gate's overdrive alone. Without the second factor read
/// currents of FreePDK45 at 0.45 V are wrong by up to 5 % in 20 sampled cells.
class CurrentTable {
 public:
  CurrentTable() = default;
  /// @param amperes a row for each gate voltage, a column for each drain voltage.
  /// @param gain_per_v the same of the gain above; empty: 0
  CurrentTable(VoltageAxis gate, VoltageAxis drain, std::vector<float> amperes,
               std::vector<float> gain_per_v = {});

  Current at(double gate_v, double drain_v, double shift_v = 0) const;
  /// The currents at one gate voltage: a column for each drain voltage.
  std::vector<double> row(double gate_v, double shift_v) const;

  const VoltageAxis& gate() const { return gate_; }
  const VoltageAxis& drain() const { return drain_; }
  const std::vector<float>& amperes() const { return amperes_; }
  const std::vector<float>& gain_per_v() const { return gain_per_v_; }

 private:
  VoltageAxis gate_;
  VoltageAxis drain_;
  std::vector<float> amperes_;
  std::vector<float> gain_per_v_;
};

/// The current of a transistor whose gate voltage is fixed.
class CurrentRow {
 public:
  CurrentRow() = default;
  CurrentRow(const CurrentTable& table, double gate_v, double shift_v);
  /// per_gate_volt is 0.
  Current at(double drain_v) const;

 private:
  VoltageAxis drain_;
  std::vector<double> amperes_;
};

/// The devices of a cell at one supply voltage: what flows through each into or out of a storage
/// node, in the voltages that the node sees.
struct CellTables {
  double supply_v = 0;
  CurrentTable pull_down;     ///< gate, node: out of the node, source at ground
  CurrentTable pull_up;       ///< supply minus gate, supply minus node: into the node
  CurrentTable access_read;   ///< word line, node: into the node from a bit line at the supply
  CurrentTable access_write;  ///< word line, node: out of the node to a bit line at ground
};

}  // namespace minerva::sram
