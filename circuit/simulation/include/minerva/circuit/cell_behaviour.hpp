#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/circuit/cell.hpp"

namespace minerva::circuit {

/// What a cell does at an edge of an input, computed from its expressions: the definition of
/// simulation. `values` has the level of the cell's variable v in bit v.
class CellBehaviour {
 public:
  /// Throws UserError(file: cell, ..) for a cell with three states or an output without a function.
  CellBehaviour(const Cell& cell, const std::string& file);

  const std::vector<int>& inputs() const { return inputs_; }
  const std::vector<int>& outputs() const { return outputs_; }
  /// The variables of which a state consists: inputs, outputs, internal states.
  const std::vector<int>& layout() const { return layout_; }
  std::uint64_t values_of(std::uint32_t state) const;
  std::uint32_t state_of(std::uint64_t values) const;

  bool output(std::size_t number, std::uint64_t values) const;
  /// The values with the internal states that an edge from `before` to `after` leads to.
  std::uint64_t next_states(std::uint64_t before, std::uint64_t after) const;
  /// The same without any edge: latches, clock gates, preset and clear follow their levels.
  std::uint64_t settled(std::uint64_t values) const { return next_states(values, values); }

  /// The arc of an output that an edge of an input takes: of those that allow both edges and have a
  /// delay, the first whose condition is met; else the first without a condition; else the first.
  /// -1: none.
  int arc(std::size_t output_number, int input, Edge input_edge, Edge output_edge,
          std::uint64_t values) const;
  /// The internal_power of an output's transition that this input caused; else one without a
  /// related pin. Of several the first whose condition is met, else the first without one. -1:
  /// none.
  int output_power(std::size_t output_number, int input, Edge output_edge,
                   std::uint64_t values) const;
  /// The internal_power of an input's own transition, likewise.
  int own_power(int input, Edge edge, std::uint64_t values) const;
  /// The number of the first LeakageState whose condition is met; else of the first without one;
  /// else how many there are, which stands for the cell's own figure.
  int leakage_state(std::uint64_t values) const;

 private:
  int power_of(const Pin& pin, int related, Edge edge, std::uint64_t values) const;
  std::uint64_t with_state(std::uint64_t values, int state, int inverted, bool level,
                           bool inverted_level) const;

  const Cell& cell_;
  std::vector<int> inputs_;
  std::vector<int> outputs_;
  std::vector<int> layout_;
};

}  // namespace minerva::circuit
