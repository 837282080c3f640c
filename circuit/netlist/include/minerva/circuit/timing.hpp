#pragma once
#include <array>
#include <string>
#include <vector>

#include "minerva/circuit/net_load.hpp"
#include "minerva/circuit/netlist.hpp"

namespace minerva::circuit {

/// What drives the inputs of a netlist.
struct InputDrive {
  /// Each input but clocks has the transition of this cell's output at the load of its net:
  /// operands come from registers. nullptr: `transition_ns` for all.
  const Cell* cell = nullptr;
  double transition_ns = 0;        ///< of inputs without a driving cell
  double clock_transition_ns = 0;  ///< of clocks, and at the clock of the driving cell
};

/// Static timing: the slowest of every arc, by edge of the net (index: Edge).
struct CircuitTiming {
  std::vector<std::array<double, 2>> transition_ns;
  std::vector<std::array<double, 2>> arrival_ns;  ///< after the inputs' and clocks' edges at 0
  /// From an edge of an input or clock to an output, or to the data pin of a flip-flop with its
  /// setup time, less the arrival of its clock.
  double longest_path_ns = 0;
  std::string longest_path_end;  ///< port or pin where it ends
};

/// Throws UserError for a loop, and for a table that lacks an axis which delays need.
CircuitTiming analyse_timing(const Netlist& netlist, const NetLoads& loads_ff,
                             const InputDrive& drive);

/// Whether a pin takes a clock: by its own word, or because the state of the cell is clocked by it.
bool is_clock_pin(const Cell& cell, int pin);
/// Whether any sink of a net takes a clock.
bool is_clock_net(const Netlist& netlist, int net);

/// The edges of an arc's input that can cause an edge of its output.
bool arc_allows(const TimingArc& arc, Edge input, Edge output);

/// The library's smallest flip-flop with one data pin and neither preset nor clear, or with them
/// where all have them; nullptr without any. Cells marked dont_use are left out.
const Cell* smallest_flip_flop(const CellLibrary& library);

}  // namespace minerva::circuit
