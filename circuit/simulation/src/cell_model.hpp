#pragma once
#include <cstdint>
#include <vector>

#include "minerva/circuit/cell.hpp"

namespace minerva::circuit {

/// A delay of a cell: one arc, its output pin, and the edges of input and output.
struct DelayEntry {
  int pin = 0;
  int arc = 0;
  Edge input = Edge::rise;
  Edge output = Edge::rise;
};

/// An energy of a cell: one internal_power of a pin, the edge of the pin that caused it, and the
/// edge of the pin itself (both the same for an input's own).
struct PowerEntry {
  int pin = 0;
  int power = 0;
  Edge cause = Edge::rise;
  Edge edge = Edge::rise;
};

/// What an edge of an input does to a cell in a given state.
struct Reaction {
  static constexpr std::uint16_t kNone = 0xffff;
  std::uint16_t flipped_states = 0;                ///< bits of the state that change at once
  std::uint16_t changed_outputs = 0;               ///< bit o: the function of output o changes
  std::uint16_t own_power = kNone;                 ///< energy of the input's edge itself
  std::uint16_t delay[2] = {kNone, kNone};         ///< of each output that changes
  std::uint16_t output_power[2] = {kNone, kNone};  ///< of its transition
};

/// A cell compiled for simulation: for each input and each state, what happens. The state has a bit
/// for each input, each output (its present level), and each internal state, in this order.
struct CellModel {
  const Cell* cell = nullptr;
  std::vector<int> inputs;   ///< pins
  std::vector<int> outputs;  ///< pins, at most two
  int state_bits = 0;
  std::vector<DelayEntry> delays;
  std::vector<PowerEntry> powers;
  std::vector<Reaction> reactions;            ///< [input << state_bits | state after its edge]
  std::vector<std::uint16_t> leakage;         ///< by state: its LeakageState, or their number
  std::vector<std::uint32_t> settled_states;  ///< by state: with internal states at rest
  std::vector<std::uint32_t> output_levels;   ///< by state: bit o is the function of output o

  std::uint32_t output_bit(std::size_t output) const { return 1U << (inputs.size() + output); }
};

/// Throws UserError(file: cell, ..) for a cell that two-valued simulation does not know: three
/// states, more than two outputs, no function, more than twelve bits of state.
CellModel compile_cell(const Cell& cell, const std::string& file);

}  // namespace minerva::circuit
