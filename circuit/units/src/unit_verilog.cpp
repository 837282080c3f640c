#include "minerva/base/errors.hpp"
#include "minerva/circuit/unit.hpp"

namespace minerva::circuit {
namespace {

using Kind = DatapathUnitKind;

std::string number(int value) { return std::to_string(value); }
std::string range(int bits) { return "[" + number(bits - 1) + ":0] "; }

/// Rounds the signed net `value` of `bits` bits, which is wide enough for the carry of rounding,
/// and saturates it into `out`.
std::string round_and_saturate(const DatapathUnit& unit, const std::string& value) {
  const int bits = unit.a_bits;
  const int drop = unit.drop_bits;
  const int kept = bits - drop + 1;  // one more for the carry
  const std::string wide = "  wire signed " + range(kept);
  std::string text =
      wide + "floor = $signed(" + value + "[" + number(bits - 1) + ":" + number(drop) + "]);\n";
  std::string up = "1'b0";
  if (drop > 0 && unit.rounding != Rounding::truncate) {
    up = value + "[" + number(drop - 1) + "]";
    if (unit.rounding == Rounding::half_even) {
      // The middle goes to the even neighbour: up only with a rest below it or an odd floor.
      const std::string rest = drop > 1 ? "(|" + value + "[" + number(drop - 2) + ":0] | " + value +
                                              "[" + number(drop) + "])"
                                        : value + "[" + number(drop) + "]";
      up = up + " & " + rest;
    }
  }
  text += "  wire up = " + up + ";\n";
  text += wide + "rounded = floor + $signed({1'b0, up});\n";
  if (unit.out_bits >= kept) return text + "  assign out = rounded;\n";
  const std::string top = "rounded[" + number(kept - 1) + ":" + number(unit.out_bits - 1) + "]";
  text += "  wire sign = rounded[" + number(kept - 1) + "];\n";
  text += "  wire fits = &" + top + " | ~|" + top + ";\n";
  const std::string low = unit.out_bits > 1 ? ", {" + number(unit.out_bits - 1) + "{~sign}}" : "";
  text +=
      "  assign out = fits ? rounded[" + number(unit.out_bits - 1) + ":0] : {sign" + low + "};\n";
  return text;
}

std::string body(const DatapathUnit& unit, const ClockGateCell& gate) {
  switch (unit.kind) {
    case Kind::multiplier:
      return "  assign out = a * b;\n";
    case Kind::adder:
      return "  assign out = a + b;\n";
    case Kind::comparator:
      return "  wire " + range(unit.a_bits) + "magnitude = a[" + number(unit.a_bits - 1) +
             "] ? -a : a;\n  assign out = magnitude >= b;\n";
    case Kind::round_saturate:
      return round_and_saturate(unit, "a");
    case Kind::rectifier:
      return "  wire signed " + range(unit.a_bits) + "positive = a[" + number(unit.a_bits - 1) +
             "] ? " + number(unit.a_bits) + "'d0 : a;\n" + round_and_saturate(unit, "positive");
    case Kind::register_row:
      return "  reg " + range(unit.a_bits) +
             "kept;\n  always @(posedge clk) kept <= a;\n  assign out = kept;\n";
    case Kind::gated_register: {
      std::string text = "  wire gated;\n  " + gate.name + " gate (." + gate.clock + "(clk), ." +
                         gate.enable + "(b), ";
      for (const std::string& pin : gate.tied_low) text += "." + pin + "(1'b0), ";
      return text + "." + gate.out + "(gated));\n  reg " + range(unit.a_bits) +
             "kept;\n  always @(posedge gated) kept <= a;\n  assign out = kept;\n";
    }
  }
  return "";
}

}  // namespace

std::string unit_verilog(const DatapathUnit& unit, const ClockGateCell& gate) {
  check_unit(unit);
  expects(unit.kind != Kind::gated_register || !gate.name.empty(),
          "unit_verilog: a gated register needs a clock gate");
  const bool compares = unit.kind == Kind::comparator;
  const bool gated = unit.kind == Kind::gated_register;
  std::string text = "module " + unit.name() + " (\n";
  if (unit.is_clocked()) text += "  input clk,\n";
  text += "  input signed " + range(unit.a_bits) + "a,\n";
  if (unit.second_bits() > 0) {
    text += std::string("  input ") + (compares || gated ? "" : "signed ") +
            range(unit.second_bits()) + "b,\n";
  }
  text += "  output signed " + range(unit.result_bits()) + "out\n);\n";
  return text + body(unit, gate) + "endmodule\n";
}

}  // namespace minerva::circuit
