#include "pin_reader.hpp"

#include "liberty_values.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva::circuit {
namespace {

using Kind = LibertyStatement::Kind;

/// What a timing_type means here. Returns false for a type that is not read.
bool arc_kind(std::string_view type, TimingArc& arc) {
  if (type.empty() || type == "combinational" || type == "combinational_rise" ||
      type == "combinational_fall") {
    arc.kind = ArcKind::combinational;
  } else if (type == "rising_edge" || type == "falling_edge") {
    arc.kind = ArcKind::clock_edge;
    arc.clock_edge = type == "rising_edge" ? Edge::rise : Edge::fall;
  } else if (type == "preset" || type == "clear") {
    arc.kind = ArcKind::asynchronous;
  } else if (type == "setup_rising" || type == "setup_falling") {
    arc.kind = ArcKind::setup;
    arc.clock_edge = type == "setup_rising" ? Edge::rise : Edge::fall;
  } else {
    return false;
  }
  return true;
}

}  // namespace

void PinReader::read(const LibertyStatement& group, Pin& pin, std::string& refusal) const {
  read_capacitances(group, pin);
  for (const LibertyStatement& each : group.statements) {
    if (each.kind != Kind::group) {
      read_attribute(each, pin);
    } else if (each.name == "pin") {
      read_bits(each, pin, refusal);
    } else if (each.name == "timing") {
      read_timing(each, pin, refusal);
    } else if (each.name == "internal_power") {
      read_power(each, pin, refusal);
    }
  }
}

void PinReader::read_capacitances(const LibertyStatement& group, Pin& pin) const {
  const auto read = [&](const char* name, double& value) {
    const LibertyStatement* statement = group.find(name);
    if (statement == nullptr) return;
    value = liberty_number(file_, *statement) * tables_.units().capacitance_ff;
  };
  read("capacitance", pin.capacitance_ff);
  pin.edge_capacitance_ff = {pin.capacitance_ff, pin.capacitance_ff};
  read("rise_capacitance", pin.edge_capacitance_ff[0]);
  read("fall_capacitance", pin.edge_capacitance_ff[1]);
}

void PinReader::read_attribute(const LibertyStatement& each, Pin& pin) const {
  if (each.name == "max_capacitance") {
    pin.max_capacitance_ff = liberty_number(file_, each) * tables_.units().capacitance_ff;
  } else if (each.name == "clock") {
    pin.is_clock = liberty_flag(file_, each);
  } else if (each.name == "clock_gate_clock_pin") {
    pin.clock_gate_clock = liberty_flag(file_, each);
  } else if (each.name == "clock_gate_enable_pin") {
    pin.clock_gate_enable = liberty_flag(file_, each);
  } else if (each.name == "clock_gate_test_pin") {
    pin.clock_gate_test = liberty_flag(file_, each);
  } else if (each.name == "clock_gate_out_pin") {
    pin.clock_gate_out = liberty_flag(file_, each);
  } else if (each.name == "function" || each.name == "state_function") {
    pin.function = BooleanExpression(each.value(), resolve_, place_of(file_, each));
  } else if (each.name == "three_state") {
    pin.three_state = true;
  }
}

/// pin (BUS[2]) or pin (BUS[7:0]) inside of a bus: a bit may have its own capacitance, and the
/// groups of such a pin are those of the bus.
void PinReader::read_bits(const LibertyStatement& group, Pin& pin, std::string& refusal) const {
  if (const LibertyStatement* capacitance = group.find("capacitance")) {
    pin.bit_capacitance_ff.emplace_back(
        group.value(), liberty_number(file_, *capacitance) * tables_.units().capacitance_ff);
  }
  for (const LibertyStatement& each : group.statements) {
    if (each.kind != Kind::group) continue;
    if (each.name == "timing") read_timing(each, pin, refusal);
    if (each.name == "internal_power") read_power(each, pin, refusal);
  }
}

std::vector<int> PinReader::related_pins(const LibertyStatement& group) const {
  const LibertyStatement* statement = group.find("related_pin");
  if (statement == nullptr) return {-1};
  std::vector<int> pins;
  std::string_view text = statement->value();
  while (!(text = trimmed(text, " \t\r\n\\,")).empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n\\,"), text.size());
    const std::string_view name = text.substr(0, end);
    text.remove_prefix(end);
    const int pin = cell_.pin(name.substr(0, name.find('[')));
    if (pin < 0) {
      throw UserError(place_of(file_, *statement), std::string(name), "the cell has no such pin");
    }
    pins.push_back(pin);
  }
  if (pins.empty()) throw UserError(place_of(file_, *statement), "", "needs the name of a pin");
  return pins;
}

std::optional<BooleanExpression> PinReader::condition(const LibertyStatement& group) const {
  const LibertyStatement* when = group.find("when");
  if (when == nullptr) return std::nullopt;
  return BooleanExpression(when->value(), resolve_, place_of(file_, *when));
}

void PinReader::read_timing(const LibertyStatement& group, Pin& pin, std::string& refusal) const {
  TimingArc arc;
  const LibertyStatement* type = group.find("timing_type");
  if (!arc_kind(type == nullptr ? std::string_view() : type->value(), arc)) return;
  if (const LibertyStatement* sense = group.find("timing_sense")) {
    const std::string_view text = sense->value();
    if (text == "positive_unate") {
      arc.sense = TimingSense::positive_unate;
    } else if (text == "negative_unate") {
      arc.sense = TimingSense::negative_unate;
    } else if (text != "non_unate") {
      throw UserError(place_of(file_, *sense), std::string(text),
                      "needs positive_unate, negative_unate or non_unate");
    }
  }
  arc.when = condition(group);
  for (const LibertyStatement& each : group.statements) {
    if (each.kind != Kind::group) continue;
    const bool setup = arc.kind == ArcKind::setup;
    const auto edge = static_cast<std::size_t>(
        each.name.find("fall") != std::string_view::npos ? Edge::fall : Edge::rise);
    if (each.name == (setup ? "rise_constraint" : "cell_rise") ||
        each.name == (setup ? "fall_constraint" : "cell_fall")) {
      arc.delay_ns[edge] = tables_.read(each, TableReader::Values::time, refusal);
    } else if (each.name == "rise_transition" || each.name == "fall_transition") {
      arc.transition_ns[edge] = tables_.read(each, TableReader::Values::time, refusal);
    }
  }
  for (const int related : related_pins(group)) {
    arc.related_pin = related;
    if (related < 0) throw UserError(place_of(file_, group), "", "needs related_pin");
    pin.arcs.push_back(arc);
  }
}

void PinReader::read_power(const LibertyStatement& group, Pin& pin, std::string& refusal) const {
  InternalPower power;
  power.when = condition(group);
  for (const LibertyStatement& each : group.statements) {
    if (each.kind != Kind::group) continue;
    if (each.name == "rise_power" || each.name == "power") {
      power.energy_fj[0] = tables_.read(each, TableReader::Values::energy, refusal);
    }
    if (each.name == "fall_power" || each.name == "power") {
      power.energy_fj[1] = tables_.read(each, TableReader::Values::energy, refusal);
    }
  }
  for (const int related : related_pins(group)) {
    power.related_pin = related;
    pin.internal_power.push_back(power);
  }
}

}  // namespace minerva::circuit
