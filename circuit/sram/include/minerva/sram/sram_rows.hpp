#pragma once
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

/// The rows of a technology file that a curve gives: sram_nominal_voltage, sram_leakage,
/// sram_leakage_per_volt, and fault_rate for each voltage from the highest down, as long as the
/// rate is below kLargestFaultRate. `dropped_v` has the voltages at which it is not. Throws
/// UserError when a rate does not rise as the voltage falls, and when not even the highest voltage
/// works.
constexpr double kLargestFaultRate = 0.5;
std::vector<FigureRow> technology_rows(const std::vector<CurvePoint>& curve,
                                       const std::vector<ArrayPoint>& array,
                                       const CellDevices& cell, const SramOptions& options,
                                       double clock_period_ns, std::vector<double>& dropped_v);
/// The rows as lines of a file.
std::string rows_text(const std::vector<FigureRow>& rows);
/// The text of a technology file in which the rows of the same names are replaced by `rows`, with
/// its comments. `heading` becomes its first comment. Throws UserError for a file that cannot be
/// read.
std::string replaced_rows(const std::string& base_file, const std::vector<FigureRow>& rows,
                          const std::string& heading);

}  // namespace minerva::sram
