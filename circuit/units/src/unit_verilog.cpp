#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/circuit/unit.hpp"
#include "sequencer.hpp"
#include "verilog_text.hpp"

namespace minerva::circuit {
namespace {

using Kind = DatapathUnitKind;

/// Rounds the signed net `value` of `bits` bits, which is wide enough for the carry of rounding,
/// and saturates it into `out`.
std::string round_and_saturate(const DatapathUnit& unit, const std::string& value) {
  const int bits = unit.a_bits;
  const int drop = std::max(0, unit.drop_bits);
  const int kept = bits - unit.drop_bits + 1;  // one more for the carry
  const std::string wide = "  wire signed " + range(kept);
  const std::string floor = value + "[" + number(bits - 1) + ":" + number(drop) + "]";
  std::string text =
      wide + "floor = $signed(" +
      (unit.drop_bits < 0 ? "{" + floor + ", " + number(-unit.drop_bits) + "'d0}" : floor) + ");\n";
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

/// A word that passes the row, with a multiplexer a bit.
std::string masking(const DatapathUnit& unit) {
  if (unit.mitigation.masking == Masking::word) {
    return "  assign out = |b ? " + number(unit.a_bits) + "'d0 : a;\n";
  }
  const std::string top = number(unit.a_bits - 1);
  const std::string low = "[" + number(unit.a_bits - 2) + ":0]";
  const std::string copied = "{a[" + top + "], (b" + low + " & {" + top + "{a[" + top +
                             "]}}) | (~b" + low + " & a" + low + ")}";
  if (unit.mitigation.sign != SignPolicy::zero) return "  assign out = " + copied + ";\n";
  return "  assign out = b[" + top + "] ? " + number(unit.a_bits) + "'d0 : " + copied + ";\n";
}

std::string register_behind_a_gate(const DatapathUnit& unit, const ClockGateCell& gate) {
  const std::string kept = "  reg " + range(unit.a_bits) + "kept;\n";
  if (gate.name.empty()) {
    return kept + "  always @(posedge clk) if (b) kept <= a;\n  assign out = kept;\n";
  }
  std::string text = "  wire gated;\n  " + gate.name + " gate (." + gate.clock + "(clk), ." +
                     gate.enable + "(b), ";
  for (const std::string& pin : gate.tied_low) text += "." + pin + "(1'b0), ";
  return text + "." + gate.out + "(gated));\n" + kept +
         "  always @(posedge gated) kept <= a;\n  assign out = kept;\n";
}

std::string buffer_between(const BufferCell& cell, const std::string& instance,
                           const std::string& from, const std::string& to) {
  return "  " + cell.name + " " + instance + " (." + cell.in + "(" + from + "), ." + cell.out +
         "(" + to + "));\n";
}

/// A buffer a lane and bit; the copies for lanes are side by side in `out`.
std::string buffers(const DatapathUnit& unit, const BufferCell& cell) {
  std::string text;
  for (int lane = 0; lane < unit.lanes; ++lane) {
    for (int bit = 0; bit < unit.a_bits; ++bit) {
      text +=
          buffer_between(cell, "lane" + number(lane) + "_bit" + number(bit),
                         "a[" + number(bit) + "]", "out[" + number(lane * unit.a_bits + bit) + "]");
    }
  }
  return text;
}

/// Words are chosen by AND and OR of a select line for each lane, as a bus of many sources is.
std::string choice(const DatapathUnit& unit) {
  std::string text = "  assign out =";
  for (int lane = 0; lane < unit.lanes; ++lane) {
    text += (lane == 0 ? " " : "\n    | ") + std::string("({") + number(unit.a_bits) +
            "{b == " + number(unit.second_bits()) + "'d" + number(lane) + "}} & a[" +
            number((lane + 1) * unit.a_bits - 1) + ":" + number(lane * unit.a_bits) + "])";
  }
  return text + ";\n";
}

std::string body(const DatapathUnit& unit, const UnitCells& cells) {
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
    case Kind::gated_register:
    case Kind::clock_gate:
      return register_behind_a_gate(unit, cells.gate);
    case Kind::clock_buffer:
      return "  wire buffered;\n" + buffer_between(cells.buffer, "buffer", "clk", "buffered") +
             "  reg " + range(unit.a_bits) +
             "kept;\n  always @(posedge buffered) kept <= a;\n  assign out = kept;\n";
    case Kind::mask_row:
      return masking(unit);
    case Kind::accumulator_multiplexer:
      return "  wire signed " + range(unit.b_bits) + "bias = b[" + number(unit.b_bits) +
             ":1];\n  assign out = b[0] ? bias : a;\n";
    case Kind::operand_buffer:
      return buffers(unit, cells.buffer);
    case Kind::write_multiplexer:
      return choice(unit);
    case Kind::sequencer:
      return sequencer_body(unit.sequencer);
  }
  return "";
}

bool second_is_signed(Kind kind) { return kind == Kind::multiplier || kind == Kind::adder; }

}  // namespace

std::string unit_verilog(const DatapathUnit& unit, const UnitCells& cells) {
  check_unit(unit);
  expects(unit.kind == Kind::gated_register || can_build(unit, cells),
          "unit_verilog: the library lacks a cell for the unit");
  const int copies = unit.kind == Kind::operand_buffer ? unit.lanes : 1;
  std::string text = "module " + unit.name() + " (\n";
  if (unit.is_clocked()) text += "  input clk,\n";
  if (unit.has_first()) text += "  input signed " + range(unit.first_bits()) + "a,\n";
  if (unit.second_bits() > 0) {
    text += std::string("  input ") + (second_is_signed(unit.kind) ? "signed " : "") +
            range(unit.second_bits()) + "b,\n";
  }
  text += "  output signed " + range(unit.result_bits() * copies) + "out\n);\n";
  return text + body(unit, cells) + "endmodule\n";
}

}  // namespace minerva::circuit
