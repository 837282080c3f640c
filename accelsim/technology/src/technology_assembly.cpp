#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "operand_table.hpp"
#include "technology_figures.hpp"
#include "technology_groups.hpp"

namespace minerva {
namespace {

DatapathByPeriod assemble_by_period(const std::vector<FigureRow>& rows) {
  DatapathByPeriod law;
  const auto row_of = [&](double period_ns) -> DatapathByPeriod::Row& {
    const auto at = std::lower_bound(
        law.rows.begin(), law.rows.end(), period_ns,
        [](const DatapathByPeriod::Row& r, double period) { return r.clock_period_ns < period; });
    if (at != law.rows.end() && at->clock_period_ns == period_ns) return *at;
    DatapathByPeriod::Row fresh;
    fresh.clock_period_ns = period_ns;
    return *law.rows.insert(at, fresh);
  };
  for (const FigureSpec& spec : figures_of(DatapathForm::by_period)) {
    if (spec.index != FigureIndex::clock_period) continue;
    for (const FigureRow& row : rows) {
      if (row.name != spec.name) continue;
      row_of(row.index[0]).*spec.unit_of_row.*spec.unit_figure = row.value;
    }
  }
  return law;
}

struct UnitTables {
  Piecewise energy, leakage, area;

  UnitTables(const std::vector<FigureRow>& rows, const std::string& unit, PiecewiseLaw law)
      : energy(table_by_bits(rows, unit + "_energy", law)),
        leakage(table_by_bits(rows, unit + "_leakage", law)),
        area(table_by_bits(rows, unit + "_area", law)) {}
  UnitFigures at(double x) const { return {energy.at(x), leakage.at(x), area.at(x)}; }
  int low() const { return static_cast<int>(std::max({energy.low(), leakage.low(), area.low()})); }
  int high() const {
    return static_cast<int>(std::min({energy.high(), leakage.high(), area.high()}));
  }
};

bool has_table(const std::vector<FigureRow>& rows, const std::string& name) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const FigureRow& row) { return row.name == name; });
}

/// Gives each unit the energies of a network's operands, where the file has them; units outside of
/// those tables get none.
void add_operand_energies(const std::vector<FigureRow>& rows, const std::string& unit,
                          PiecewiseLaw law, DatapathByWidth::ByBits& units) {
  const auto fill = [&](const std::string& name, double OperandEnergies::*member) {
    if (!has_table(rows, name)) return;
    const Piecewise table = table_by_bits(rows, name, law);
    for (int bits = units.low_bits; bits <= units.high_bits(); ++bits) {
      DatapathByWidth::TimedUnit& timed =
          units.units[static_cast<std::size_t>(bits - units.low_bits)];
      if (table.reaches(bits)) {
        timed.energies.*member = table.at(bits);
      } else {
        timed.energies_known = false;
      }
    }
  };
  fill(unit + "_energy_dense", &OperandEnergies::dense_pj);
  fill(unit + "_energy_kept", &OperandEnergies::kept_pj);
}

DatapathByWidth::ByBits by_bits(const std::vector<FigureRow>& rows, const std::string& unit,
                                PiecewiseLaw law, const Piecewise* delay) {
  const UnitTables tables(rows, unit, law);
  DatapathByWidth::ByBits units;
  units.low_bits = tables.low();
  int high = tables.high();
  if (delay != nullptr) {
    units.low_bits = std::max(units.low_bits, static_cast<int>(delay->low()));
    high = std::min(high, static_cast<int>(delay->high()));
  }
  for (int bits = units.low_bits; bits <= high; ++bits) {
    const UnitFigures figures = tables.at(bits);
    units.units.push_back({figures, delay == nullptr ? 0 : delay->at(bits), true,
                           OperandEnergies::same(figures.energy_pj)});
  }
  add_operand_energies(rows, unit, law, units);
  return units;
}

void assemble_multipliers(const std::vector<FigureRow>& rows, DatapathByWidth& law) {
  const PiecewiseLaw form = read_law(rows, "multiplier_law", "");
  const OperandTable energy(rows, "multiplier_energy", form);
  const OperandTable leakage(rows, "multiplier_leakage", form);
  const OperandTable area(rows, "multiplier_area", form);
  const OperandTable delay(rows, "multiplier_delay", read_law(rows, "multiplier_delay_law", ""));
  std::vector<OperandTable> of_network;  // dense, kept
  if (has_table(rows, "multiplier_energy_dense")) {
    of_network.emplace_back(rows, "multiplier_energy_dense", form);
    of_network.emplace_back(rows, "multiplier_energy_kept", form);
  }
  // Operands no wider and no narrower than those of some multiplier in the tables.
  law.operand_low_bits = law.operand_high_bits = 0;
  for (const FigureRow& row : rows) {
    if (row.name != "multiplier_energy") continue;
    for (const double operand : row.index) {
      const int bits = static_cast<int>(operand);
      law.operand_high_bits = std::max(law.operand_high_bits, bits);
      law.operand_low_bits =
          law.operand_low_bits == 0 ? bits : std::min(law.operand_low_bits, bits);
    }
  }
  for (int a = law.operand_low_bits; a <= law.operand_high_bits; ++a) {
    for (int b = law.operand_low_bits; b <= law.operand_high_bits; ++b) {
      DatapathByWidth::TimedUnit unit;
      unit.known = energy.reaches(a, b) && leakage.reaches(a, b) && area.reaches(a, b) &&
                   delay.reaches(a, b) &&
                   std::all_of(of_network.begin(), of_network.end(),
                               [&](const OperandTable& table) { return table.reaches(a, b); });
      if (unit.known) {
        unit.unit = {energy.at(a, b), leakage.at(a, b), area.at(a, b)};
        unit.delay_ns = delay.at(a, b);
        unit.energies = OperandEnergies::same(unit.unit.energy_pj);
        if (!of_network.empty()) {
          unit.energies.dense_pj = of_network[0].at(a, b);
          unit.energies.kept_pj = of_network[1].at(a, b);
        }
      }
      law.multipliers.push_back(unit);
    }
  }
}

