#pragma once
#include <array>

#include "minerva/sram/current_table.hpp"
#include "minerva/sram/sram_options.hpp"

namespace minerva::sram {

/// How much weaker each transistor is than its card says, as a shift of the amount of
/// its threshold voltage [V]. The left node stores a 1, the right node a 0.
struct ThresholdShifts {
  double left_pull_down = 0;
  double left_access = 0;
  double left_pull_up = 0;
  double right_pull_down = 0;
  double right_access = 0;
  double right_pull_up = 0;
  double read_pull_down = 0;  ///< of the read port of an 8T cell
  double read_access = 0;

  /// The same cell seen from its other side.
  ThresholdShifts mirrored() const {
    return {right_pull_down, right_access, right_pull_up,  left_pull_down,
            left_access,     left_pull_up, read_pull_down, read_access};
  }
};

/// The three margins of a cell, computed from the tables of its devices. A margin below 0 is a
/// failure.
class CellMargins {
 public:
  /// `tables` must outlive this object.
  CellMargins(const CellTables& tables, const ThresholdShifts& shifts,
              CellKind kind = CellKind::six_transistors);

  /// Read static noise margin of the stored state [V]: the side of the largest square in its lobe
  /// of the butterfly curves with the word line at the supply and both bit lines precharged
  /// (Seevinck, List, Lohstroh, JSSC 1987). An 8T cell is read with its word line closed. Negative,
  /// when the state is lost in a read, by the distance that the curves miss each other. Curves are
  /// compared where the left node is not below the right one.
  double read_noise_margin_v() const;
  /// The same square with the left bit line at ground, with the opposite sign: positive, when a 0
  /// that is written to the left node overwrites the 1, however long the word line is open.
  double write_margin_v() const;
  /// Current out of the right bit line, which is precharged, through the right access and pull-down
  /// transistor at the start of a read [A]. The right node rises until both carry the same current,
  /// and the left node follows. In an 8T cell it is the current of the read port, whose transistors
  /// have the sizes of access and pull-down; the left node opens the latter.
  double read_current_a() const;

 private:
  struct HalfCell {
    CurrentRow access;
    double access_sign = 1;  ///< of the current into the node
    double pull_down_shift = 0;
    double pull_up_shift = 0;
  };
  struct Net {
    double amperes;
    double per_input_volt;
    double per_output_volt;
  };
  Net into_node(const HalfCell& half, double input_v, double output_v) const;
  /// The x at which no current flows into the node whose input is x + input_offset and whose output
  /// is x + output_offset.
  double balance(const HalfCell& half, double input_offset, double output_offset,
                 double guess) const;
  /// The output of a half cell whose input is given.
  double output_of(const HalfCell& half, double input_v, double guess) const;
  double largest_square(const HalfCell& left, const HalfCell& right) const;
  HalfCell selected_half(double pull_down, double access, double pull_up) const;
  HalfCell read_half(double pull_down, double access, double pull_up) const;
  double port_current_a() const;

  const CellTables* tables_;
  ThresholdShifts shifts_;
  CellKind kind_;
};

/// Current that a cell which is not selected draws from a bit line at the supply on the side of its
/// stored 0, without variation [A].
double bit_line_leakage_a(const CellTables& tables);

}  // namespace minerva::sram
