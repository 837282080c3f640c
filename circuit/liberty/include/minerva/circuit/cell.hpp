#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "minerva/circuit/boolean_expression.hpp"
#include "minerva/circuit/lookup_table.hpp"

namespace minerva::circuit {

enum class Edge { rise, fall };

enum class PinDirection { input, output, inout, internal };

enum class TimingSense { positive_unate, negative_unate, non_unate };

/// What a timing arc describes. Other types of Liberty (hold, recovery, three-state, pulse widths)
/// are not read.
enum class ArcKind {
  combinational,  ///< also those of one edge of the output alone
  clock_edge,     ///< from the active edge of a clock to the output
  asynchronous,   ///< preset and clear
  setup           ///< tables are constraints of the pin against the edge of the clock
};

/// Delay from one pin to the pin that has the arc. Tables by edge of the output, or of the
/// constrained pin for a setup.
struct TimingArc {
  int related_pin = -1;
  ArcKind kind = ArcKind::combinational;
  TimingSense sense = TimingSense::non_unate;
  Edge clock_edge = Edge::rise;  ///< of clock_edge and setup
  std::optional<BooleanExpression> when;
  std::array<LookupTable, 2> delay_ns;       ///< by Edge; empty where the arc has none
  std::array<LookupTable, 2> transition_ns;  ///< by Edge; empty for a setup
};

/// Energy of a transition inside of the cell, without that of the load. Tables by edge of the pin
/// that has it.
struct InternalPower {
  int related_pin = -1;  ///< the input that caused the transition; -1: of an input's own transition
  std::optional<BooleanExpression> when;
  std::array<LookupTable, 2> energy_fj;  ///< by Edge; empty where there is none
};

struct Pin {
  std::string name;
  PinDirection direction = PinDirection::input;
  double capacitance_ff = 0;
  std::array<double, 2> edge_capacitance_ff{0, 0};  ///< by Edge; `capacitance_ff` where not given
  double max_capacitance_ff = 0;                    ///< 0: none is given
  int bits = 1;                                     ///< above 1: a bus
  /// Capacitances of single bits of a bus that have their own, by name.
  std::vector<std::pair<std::string, double>> bit_capacitance_ff;
  bool is_clock = false;
  bool clock_gate_clock = false;
  bool clock_gate_enable = false;
  bool clock_gate_test = false;
  bool clock_gate_out = false;
  std::optional<BooleanExpression> function;  ///< of an output, over the cell's variables
  bool three_state = false;
  std::vector<TimingArc> arcs;
  std::vector<InternalPower> internal_power;
};

/// Leakage in the states where `when` is 1; without `when`, in all others.
struct LeakageState {
  std::optional<BooleanExpression> when;
  double power_nw = 0;
};

/// A flip-flop (group ff): the state takes `next_state` when `clocked_on` becomes 1.
struct FlipFlop {
  int state = -1;           ///< variable
  int inverted_state = -1;  ///< variable
  BooleanExpression clocked_on;
  BooleanExpression next_state;
  std::optional<BooleanExpression> clear;
  std::optional<BooleanExpression> preset;
  /// Values of state and inverted state while clear and preset are both active.
  std::array<bool, 2> both_active{false, false};
};

/// A latch (group latch): the state follows `data_in` while `enable` is 1.
struct Latch {
  int state = -1;
  int inverted_state = -1;
  std::optional<BooleanExpression> enable;
  std::optional<BooleanExpression> data_in;
  std::optional<BooleanExpression> clear;
  std::optional<BooleanExpression> preset;
  std::array<bool, 2> both_active{false, false};
};

/// The table of states of a clock gate: the first row whose levels agree says the next state.
struct StateTable {
  enum class Level : char { low, high, any };
  enum class Next : char { low, high, keep };
  struct Row {
    std::vector<Level> inputs;  ///< one for each of `inputs` below
    Level state = Level::any;   ///< the present one
    Next next = Next::keep;
  };
  std::vector<int> inputs;  ///< variables
  int state = -1;           ///< variable
  std::vector<Row> rows;
};

struct Cell {
  std::string name;
  int line = 0;
  double area_um2 = 0;
  bool dont_use = false;
  std::string clock_gate;  ///< clock_gating_integrated_cell, such as latch_posedge; empty: none
  std::vector<Pin> pins;
  /// The names that expressions use: the pins in their order, then states, then bits of buses.
  std::vector<std::string> variables;
  std::optional<FlipFlop> flip_flop;
  std::optional<Latch> latch;
  std::optional<StateTable> state_table;
  std::vector<LeakageState> leakage;
  double leakage_nw = 0;  ///< where no state of `leakage` applies
  /// What of the cell was not understood, with its line; empty for nearly all cells. Such a cell is
  /// refused where it is needed.
  std::string refusal;

  /// The number of a pin, or -1.
  int pin(std::string_view pin_name) const;
};

}  // namespace minerva::circuit
