#include "cell_reader.hpp"

#include <algorithm>
#include <cctype>

#include "liberty_values.hpp"
#include "minerva/base/errors.hpp"
#include "pin_reader.hpp"
#include "state_reader.hpp"

namespace minerva::circuit {
namespace {

using Kind = LibertyStatement::Kind;

PinDirection direction_of(const LibertyStatement& group, const std::string& file) {
  const LibertyStatement* statement = group.find("direction");
  if (statement == nullptr) {
    throw UserError(place_of(file, group), std::string(group.value()), "the pin has no direction");
  }
  const std::string_view text = statement->value();
  if (text == "input") return PinDirection::input;
  if (text == "output") return PinDirection::output;
  if (text == "inout") return PinDirection::inout;
  if (text == "internal") return PinDirection::internal;
  throw UserError(place_of(file, *statement), std::string(text),
                  "needs input, output, inout or internal");
}

class CellReader {
 public:
  CellReader(const LibertyStatement& group, const TableReader& tables, const PinDefaults& defaults)
      : group_(group), tables_(tables), defaults_(defaults), file_(tables.file()) {}

  Cell read() {
    cell_.name = group_.value();
    cell_.line = group_.line;
    if (cell_.name.empty()) throw UserError(place_of(file_, group_), "", "needs a name");
    cell_.leakage_nw = defaults_.cell_leakage_nw;
    declare_pins();
    cell_.variables.reserve(cell_.pins.size());
    for (const Pin& pin : cell_.pins) cell_.variables.push_back(pin.name);
    const StateReader states(file_, [this](std::string_view name) { return variable(name); });
    for (const LibertyStatement& each : group_.statements) {
      if (each.kind == Kind::group) states.declare(each, cell_);
    }
    for (const LibertyStatement& each : group_.statements) {
      read_attribute(each);
      if (each.kind == Kind::group) states.read(each, cell_);
    }
    const PinReader pins(tables_, cell_, [this](std::string_view name) { return variable(name); });
    for (const auto& [statement, number] : declared_) {
      pins.read(*statement, cell_.pins[static_cast<std::size_t>(number)], cell_.refusal);
    }
    return std::move(cell_);
  }

 private:
  /// Every pin and bus first, because conditions may name pins that follow.
  void declare_pins() {
    for (const LibertyStatement& each : group_.statements) {
      if (each.kind != Kind::group) continue;
      if (each.name == "pin") {
        for (const std::string_view name : each.values) declare(each, name, 1);
      } else if (each.name == "bus") {
        declare(each, each.value(), bits_of(each));
      } else if (each.name == "bundle") {
        refuse(each, "is a bundle of pins, which is not read");
      }
    }
  }
  void declare(const LibertyStatement& statement, std::string_view name, int bits) {
    if (cell_.pin(name) >= 0) {
      throw UserError(place_of(file_, statement), std::string(name), "the cell has this pin twice");
    }
    Pin pin;
    pin.name = name;
    pin.bits = bits;
    pin.direction = direction_of(statement, file_);
    pin.capacitance_ff = pin.direction == PinDirection::input    ? defaults_.input_capacitance_ff
                         : pin.direction == PinDirection::output ? defaults_.output_capacitance_ff
                         : pin.direction == PinDirection::inout  ? defaults_.inout_capacitance_ff
                                                                 : 0;
    declared_.emplace_back(&statement, static_cast<int>(cell_.pins.size()));
    cell_.pins.push_back(std::move(pin));
  }
  int bits_of(const LibertyStatement& bus) const {
    const LibertyStatement* type = bus.find("bus_type");
    if (type == nullptr) throw UserError(place_of(file_, bus), "", "the bus has no bus_type");
    const auto found = defaults_.bus_bits.find(type->value());
    if (found == defaults_.bus_bits.end()) {
      throw UserError(place_of(file_, *type), std::string(type->value()),
                      "needs a type that the library declares");
    }
    return found->second;
  }

  void read_attribute(const LibertyStatement& each) {
    if (each.name == "area") {
      cell_.area_um2 = liberty_number(file_, each);
    } else if (each.name == "dont_use") {
      cell_.dont_use = liberty_flag(file_, each);
    } else if (each.name == "clock_gating_integrated_cell") {
      cell_.clock_gate = each.value();
    } else if (each.name == "cell_leakage_power") {
      cell_.leakage_nw = leakage(each);
    } else if (each.name == "leakage_power" && each.kind == Kind::group) {
      read_leakage(each);
    } else if (each.name == "ff_bank" || each.name == "latch_bank") {
      refuse(each, "has several bits, which is not read");
    }
  }
  void read_leakage(const LibertyStatement& group) {
    const LibertyStatement* value = group.find("value");
    if (value == nullptr) throw UserError(place_of(file_, group), "", "needs value");
    LeakageState state;
    state.power_nw = leakage(*value);
    if (const LibertyStatement* when = group.find("when")) {
      state.when = BooleanExpression(
          when->value(), [this](std::string_view name) { return variable(name); },
          place_of(file_, *when));
    }
    cell_.leakage.push_back(std::move(state));
  }
  double leakage(const LibertyStatement& statement) const {
    const double number = liberty_number(file_, statement);
    if (number != 0 && tables_.units().leakage_nw == 0) {
      throw UserError(file_, "",
                      "the library has no leakage_power_unit, which its leakage_power needs");
    }
    return number * tables_.units().leakage_nw;
  }

  /// The variable of a name. A bit of a bus becomes a variable of its own where it is named.
  int variable(std::string_view name) {
    constexpr std::size_t kMostVariables = 64;  // of one expression's word
    const auto found = std::find(cell_.variables.begin(), cell_.variables.end(), name);
    const auto number = static_cast<std::size_t>(found - cell_.variables.begin());
    const std::size_t bracket = name.find('[');
    const bool known = found != cell_.variables.end();
    if (!known && (bracket == std::string_view::npos || cell_.pin(name.substr(0, bracket)) < 0)) {
      return -1;
    }
    if (number >= kMostVariables) {
      throw UserError(place_of(file_, group_), cell_.name,
                      "has an expression over more than 64 pins, bits and states");
    }
    if (known) return static_cast<int>(number);
    cell_.variables.emplace_back(name);
    return static_cast<int>(cell_.variables.size()) - 1;
  }
  void refuse(const LibertyStatement& at, const std::string& why) {
    if (cell_.refusal.empty()) cell_.refusal = place_of(file_, at) + " " + why;
  }

  const LibertyStatement& group_;
  const TableReader& tables_;
  const PinDefaults& defaults_;
  const std::string& file_;
  Cell cell_;
  std::vector<std::pair<const LibertyStatement*, int>> declared_;
};

}  // namespace

Cell read_cell(const LibertyStatement& group, const TableReader& tables,
               const PinDefaults& defaults) {
  return CellReader(group, tables, defaults).read();
}

}  // namespace minerva::circuit