DatapathByWidth assemble_by_width(const std::vector<FigureRow>& rows) {
  DatapathByWidth law;
  assemble_multipliers(rows, law);
  const PiecewiseLaw adder_law = read_law(rows, "adder_law", "");
  const Piecewise adder_delay = table_by_bits(rows, "adder_delay", adder_law);
  law.adders = by_bits(rows, "adder", adder_law, &adder_delay);
  law.comparators = by_bits(rows, "comparator", read_law(rows, "comparator_law", ""), nullptr);
  if (has_table(rows, "rounding_energy")) {
    law.roundings = by_bits(rows, "rounding", read_law(rows, "rounding_law", ""), nullptr);
  }
  if (has_table(rows, "rectifier_energy")) {
    law.rectifiers = by_bits(rows, "rectifier", read_law(rows, "rectifier_law", ""), nullptr);
  }
  return law;
}

using PlacesByName = std::unordered_map<std::string, double& (*)(Technology&)>;

/// Where figures of one row belong. Technologies are assembled once for each row that is moved.
const PlacesByName& places_of(DatapathForm form) {
  const auto made = [](DatapathForm of) {
    PlacesByName places;
    for (const FigureSpec& spec : figures_of(of)) {
      if (spec.place != nullptr) places.emplace(spec.name, spec.place);
    }
    return places;
  };
  static const PlacesByName by_period = made(DatapathForm::by_period);
  static const PlacesByName by_width = made(DatapathForm::by_width);
  return form == DatapathForm::by_period ? by_period : by_width;
}

/// Energies that the file does not have with the operands of a network are those of uniform ones.
void complete_operand_energies(ComponentFigures& components) {
  if (!components.has(FigureGroup::register_operands)) {
    components.register_write = OperandEnergies::same(components.register_write.uniform_pj);
  }
  OperandEnergies& multiplexing = components.accumulator_multiplexing;
  const double uniform_pj = components.accumulator_multiplexer_bit.energy_pj;
  if (components.has(FigureGroup::accumulator_operands)) {
    multiplexing.uniform_pj = uniform_pj;
  } else {
    multiplexing = OperandEnergies::same(uniform_pj);
  }
  OperandEnergies& buffering = components.operand_buffering;
  const double buffer_pj = components.operand_buffer_bit.energy_pj;
  if (components.has(FigureGroup::buffer_operands)) {
    buffering.uniform_pj = buffer_pj;
  } else {
    buffering = OperandEnergies::same(buffer_pj);
  }
  if (components.has(FigureGroup::wide_zeros)) return;
  // Zeros then do the same in all formats.
  components.wide_zeros_of_multiplier = components.zeros_of_multiplier;
  components.wide_zeros_of_rounding = components.zeros_of_rounding;
  components.wide_zeros_of_adder = components.zeros_of_adder;
  components.wide_zeros_of_register = components.zeros_of_register;
  components.wide_zeros_of_accumulator_multiplexer = components.zeros_of_accumulator_multiplexer;
  components.wide_zeros_of_selection = components.zeros_of_selection;
  components.wide_zeros_of_operand_buffer = components.zeros_of_operand_buffer;
}

}  // namespace

Technology assemble_technology(const std::string& name, std::vector<FigureRow> rows) {
  Technology technology;
  technology.name = name;
  const DatapathForm form = read_form(rows, name);
  if (form == DatapathForm::by_period) {
    technology.datapath = assemble_by_period(rows);
  } else {
    technology.datapath = assemble_by_width(rows);
  }
  const PlacesByName& places = places_of(form);
  for (const FigureRow& row : rows) {
    if (row.kind == FigureKind::calibrated) technology.calibrated = true;
    if (row.name == "fault_rate") technology.fault_rates.push_back({row.index[0], row.value});
    const auto place = places.find(row.name);
    if (place != places.end()) place->second(technology) = row.value;
  }
  technology.components.groups = groups_of(rows, form);
  technology.components.double_input_buffer = has_double_input_buffer(rows);
  technology.sram_by_words_and_bits = technology.components.has(FigureGroup::sram_linear);
  complete_operand_energies(technology.components);
  auto& rates = technology.fault_rates;
  std::sort(rates.begin(), rates.end(),
            [](const FaultRateRow& a, const FaultRateRow& b) { return a.voltage_v > b.voltage_v; });
  technology.rows = std::move(rows);
  return technology;
}

}  // namespace minerva
