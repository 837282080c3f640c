#include "minerva/circuit/cell_library.hpp"

#include <algorithm>
#include <cmath>

#include "cell_reader.hpp"
#include "liberty_values.hpp"
#include "library_units.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/data/unpacked_file.hpp"

namespace minerva::circuit {
namespace {

using Kind = LibertyStatement::Kind;

/// The number of a library attribute in our unit, or 0 where it is missing.
double attribute(const LibertyStatement& library, const std::string& file, const char* name,
                 double unit) {
  const LibertyStatement* statement = library.find(name);
  return statement == nullptr ? 0 : liberty_number(file, *statement) * unit;
}

PinDefaults read_defaults(const LibertyStatement& library, const std::string& file,
                          const LibraryUnits& units) {
  PinDefaults defaults;
  defaults.input_capacitance_ff =
      attribute(library, file, "default_input_pin_cap", units.capacitance_ff);
  defaults.output_capacitance_ff =
      attribute(library, file, "default_output_pin_cap", units.capacitance_ff);
  defaults.inout_capacitance_ff =
      attribute(library, file, "default_inout_pin_cap", units.capacitance_ff);
  defaults.cell_leakage_nw =
      attribute(library, file, "default_cell_leakage_power", units.leakage_nw);
  for (const LibertyStatement& each : library.statements) {
    if (each.name != "type" || each.kind != Kind::group) continue;
    const LibertyStatement* width = each.find("bit_width");
    if (width == nullptr) throw UserError(place_of(file, each), "", "needs bit_width");
    const double bits = liberty_number(file, *width);
    constexpr double kMostBits = 65536;  // a bound on what a word can be
    if (!(bits >= 1 && bits <= kMostBits)) {
      throw UserError(place_of(file, *width), std::string(width->value()), "needs 1 to 65536");
    }
    defaults.bus_bits[each.value()] = static_cast<int>(bits);
  }
  return defaults;
}

WireLoad read_wire_load(const LibertyStatement& group, const std::string& file,
                        const LibraryUnits& units) {
  WireLoad read;
  read.name = group.value();
  read.capacitance_ff_per_length = attribute(group, file, "capacitance", units.capacitance_ff);
  read.slope_length = attribute(group, file, "slope", 1);
  for (const LibertyStatement& each : group.statements) {
    if (each.name != "fanout_length") continue;
    if (each.values.size() < 2) {
      throw UserError(place_of(file, each), "", "needs a fanout and a length");
    }
    read.fanout_length.emplace_back(liberty_number(each.values[0], file, each),
                                    liberty_number(each.values[1], file, each));
  }
  std::sort(read.fanout_length.begin(), read.fanout_length.end());
  return read;
}

/// A number of the default operating conditions, or of the only ones.
bool operating_condition(const LibertyStatement& library, const std::string& file, const char* name,
                         double& number) {
  const LibertyStatement* chosen = library.find("default_operating_conditions");
  for (const LibertyStatement& each : library.statements) {
    if (each.name != "operating_conditions" || each.kind != Kind::group) continue;
    if (chosen != nullptr && chosen->value() != each.value()) continue;
    const LibertyStatement* statement = each.find(name);
    if (statement == nullptr) continue;
    number = liberty_number(file, *statement);
    return true;
  }
  return false;
}

void read_conditions(const LibertyStatement& statement, CellLibrary& library) {
  const std::string& file = library.file;
  if (const LibertyStatement* nominal = statement.find("nom_voltage")) {
    library.voltage_v = liberty_number(file, *nominal) * library.units.voltage_v;
  } else if (operating_condition(statement, file, "voltage", library.voltage_v)) {
    library.voltage_v *= library.units.voltage_v;
    library.notes.push_back("the library has no nom_voltage; the operating conditions' is taken");
  } else {
    throw UserError(file, "",
                    "the library has neither nom_voltage nor operating_conditions with voltage");
  }
  if (!(library.voltage_v > 0)) {
    throw UserError(file + ": nom_voltage", number_text(library.voltage_v), "needs more than 0 V");
  }
  if (const LibertyStatement* nominal = statement.find("nom_temperature")) {
    library.temperature_c = liberty_number(file, *nominal);
  } else if (!operating_condition(statement, file, "temperature", library.temperature_c)) {
    throw UserError(
        file, "",
        "the library has neither nom_temperature nor operating_conditions with temperature");
  }
}

}  // namespace

int Cell::pin(std::string_view pin_name) const {
  for (std::size_t p = 0; p < pins.size(); ++p) {
    if (pins[p].name == pin_name) return static_cast<int>(p);
  }
  return -1;
}

double WireLoad::capacitance_ff(int fanout) const {
  if (fanout <= 0 || fanout_length.empty())
    return fanout * slope_length * capacitance_ff_per_length;
  const double count = fanout;
  double length = 0;
  const auto above = std::lower_bound(
      fanout_length.begin(), fanout_length.end(), count,
      [](const std::pair<double, double>& row, double value) { return row.first < value; });
  if (above == fanout_length.end()) {
    length = fanout_length.back().second + (count - fanout_length.back().first) * slope_length;
  } else if (above == fanout_length.begin()) {
    length = above->second * count / above->first;
  } else {
    const auto below = above - 1;
    const double part = (count - below->first) / (above->first - below->first);
    length = below->second + part * (above->second - below->second);
  }
  return length * capacitance_ff_per_length;
}

const Cell* CellLibrary::find(const std::string& cell_name) const {
  const auto found = cell_numbers.find(cell_name);
  return found == cell_numbers.end() ? nullptr : &cells[static_cast<std::size_t>(found->second)];
}

const Cell& CellLibrary::cell(const std::string& cell_name) const {
  const Cell* found = find(cell_name);
  if (found == nullptr) {
    throw UserError(file, "", "the library lacks the cell '" + cell_name + "', which is needed");
  }
  if (!found->refusal.empty()) {
    throw UserError(file + ": cell " + cell_name, "", "cannot be used: " + found->refusal);
  }
  return *found;
}

const WireLoad& CellLibrary::wire_load(const std::string& table_name) const {
  std::vector<std::string> names;
  for (const WireLoad& each : wire_loads) {
    if (each.name == table_name) return each;
    names.push_back(each.name);
  }
  throw UserError(file, "",
                  "the library has no wire_load '" + table_name + "'; it has " +
                      (names.empty() ? "none" : joined(names)));
}

CellLibrary cell_library_from(std::string_view text, const std::string& file) {
  const LibertyStatement statement = parse_liberty(text, file);
  CellLibrary library;
  library.file = file;
  library.name = statement.value();
  library.units = read_units(statement, file);
  read_conditions(statement, library);
  const TableReader tables(statement, file, library.units);
  const PinDefaults defaults = read_defaults(statement, file, library.units);
  for (const LibertyStatement& each : statement.statements) {
    if (each.name == "default_wire_load") library.default_wire_load = each.value();
    if (each.kind != Kind::group) continue;
    if (each.name == "wire_load") {
      library.wire_loads.push_back(read_wire_load(each, file, library.units));
    } else if (each.name == "cell") {
      Cell cell = read_cell(each, tables, defaults);
      const auto number = static_cast<int>(library.cells.size());
      if (!library.cell_numbers.emplace(cell.name, number).second) {
        throw UserError(place_of(file, each), cell.name, "the library has this cell twice");
      }
      library.cells.push_back(std::move(cell));
    }
  }
  if (library.cells.empty()) throw UserError(file, "", "the library has no cell");
  return library;
}

CellLibrary read_cell_library(const std::string& path) {
  const std::vector<std::uint8_t> bytes = read_unpacked(path);
  return cell_library_from({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

}  // namespace minerva::circuit
