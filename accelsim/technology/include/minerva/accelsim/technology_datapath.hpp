#pragma once
#include <string>
#include <variant>
#include <vector>

#include "minerva/accelsim/component_figures.hpp"
#include "minerva/network/quantization_plan.hpp"

namespace minerva {

/// The datapath units of one machine, at its widths and clock period.
struct DatapathUnits {
  UnitFigures multiplier;    ///< weight_bits x activation_bits
  UnitFigures adder;         ///< accumulator_bits
  UnitFigures register_bit;  ///< one bit
  UnitFigures comparator;    ///< activation_bits
  // By what feeds the unit; without rows of a network, its energy above.
  OperandEnergies multiplication;
  OperandEnergies addition;
  OperandEnergies comparison;
  // Where the technology has them (FigureGroup::rounding, FigureGroup::rectifier).
  UnitFigures rounding;  ///< product_bits; with saturation
  OperandEnergies product_rounding;
  UnitFigures rectifier;  ///< accumulator_bits; with rounding
};

/// First form of a datapath: units synthesised for one clock period, scaled to other widths. A
/// period without row is an error.
struct DatapathByPeriod {
  struct Row {
    double clock_period_ns = 0;
    UnitFigures multiplier;    ///< 32 x 32 bits
    UnitFigures adder;         ///< 32 bits; linear in bits
    UnitFigures register_bit;  ///< one bit
  };
  std::vector<Row> rows;                  ///< by rising period
  UnitFigures comparator;                 ///< 32 bits; linear in bits
  double multiplier_energy_exponent = 0;  ///< energy ~ (a b / 32^2)^exponent
  double multiplier_area_exponent = 0;    ///< area, leakage ~ (a b / 32^2)^exponent
  double multiplier_delay_fixed_ns = 0;   ///< delay = fixed + per_bit (a + b) / 2
  double multiplier_delay_per_bit_ns = 0;
  double adder_delay_fixed_ns = 0;  ///< delay = fixed + per_bit width
  double adder_delay_per_bit_ns = 0;

  /// Throws UserError that lists the periods there are.
  const Row& at(double clock_period_ns, const std::string& technology,
                const char* key = "design.clock_period_ns") const;
};

/// Second form: units synthesised at several widths, interpolated by the laws that the file names
/// and worked out for every width when the file is read; the same at every clock period of a range.
/// Widths outside the tables and periods outside the range are errors.
struct DatapathByWidth {
  struct TimedUnit {
    UnitFigures unit;
    double delay_ns = 0;
    bool known = false;  ///< within the tables
    OperandEnergies energies;
    bool energies_known = true;  ///< within the tables of a network's operands, too
  };
  /// Units of low_bits, low_bits + 1, ..
  struct ByBits {
    int low_bits = 0;
    std::vector<TimedUnit> units;
    int high_bits() const { return low_bits + static_cast<int>(units.size()) - 1; }
    bool has(int bits) const { return bits >= low_bits && bits <= high_bits(); }
  };
  double clock_period_min_ns = 0;
  double clock_period_max_ns = 0;
  int operand_low_bits = 0;  ///< of a multiplier
  int operand_high_bits = 0;
  std::vector<TimedUnit> multipliers;  ///< row a, column b, both from operand_low_bits
  ByBits adders;
  ByBits comparators;  ///< without delay
  ByBits roundings;    ///< of a product to its bits, without delay; may be empty
  ByBits rectifiers;   ///< of an accumulator of its bits, without delay; may be empty
  UnitFigures register_bit;

  void check_clock_period(double clock_period_ns, const std::string& technology,
                          const char* key) const;
  /// Null outside of the tables.
  const TimedUnit* find_multiplier(int a_bits, int b_bits) const;
  const TimedUnit& multiplier(int a_bits, int b_bits, const std::string& technology) const;
  const TimedUnit& adder(int bits, const std::string& technology) const;
  const TimedUnit& comparator(int bits, const std::string& technology) const;
  const TimedUnit& rounding(int bits, const std::string& technology) const;
  const TimedUnit& rectifier(int bits, const std::string& technology) const;
};

/// Which of the two a file holds is its row datapath_law.
using DatapathLaw = std::variant<DatapathByPeriod, DatapathByWidth>;

/// The units of a machine. Throws UserError naming width or period and what the technology holds.
/// @param comparators whether F1 has any; without them their width is not asked for.
DatapathUnits datapath_units(const DatapathLaw& law, const DatapathWidths& widths,
                             double clock_period_ns, bool comparators,
                             const std::string& technology);
/// Delay of multiplier, adder tree and accumulation.
double mac_delay_ns(const DatapathLaw& law, const DatapathWidths& widths, int macs_per_lane,
                    const std::string& technology);
/// Delay of the accumulator's adder, which adds in every cycle to what it added in the one before:
/// no pipeline stage can divide it.
double accumulation_delay_ns(const DatapathLaw& law, const DatapathWidths& widths,
                             const std::string& technology);
/// Adders that stand one behind the other in the tree of a lane with so many multipliers; the n-th
/// is n bits wider than a product.
int tree_levels(int macs_per_lane);
/// Throws UserError naming `key` for a period that the technology does not answer for.
void check_clock_period(const DatapathLaw& law, double clock_period_ns,
                        const std::string& technology, const char* key = "design.clock_period_ns");
/// "1, 2, 3 ns" or "1 to 6 ns".
std::string clock_periods_text(const DatapathLaw& law);

}  // namespace minerva
