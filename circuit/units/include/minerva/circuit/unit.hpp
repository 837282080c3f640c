#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/arithmetic/fixed_point.hpp"
#include "minerva/base/enum_names.hpp"

namespace minerva::circuit {

/// The units of a datapath (docs/machine.md) that are characterized one by one.
enum class DatapathUnitKind {
  multiplier,      ///< a x b, both signed: the exact product
  adder,           ///< a + b, both signed, modulo 2^bits
  comparator,      ///< |a| >= b: a signed, b without a sign: whether an input is kept
  round_saturate,  ///< a rounded and saturated to fewer bits: a product into its format
  rectifier,       ///< max(a, 0) rounded and saturated: an accumulator into the next layer's input
  register_row,    ///< flip-flops on the clock itself
  gated_register   ///< flip-flops behind one clock gate; b is the enable
};
constexpr EnumNames<DatapathUnitKind, 7> enum_names(DatapathUnitKind) {
  return {{{DatapathUnitKind::multiplier, "multiplier"},
           {DatapathUnitKind::adder, "adder"},
           {DatapathUnitKind::comparator, "comparator"},
           {DatapathUnitKind::round_saturate, "round_saturate"},
           {DatapathUnitKind::rectifier, "rectifier"},
           {DatapathUnitKind::register_row, "register"},
           {DatapathUnitKind::gated_register, "gated_register"}}};
}

/// One unit with its widths.
struct DatapathUnit {
  DatapathUnitKind kind = DatapathUnitKind::multiplier;
  int a_bits = 8;
  int b_bits = 0;     ///< of a multiplier; of others it follows
  int out_bits = 0;   ///< of round_saturate and rectifier
  int drop_bits = 0;  ///< fraction bits that those two round away
  Rounding rounding = Rounding::half_up;

  bool is_clocked() const;
  /// Bits of the second operand; 0 for units with one.
  int second_bits() const;
  int result_bits() const;
  /// A name that tells units apart, such as multiplier_8x6; a Verilog identifier.
  std::string name() const;
};

/// Most bits of an operand.
inline constexpr int kMostUnitBits = 40;

/// Throws UserError naming the unit for widths that it cannot have.
void check_unit(const DatapathUnit& unit);

/// The pins of the clock gate that a gated register is built with.
struct ClockGateCell {
  std::string name;
  std::string clock;
  std::string enable;
  std::string out;
  std::vector<std::string> tied_low;  ///< test pins
};

/// The unit as a Verilog module with ports a, b, out and clk as far as it has them. @param gate is
/// instantiated in a gated register
std::string unit_verilog(const DatapathUnit& unit, const ClockGateCell& gate);

/// What a unit without a clock computes, as the low bits of its result, and what a register keeps.
/// Operands are integers of a_bits and second_bits. It calls the arithmetic of all other models.
std::int64_t unit_result(const DatapathUnit& unit, std::int64_t a, std::int64_t b);

}  // namespace minerva::circuit
