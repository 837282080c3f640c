#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/accelsim/technology_datapath.hpp"
#include "minerva/accelsim/technology_rows.hpp"
#include "minerva/design/weight_memory.hpp"

namespace minerva {

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
  double macros = 0;      ///< of a bank
  double macro_words = 0;
  double access_ns = 0;  ///< of a macro at nominal voltage; 0: the technology does not say
};

/// A width of a machine that a technology does not answer for.
struct UnansweredWidth {
  std::string what;   ///< "a word of the bias store"
  std::string bits;   ///< "1 bit", "4 x 16 bits"
  std::string needs;  ///< "needs 2 to 32 bits in technology public40"
};

/// A process as one file of configs/tech describes it (docs/machine.md, "Power, performance,
/// area").
struct Technology {
  std::string name;         ///< file name without folder and ending
  bool calibrated = false;  ///< some figure was fitted to published results

  DatapathLaw datapath;                ///< multipliers, adders, comparators, registers
  UnitFigures bitwise;                 ///< 32 bits, the gates of a ReLU; linear in bits
  UnitFigures multiplexer_bit;         ///< a 2-input multiplexer, one bit
  double clock_energy_pj_per_mm2 = 0;  ///< clock network, a cycle and mm2 of the accelerator

  ComponentFigures components;  ///< what a machine has beside memories and arithmetic

  bool sram_by_words_and_bits = false;  ///< by the two laws below, and not by the four after them
  WordsAndBitsLaw sram_read_pj;
  WordsAndBitsLaw sram_macro_um2;
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

  double rom_read_to_sram = 0;  ///< energy of a ROM read over an SRAM macro of the same words
  double rom_area_to_sram = 0;  ///< and width at nominal voltage
  double rom_leakage_to_sram = 0;

  double sram_nominal_v = 0;
  double sram_dynamic_exponent = 0;       ///< dynamic ~ (V / nominal)^exponent
  double sram_leakage_per_v = 0;          ///< leakage ~ V / nominal exp(k (V - nominal))
  std::vector<FaultRateRow> fault_rates;  ///< by falling voltage, the first is the nominal

  double razor_power_percent = 0;  ///< of the weight arrays
  double razor_area_percent = 0;
  double parity_power_percent = 0;
  double parity_area_percent = 0;
  double hardened_column_area_percent = 0;  ///< of the area of the sign column's cells

  std::vector<FigureRow> rows;         ///< every row of the file, in its order
  std::vector<std::string> files;      ///< the file as it was opened, and those that it includes
  std::vector<std::string> overrides;  ///< what the user set over the files, for reports

  /// Throws UserError that says which clock periods there are.
  void check_clock_period(double clock_period_ns,
                          const char* key = "design.clock_period_ns") const {
    minerva::check_clock_period(datapath, clock_period_ns, name, key);
  }
  /// The lowest table row whose rate is at most `tolerated_rate`; no
  /// interpolation. When not even the nominal row is tolerated the result is the nominal row, whose
  /// fault_rate is then above `tolerated_rate`.
  SramPoint lowest_voltage(double tolerated_rate) const;
  /// Whether a supply of the weight SRAM (0: nominal) is the nominal one.
  bool is_nominal(double voltage_v) const;
  /// Factors of the weight SRAM's dynamic and leakage power at a voltage (0: nominal). Throws
  /// UserError outside the fault table.
  double dynamic_factor(double voltage_v) const;
  double leakage_factor(double voltage_v) const;
  /// `words` in all, spread evenly over `banks`. Throws UserError for a width outside the law.
  MemoryFigures memory(double words, int banks, int width_bits) const;
  /// The same as a ROM, at nominal voltage: nothing is written, write_pj is 0.
  MemoryFigures rom(double words, int banks, int width_bits) const;
  /// The first width of a machine that a row does not answer for: the words of its memories (W, X,
  /// and P in the bias store), its multipliers, the adders of its tree and accumulators, and the
  /// comparators, when it has thresholds. Nothing: estimate() has figures and a delay for them all.
  std::optional<UnansweredWidth> unanswered(const DatapathWidths& widths, int macs_per_lane,
                                            bool comparators) const;
  /// Throws UserError naming `where`, the key or file that asks for these widths.
  void check_widths(const DatapathWidths& widths, int macs_per_lane, bool comparators,
                    const std::string& where) const;
  /// Delay of the accumulator's adder, which no pipeline stage can divide.
  double accumulation_delay_ns(const DatapathWidths& widths) const {
    return minerva::accumulation_delay_ns(datapath, widths, name);
  }
  /// Delay of multiplier, adder tree and accumulation.
  double mac_delay_ns(const DatapathWidths& widths, int macs_per_lane) const {
    return minerva::mac_delay_ns(datapath, widths, macs_per_lane, name);
  }
};

/// Reads a technology file. Throws UserError naming file and row for unknown, missing or duplicate
/// rows, other units than asked, values out of range, tables that are not monotone, and parts of an
/// energy (rows NAME_internal and NAME_switching) that do not add up to it.
/// @param overrides rows that get other values, in their order, before anything is checked.
Technology read_technology(const std::string& path, const std::vector<RowOverride>& overrides = {});
/// Every row on a line, so that technologies of equal rows have equal texts.
std::string rows_text(const Technology& technology);
/// The technology that rows describe which read_technology has checked, or which differ from such
/// rows in their values alone; they become its `rows`.
Technology assemble_technology(const std::string& name, std::vector<FigureRow> rows);

}  // namespace minerva
