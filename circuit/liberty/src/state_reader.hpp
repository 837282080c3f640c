#pragma once
#include <string>

#include "minerva/circuit/cell.hpp"
#include "minerva/circuit/liberty_syntax.hpp"

namespace minerva::circuit {

/// Reads how a cell keeps a state: groups ff, latch and statetable.
class StateReader {
 public:
  StateReader(const std::string& file, BooleanExpression::Resolve resolve)
      : file_(file), resolve_(std::move(resolve)) {}
  /// Adds the names of states to the variables of the cell, before expressions are read.
  void declare(const LibertyStatement& group, Cell& cell) const;
  /// Throws UserError for a group that lacks what it needs; writes to `cell.refusal` what a state
  /// table has that is not understood.
  void read(const LibertyStatement& group, Cell& cell) const;

 private:
  BooleanExpression expression(const LibertyStatement& statement) const;
  void read_optional(const LibertyStatement& group, const char* name,
                     std::optional<BooleanExpression>& into) const;
  void read_flip_flop(const LibertyStatement& group, Cell& cell) const;
  void read_latch(const LibertyStatement& group, Cell& cell) const;
  void read_state_table(const LibertyStatement& group, Cell& cell) const;
  bool read_row(std::string_view text, StateTable& table) const;
  std::array<bool, 2> both_active(const LibertyStatement& group, Cell& cell) const;

  const std::string& file_;
  BooleanExpression::Resolve resolve_;
};

}  // namespace minerva::circuit
