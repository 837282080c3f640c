#pragma once
#include <string>
#include <vector>

#include "minerva/sram/device_cards.hpp"

namespace minerva::sram {

/// What cells, bit lines and a word line cost at one supply voltage, without variation. Decoder,
/// word line driver, sense amplifier, precharge gates and wires of the word line are not in it.
struct ArrayPoint {
  double supply_v = 0;
  double leakage_uw_per_kb = 0;  ///< of cells with both bit lines precharged; KB of 8,192 bits
  double bit_line_read_fj = 0;   ///< one column: from the supply, until both lines are precharged
  double word_line_fj = 0;       ///< the access gates of one row
  double bit_line_swing_mv = 0;  ///< what the bit line had moved when the precharge began
  bool simulated = false;        ///< false: read from the cache
};

/// Simulates one read of one cell in ngspice: the word line opens for as long as the nominal cell
/// needs to move its bit line by the sense voltage, and then the precharge begins. The result is
/// kept in `cache_dir` by content, as that of measure_cell.
/// @param read_current_a of the nominal cell at this voltage
/// Throws UserError as run_ngspice does.
ArrayPoint measure_array(const CellDevices& cell, const SramOptions& options, double supply_v,
                         double read_current_a, const std::string& cache_dir);

/// The exponent of the power of the voltage that fits figures at several voltages best, by least
/// squares in logarithms. Needs two voltages or more and positive figures.
double voltage_exponent(const std::vector<double>& voltages_v, const std::vector<double>& figures);
/// The same through the figure at the first voltage, the nominal one, at which the law of
/// technology files is exact.
double exponent_from_nominal(const std::vector<double>& voltages_v,
                             const std::vector<double>& figures);
/// The k with which V / Vn exp(k (V - Vn)), the law of technology files, fits leakages best, by
/// least squares in logarithms; the first voltage is Vn.
double leakage_per_volt(const std::vector<double>& voltages_v, const std::vector<double>& leakages);

}  // namespace minerva::sram
