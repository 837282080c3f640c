#pragma once
#include <string>

#include "minerva/circuit/cell.hpp"
#include "minerva/circuit/liberty_syntax.hpp"
#include "table_reader.hpp"

namespace minerva::circuit {

/// Reads groups pin and bus of a cell whose pins and states are declared.
class PinReader {
 public:
  PinReader(const TableReader& tables, const Cell& cell, BooleanExpression::Resolve resolve)
      : tables_(tables), cell_(cell), resolve_(std::move(resolve)), file_(tables.file()) {}
  /// Throws UserError naming the line. @param refusal what is not understood is written here
  void read(const LibertyStatement& group, Pin& pin, std::string& refusal) const;

 private:
  void read_capacitances(const LibertyStatement& group, Pin& pin) const;
  void read_attribute(const LibertyStatement& each, Pin& pin) const;
  void read_bits(const LibertyStatement& group, Pin& pin, std::string& refusal) const;
  void read_timing(const LibertyStatement& group, Pin& pin, std::string& refusal) const;
  void read_power(const LibertyStatement& group, Pin& pin, std::string& refusal) const;
  /// The pins that related_pin names; -1 alone where it is missing.
  std::vector<int> related_pins(const LibertyStatement& group) const;
  std::optional<BooleanExpression> condition(const LibertyStatement& group) const;

  const TableReader& tables_;
  const Cell& cell_;
  BooleanExpression::Resolve resolve_;
  const std::string& file_;
};

}  // namespace minerva::circuit
