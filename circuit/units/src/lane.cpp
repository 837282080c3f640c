#include "minerva/circuit/lane.hpp"

#include <cstdlib>
#include <set>

#include "verilog_text.hpp"

namespace minerva::circuit {
namespace {

using Kind = DatapathUnitKind;

/// The parts as units, each by its place.
struct Units {
  DatapathUnit mask_row, weight_register, activation_register, buffer, control, multiplier,
      rounding, preset, adder, accumulator, rectifier, result_register;
};

Units units_of(const LaneUnit& lane) {
  Units units;
  units.mask_row = unit_of(Kind::mask_row, lane.weight_bits);
  units.mask_row.mitigation = lane.mitigation;
  units.weight_register = unit_of(Kind::gated_register, lane.weight_bits);
  units.activation_register = unit_of(Kind::gated_register, lane.activation_bits);
  units.buffer = unit_of(Kind::operand_buffer, lane.activation_bits);
  units.buffer.lanes = lane.lanes;
  units.control = unit_of(Kind::register_row, 2);
  units.multiplier = unit_of(Kind::multiplier, lane.weight_bits, lane.activation_bits);
  units.rounding = unit_of(Kind::round_saturate, lane.weight_bits + lane.activation_bits);
  units.rounding.out_bits = lane.product_bits;
  units.rounding.drop_bits = lane.drop_bits;
  units.rounding.rounding = lane.rounding;
  units.preset = unit_of(Kind::accumulator_multiplexer, lane.accumulator_bits, lane.product_bits);
  units.adder = unit_of(Kind::adder, lane.accumulator_bits);
  units.accumulator = unit_of(Kind::gated_register, lane.accumulator_bits);
  units.rectifier = unit_of(Kind::rectifier, lane.accumulator_bits);
  units.rectifier.out_bits = lane.activation_bits;
  units.rectifier.drop_bits = lane.result_drop_bits;
  units.rectifier.rounding = lane.rounding;
  units.result_register = unit_of(Kind::gated_register, lane.activation_bits);
  return units;
}

std::vector<const DatapathUnit*> all_of(const Units& units) {
  return {&units.mask_row,    &units.weight_register, &units.activation_register,
          &units.buffer,      &units.control,         &units.multiplier,
          &units.rounding,    &units.preset,          &units.adder,
          &units.accumulator, &units.rectifier,       &units.result_register};
}

std::string instance(const DatapathUnit& unit, const char* name, const std::string& pins) {
  return "  " + unit.name() + " " + name + " (" + pins + ");\n";
}

/// The module of the lane itself.
std::string top(const LaneUnit& lane, const Units& units, const UnitCells& cells, bool buffered) {
  const std::string word = range(lane.weight_bits);
  const std::string input = range(lane.activation_bits);
  const std::string sum = range(lane.accumulator_bits);
  const std::string others = range(lane.activation_bits * lane.lanes);
  std::string text = "module " + lane.name() + " (\n  input clk,\n  input signed " + word +
                     "word,\n  input " + word + "flags,\n  input signed " + input +
                     "activation,\n  input keep,\n  input first,\n  input signed " +
                     range(lane.product_bits) + "bias,\n  input take,\n  output signed " + sum +
                     "total,\n  output signed " + input + "result,\n  output " + others +
                     "copies\n);\n";
  text +=
      "  wire signed " + word + "masked, weight;\n  wire signed " + input +
      "held, driven, at_the_multiplier, rectified;\n  wire keep_now, first_now;\n  wire signed " +
      range(lane.weight_bits + lane.activation_bits) + "product;\n  wire signed " +
      range(lane.product_bits) + "rounded;\n  wire signed " + sum + "before, addend, next_total;\n";
  text += instance(units.mask_row, "mask_row", ".a(word), .b(flags), .out(masked)");
  text += instance(units.weight_register, "weight_register",
                   ".clk(clk), .a(masked), .b(keep), .out(weight)");
  text += instance(units.activation_register, "activation_register",
                   ".clk(clk), .a(activation), .b(keep), .out(held)");
  if (cells.driver.name.empty()) text += "  assign driven = held;\n";
  for (int bit = 0; !cells.driver.name.empty() && bit < lane.activation_bits; ++bit) {
    const std::string of_bit = "[" + std::to_string(bit) + "]";
    text += "  " + cells.driver.name + " operand_driver_bit" + std::to_string(bit) + " (." +
            cells.driver.in + "(held" + of_bit + "), ." + cells.driver.out + "(driven" + of_bit +
            "));\n";
  }
  if (buffered) {
    text += instance(units.buffer, "operand_buffer", ".a(driven), .out(copies)");
  } else {
    text += "  assign copies = {" + std::to_string(lane.lanes) + "{driven}};\n";
  }
  text +=
      "  assign at_the_multiplier = copies[" + std::to_string(lane.activation_bits - 1) + ":0];\n";
  text += instance(units.control, "control",
                   ".clk(clk), .a({first, keep}), .out({first_now, keep_now})");
  text +=
      instance(units.multiplier, "multiplier", ".a(weight), .b(at_the_multiplier), .out(product)");
  text += instance(units.rounding, "rounding", ".a(product), .out(rounded)");
  text += instance(units.preset, "accumulator_multiplexer",
                   ".a(total), .b({bias, first_now}), .out(before)");
  text += "  assign addend = rounded;\n";
  text += instance(units.adder, "adder", ".a(before), .b(addend), .out(next_total)");
  text += instance(units.accumulator, "accumulator",
                   ".clk(clk), .a(next_total), .b(keep_now), .out(total)");
  text += instance(units.rectifier, "rectifier", ".a(total), .out(rectified)");
  text += instance(units.result_register, "result_register",
                   ".clk(clk), .a(rectified), .b(take), .out(result)");
  return text + "endmodule\n";
}

}  // namespace

std::string LaneUnit::name() const {
  return "lane_" + std::to_string(weight_bits) + "x" + std::to_string(activation_bits) + "_to_" +
         std::to_string(product_bits) + (drop_bits < 0 ? "_append_" : "_drop_") +
         std::to_string(std::abs(drop_bits)) + "_sum_" + std::to_string(accumulator_bits);
}

std::vector<LanePart> lane_parts(const LaneUnit& lane) {
  const Units units = units_of(lane);
  std::vector<LanePart> parts;
  const auto add = [&](const char* role, const DatapathUnit& unit) {
    parts.push_back({role, std::string(role) + ".", "", unit});
  };
  const auto add_register = [&](const char* role, const char* gate_role, const DatapathUnit& unit) {
    const std::string gate = std::string(role) + ".gate";
    parts.push_back(
        {role, std::string(role) + ".", gate, unit_of(Kind::register_row, unit.a_bits)});
    parts.push_back({gate_role, gate, "", unit_of(Kind::clock_gate, unit.a_bits)});
  };
  add("mask_row", units.mask_row);
  add_register("weight_register", "weight_gate", units.weight_register);
  add_register("activation_register", "activation_gate", units.activation_register);
  DatapathUnit one_lane = units.buffer;
  one_lane.lanes = 1;
  parts.push_back({"operand_driver", "operand_driver_bit", "", one_lane});
  parts.push_back({"operand_buffer", "operand_buffer.lane0_", "", one_lane});
  add("control", units.control);
  add("multiplier", units.multiplier);
  add("rounding", units.rounding);
  add("accumulator_multiplexer", units.preset);
  add("adder", units.adder);
  add_register("accumulator", "accumulator_gate", units.accumulator);
  add("rectifier", units.rectifier);
  add_register("result_register", "result_gate", units.result_register);
  return parts;
}

void check_lane(const LaneUnit& lane) {
  const Units units = units_of(lane);
  for (const DatapathUnit* unit : all_of(units)) check_unit(*unit);
}

std::string lane_verilog(const LaneUnit& lane, const UnitCells& cells) {
  check_lane(lane);
  const Units units = units_of(lane);
  const bool buffered = can_build(units.buffer, cells);
  std::set<std::string> written;
  std::string text;
  for (const DatapathUnit* unit : all_of(units)) {
    if (unit == &units.buffer && !buffered) continue;
    if (written.insert(unit->name()).second) text += unit_verilog(*unit, cells);
  }
  return text + top(lane, units, cells, buffered);
}

LaneState lane_next(const LaneUnit& lane, const LaneState& now, const LanePorts& ports) {
  const Units units = units_of(lane);
  LaneState next = now;
  if (ports.keep) {
    next.weight = unit_result(units.mask_row, ports.word, ports.flags);
    next.activation = ports.activation;
  }
  next.keep = ports.keep;
  next.first = ports.first;
  if (now.keep) {
    const std::int64_t product = unit_result(units.multiplier, now.weight, now.activation);
    const std::int64_t before =
        unit_result(units.preset, now.total, ports.bias * 2 + (now.first ? 1 : 0));
    next.total = unit_result(units.adder, before, unit_result(units.rounding, product, 0));
  }
  if (ports.take) next.result = unit_result(units.rectifier, now.total, 0);
  return next;
}

}  // namespace minerva::circuit
