#pragma once
#include <string>
#include <vector>

#include "minerva/design/design.hpp"

namespace minerva {

/// Energy of one operation, leakage and area of one unit.
struct UnitFigures {
  double energy_pj = 0;
  double leakage_uw = 0;
  double area_um2 = 0;
};

/// Datapath units synthesised for one clock period: a 32 x 32 multiplier, a 32-bit adder, one
/// register bit.
struct DatapathRow {
  double clock_period_ns = 0;
  UnitFigures multiplier;
  UnitFigures adder;
  UnitFigures register_bit;
};

/// Probability that a bit of the weight SRAM is faulty at a supply voltage.
struct FaultRateRow {
  double voltage_v = 0;
  double rate = 0;
};

/// A memory built from `banks` equal single-port macros (or more, where a bank is larger than the
/// largest macro). Energies are of one access to one bank.
struct MemoryFigures {
  double read_pj = 0;
  double write_pj = 0;
  double leakage_uw = 0;  ///< of all banks
  double area_um2 = 0;    ///< of all banks
};

/// A process as one file of configs/tech describes it (docs/machine.md, "Power, performance,
/// area").
struct Technology {
  std::string name;         ///< file name without folder and ending
  bool calibrated = false;  ///< some figure was fitted to published results

  std::vector<DatapathRow> datapath;      ///< by rising period
  double multiplier_energy_exponent = 0;  ///< energy ~ (a b / 32^2)^exponent
  double multiplier_area_exponent = 0;    ///< area, leakage ~ (a b / 32^2)^exponent
  UnitFigures comparator;                 ///< 32 bits
  UnitFigures bitwise;                    ///< 32 bits, the gates of a ReLU
  UnitFigures multiplexer_bit;            ///< a 2-input multiplexer, one bit
  double clock_energy_pj_per_mm2 = 0;     ///< clock network, a cycle and mm2 of the accelerator
  double multiplier_delay_fixed_ns = 0;   ///< delay = fixed + per_bit (a + b) / 2
  double multiplier_delay_per_bit_ns = 0;
  double adder_delay_fixed_ns = 0;  ///< delay = fixed + per_bit width
  double adder_delay_per_bit_ns = 0;

  double sram_energy_fixed_pj = 0;  ///< read = fixed + root sqrt(bits of the macro)
  double sram_energy_root_pj = 0;
  double sram_write_to_read = 0;   ///< energy of a write over a read
  double sram_area_fixed_um2 = 0;  ///< area = fixed + bit bits
  double sram_area_bit_um2 = 0;
  double sram_leakage_uw_per_kb = 0;  ///< at nominal voltage, KB of 8,192 bits
  double sram_words_min = 0;          ///< smaller banks pay for this many words
  double sram_words_max = 0;          ///< larger banks are built from several macros
  double sram_width_min_bits = 0;
  double sram_width_max_bits = 0;

  double sram_nominal_v = 0;
  double sram_dynamic_exponent = 0;   ///< dynamic ~ (V / nominal)^exponent
  double sram_leakage_per_v = 0;      ///< leakage ~ V / nominal exp(k (V - nominal))
  std::vector<FaultRateRow> fault_rates;  ///< by falling voltage, the first is the nominal

  double razor_power_percent = 0;  ///< of the weight arrays
  double razor_area_percent = 0;
  double parity_power_percent = 0;
  double parity_area_percent = 0;
  double hardened_column_area_percent = 0;  ///< of the area of the sign column's cells

  /// The row of a clock period; throws UserError that lists the periods there are.
  const DatapathRow& datapath_at(double clock_period_ns) const;
  /// The rate of a table row; throws UserError for a voltage between or outside the rows.
  double fault_rate_at(double voltage_v) const;
  /// The lowest table row whose rate is at most `tolerated_rate`; no
  /// interpolation. When not even the nominal row is tolerated the result is the nominal row, whose
  /// fault_rate is then above `tolerated_rate`.
  SramPoint lowest_voltage(double tolerated_rate) const;
  /// Factors of the weight SRAM's dynamic and leakage power at a voltage (0: nominal). Throws
  /// UserError outside the fault table.
  double dynamic_factor(double voltage_v) const;
  double leakage_factor(double voltage_v) const;
  /// `words` in all, spread evenly over `banks`. Throws UserError for a width outside the law.
  MemoryFigures memory(double words, int banks, int width_bits) const;
  /// Delay of multiplier, adder tree and accumulation.
  double mac_delay_ns(const DatapathWidths& widths, int macs_per_lane) const;
};

/// Reads a technology file. Throws UserError naming file and row for unknown, missing or duplicate
/// rows, other units than asked, values out of range and tables that are not monotone.
Technology read_technology(const std::string& path);

}  // namespace minerva
