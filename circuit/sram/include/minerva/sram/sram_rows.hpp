#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/accelsim/technology_rows.hpp"
#include "minerva/sram/array_energy.hpp"
#include "minerva/sram/failure_curve.hpp"

namespace minerva::sram {

/// What a curve means, in one line without the separator of technology files: criterion with its
/// figures, cell, variation, temperature.
std::string curve_conditions(const CellDevices& cell, const SramOptions& options,
                             double clock_period_ns);
/// What a curve leaves out, one sentence each.
const std::vector<std::string>& left_out();

/// The rows of a technology file that a curve gives, and what is to be said of them.
struct SramRows {
  std::vector<FigureRow> rows;
  std::vector<std::string> notes;  ///< rows that are left out, one sentence each
};

/// A macro of a technology that has as many cells as the simulated array: a word line of each row,
/// from whose bit lines multiplexers choose a word.
struct MacroRead {
  int words = 0;
  int bits = 0;
  double read_pj = 0;              ///< at the highest voltage
  bool by_words_and_bits = false;  ///< by the law linear_in_words_and_bits
  double word_bit_pj = 0;          ///< of that law, before simulated bit lines take its place
};

/// Energy of a simulated bit line by its cells: sram_read_word_bit.
double bit_line_pj_per_cell(const ArrayPoint& point, const SramOptions& options);

/// The largest rate of a row: a memory of which half of the cells fail is of no use.
constexpr double kLargestFaultRate = 0.5;
/// sram_read_word_bit where the macro's law has it, sram_nominal_voltage, sram_leakage,
/// sram_leakage_per_volt, sram_dynamic_exponent, fault_clock_period, fault_rate by the criterion of
/// the options, and a fault table of each other criterion, from the highest voltage down, as long
/// as the rate is below kLargestFaultRate.
/// @param macro of the base; nothing: it is not known, and sram_dynamic_exponent is left out.
/// Throws UserError when a rate of the options' criterion does not rise as the voltage falls, and
/// when not even the highest voltage works.
SramRows technology_rows(const std::vector<CurvePoint>& curve, const std::vector<ArrayPoint>& array,
                         const CellDevices& cell, const SramOptions& options,
                         double clock_period_ns, const std::optional<MacroRead>& macro);
/// The rows as lines of a file.
std::string rows_text(const std::vector<FigureRow>& rows);
/// The text of a technology file with these rows, which includes the file `base`, a path from the
/// folder of the new file; empty: it includes none.
std::string technology_text(const std::vector<FigureRow>& rows, const std::string& base);

}  // namespace minerva::sram
