#include "minerva/accelsim/technology_datapath.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "technology_figures.hpp"

namespace minerva {
namespace {

constexpr double kUnitBits = 32;  // width of the units of DatapathByPeriod

UnitFigures scaled(const UnitFigures& unit, double energy_factor, double size_factor) {
  return {unit.energy_pj * energy_factor, unit.leakage_uw * size_factor,
          unit.area_um2 * size_factor};
}

double power_of(double base, double exponent) {
  return exponent == 1 ? base : portable_pow(base, exponent);
}

/// In place of the multiplier stands what negates an activation: an adder of its bits, linear in
/// those of the accumulator's (assumption: an incrementer and its row of exclusive ors cost no
/// more).
void use_negation(const DatapathWidths& widths, DatapathUnits& units) {
  const double share = static_cast<double>(widths.activation_bits) / widths.accumulator_bits;
  units.multiplier = scaled(units.adder, share, share);
  units.multiplication = {units.addition.uniform_pj * share, units.addition.dense_pj * share,
                          units.addition.kept_pj * share};
}

DatapathUnits units_of(const DatapathByPeriod& law, const DatapathWidths& widths,
                       double clock_period_ns, const std::string& technology) {
  const DatapathByPeriod::Row& row = law.at(clock_period_ns, technology);
  const double area_of_32 = widths.weight_bits * widths.activation_bits / (kUnitBits * kUnitBits);
  const double adder_factor = widths.accumulator_bits / kUnitBits;
  const double comparator_factor = widths.activation_bits / kUnitBits;
  DatapathUnits units;
  units.multiplier = scaled(row.multiplier, power_of(area_of_32, law.multiplier_energy_exponent),
                            power_of(area_of_32, law.multiplier_area_exponent));
  units.adder = scaled(row.adder, adder_factor, adder_factor);
  units.register_bit = row.register_bit;
  units.comparator = scaled(law.comparator, comparator_factor, comparator_factor);
  units.multiplication = OperandEnergies::same(units.multiplier.energy_pj);
  units.addition = OperandEnergies::same(units.adder.energy_pj);
  if (widths.sign_weights) use_negation(widths, units);
  units.comparison = OperandEnergies::same(units.comparator.energy_pj);
  return units;
}

const DatapathByWidth::TimedUnit& by_bits(const DatapathByWidth::ByBits& table, const char* what,
                                          int bits, const std::string& technology) {
  if (!table.has(bits)) {
    throw UserError(what, std::to_string(bits) + " bits",
                    "needs " + std::to_string(table.low_bits) + " to " +
                        std::to_string(table.high_bits()) + " bits, the table of technology " +
                        technology);
  }
  return table.units[static_cast<std::size_t>(bits - table.low_bits)];
}

/// Throws UserError for a unit whose width the tables of a network's operands do not reach.
const OperandEnergies& energies_of(const DatapathByWidth::TimedUnit& unit, const char* what,
                                   int bits, const std::string& technology) {
  if (unit.energies_known) return unit.energies;
  throw UserError(what, std::to_string(bits) + " bits",
                  "needs a width within the tables of a network's operands (dense, kept) of "
                  "technology " +
                      technology);
}

DatapathUnits units_of(const DatapathByWidth& law, const DatapathWidths& widths, bool comparators,
                       const std::string& technology) {
  DatapathUnits units;
  if (!widths.sign_weights) {
    const auto& multiplier = law.multiplier(widths.weight_bits, widths.activation_bits, technology);
    units.multiplier = multiplier.unit;
    units.multiplication = multiplier.energies;
  }
  const auto& adder = law.adder(widths.accumulator_bits, technology);
  units.adder = adder.unit;
  units.addition = energies_of(adder, "adder of accumulator", widths.accumulator_bits, technology);
  if (widths.sign_weights) use_negation(widths, units);
  units.register_bit = law.register_bit;
  if (comparators) {
    const auto& comparator = law.comparator(widths.activation_bits, technology);
    units.comparator = comparator.unit;
    units.comparison = energies_of(comparator, "comparator of activation bits",
                                   widths.activation_bits, technology);
  }
  if (!law.roundings.units.empty()) {
    const auto& rounding = law.rounding(widths.product_bits, technology);
    units.rounding = rounding.unit;
    units.product_rounding =
        energies_of(rounding, "rounding of a product", widths.product_bits, technology);
  }
  if (!law.rectifiers.units.empty()) {
    units.rectifier = law.rectifier(widths.accumulator_bits, technology).unit;
  }
  return units;
}

}  // namespace

int tree_levels(int macs_per_lane) {
  int levels = 0;
  while ((1 << levels) < macs_per_lane) ++levels;
  return levels;
}

const DatapathByPeriod::Row& DatapathByPeriod::at(double clock_period_ns,
                                                  const std::string& technology,
                                                  const char* key) const {
  for (const Row& row : rows) {
    if (std::abs(row.clock_period_ns - clock_period_ns) < kSameIndex) return row;
  }
  throw UserError(
      key, number_text(clock_period_ns),
      "needs a row of technology " + technology + ": " + clock_periods_text(DatapathLaw(*this)));
}

void DatapathByWidth::check_clock_period(double clock_period_ns, const std::string& technology,
                                         const char* key) const {
  if (clock_period_ns > clock_period_min_ns - kSameIndex &&
      clock_period_ns < clock_period_max_ns + kSameIndex) {
    return;
  }
  throw UserError(key, number_text(clock_period_ns),
                  "needs " + clock_periods_text(DatapathLaw(*this)) + ", the range of technology " +
                      technology);
}

const DatapathByWidth::TimedUnit* DatapathByWidth::find_multiplier(int a_bits, int b_bits) const {
  const auto operand = [&](int bits) {
    return bits >= operand_low_bits && bits <= operand_high_bits;
  };
  if (!operand(a_bits) || !operand(b_bits)) return nullptr;
  const int row = operand_high_bits - operand_low_bits + 1;
  const TimedUnit& unit = multipliers[static_cast<std::size_t>((a_bits - operand_low_bits) * row +
                                                               b_bits - operand_low_bits)];
  return unit.known ? &unit : nullptr;
}

const DatapathByWidth::TimedUnit& DatapathByWidth::multiplier(int a_bits, int b_bits,
                                                              const std::string& technology) const {
  if (const TimedUnit* unit = find_multiplier(a_bits, b_bits)) return *unit;
  throw UserError("multiplier of weight x activation bits",
                  std::to_string(a_bits) + " x " + std::to_string(b_bits) + " bits",
                  "needs " + std::to_string(operand_low_bits) + " to " +
                      std::to_string(operand_high_bits) +
                      " bits each and products within the table of technology " + technology);
}

const DatapathByWidth::TimedUnit& DatapathByWidth::adder(int bits,
                                                         const std::string& technology) const {
  return by_bits(adders, "adder of tree or accumulator", bits, technology);
}

const DatapathByWidth::TimedUnit& DatapathByWidth::comparator(int bits,
                                                              const std::string& technology) const {
  return by_bits(comparators, "comparator of activation bits", bits, technology);
}

const DatapathByWidth::TimedUnit& DatapathByWidth::rounding(int bits,
                                                            const std::string& technology) const {
  return by_bits(roundings, "rounding of a product to product bits", bits, technology);
}

const DatapathByWidth::TimedUnit& DatapathByWidth::rectifier(int bits,
                                                             const std::string& technology) const {
  return by_bits(rectifiers, "rectifier of accumulator bits", bits, technology);
}

DatapathUnits datapath_units(const DatapathLaw& law, const DatapathWidths& widths,
                             double clock_period_ns, bool comparators,
                             const std::string& technology) {
  if (const auto* by_period = std::get_if<DatapathByPeriod>(&law)) {
    return units_of(*by_period, widths, clock_period_ns, technology);
  }
  const auto& by_width = std::get<DatapathByWidth>(law);
  by_width.check_clock_period(clock_period_ns, technology, "design.clock_period_ns");
  return units_of(by_width, widths, comparators, technology);
}

double accumulation_delay_ns(const DatapathLaw& law, const DatapathWidths& widths,
                             const std::string& technology) {
  if (const auto* by_period = std::get_if<DatapathByPeriod>(&law)) {
    return by_period->adder_delay_fixed_ns +
           by_period->adder_delay_per_bit_ns * widths.accumulator_bits;
  }
  return std::get<DatapathByWidth>(law).adder(widths.accumulator_bits, technology).delay_ns;
}

double mac_delay_ns(const DatapathLaw& law, const DatapathWidths& widths, int macs_per_lane,
                    const std::string& technology) {
  const int levels = tree_levels(macs_per_lane);
  if (const auto* by_period = std::get_if<DatapathByPeriod>(&law)) {
    const auto adder_ns = [&](int bits) {
      return by_period->adder_delay_fixed_ns + by_period->adder_delay_per_bit_ns * bits;
    };
    // A negation of X takes as long as an addition of its bits (assumption).
    double delay_ns = widths.sign_weights
                          ? adder_ns(widths.activation_bits)
                          : by_period->multiplier_delay_fixed_ns +
                                by_period->multiplier_delay_per_bit_ns *
                                    (widths.weight_bits + widths.activation_bits) / 2;
    for (int level = 1; level <= levels; ++level) delay_ns += adder_ns(widths.product_bits + level);
    return delay_ns + adder_ns(widths.accumulator_bits);
  }
  const auto& by_width = std::get<DatapathByWidth>(law);
  // A table without an adder of so few bits has a slower one.
  const int negated_bits = std::max(widths.activation_bits, by_width.adders.low_bits);
  double delay_ns =
      widths.sign_weights
          ? by_width.adder(negated_bits, technology).delay_ns
          : by_width.multiplier(widths.weight_bits, widths.activation_bits, technology).delay_ns;
  for (int level = 1; level <= levels; ++level) {
    delay_ns += by_width.adder(widths.product_bits + level, technology).delay_ns;
  }
  return delay_ns + by_width.adder(widths.accumulator_bits, technology).delay_ns;
}

void check_clock_period(const DatapathLaw& law, double clock_period_ns,
                        const std::string& technology, const char* key) {
  if (const auto* by_period = std::get_if<DatapathByPeriod>(&law)) {
    by_period->at(clock_period_ns, technology, key);
  } else {
    std::get<DatapathByWidth>(law).check_clock_period(clock_period_ns, technology, key);
  }
}

std::string clock_periods_text(const DatapathLaw& law) {
  std::string text;
  if (const auto* by_period = std::get_if<DatapathByPeriod>(&law)) {
    for (const DatapathByPeriod::Row& row : by_period->rows) {
      text += (text.empty() ? "" : ", ") + number_text(row.clock_period_ns);
    }
  } else {
    const auto& by_width = std::get<DatapathByWidth>(law);
    text = number_text(by_width.clock_period_min_ns) + " to " +
           number_text(by_width.clock_period_max_ns);
  }
  return text + " ns";
}

}  // namespace minerva
