#include "minerva/accelsim/technology.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "technology_figures.hpp"

namespace minerva {

OperandRatios MacRatios::at(int macs) const {
  if (macs < 2) return one;
  const double doublings = portable_log(macs / 2.0) / portable_log(2);
  return {portable_pow(doubled.dense, doublings), portable_pow(doubled.kept, doublings)};
}

SramPoint Technology::lowest_voltage(double tolerated_rate) const {
  return minerva::lowest_voltage(fault_rates, tolerated_rate);
}

namespace {

constexpr double kLog2 = 0.69314718055994530942;

/// Of every fault table.
double lowest_row_v(const Technology& t) {
  double lowest = t.fault_rates.back().voltage_v;
  for (const FigureRow& row : t.rows) {
    if (is_fault_table(row.name)) lowest = std::min(lowest, row.index.front());
  }
  return lowest;
}

double checked_voltage(const Technology& t, double voltage_v) {
  if (voltage_v == 0 || voltage_v == t.sram_nominal_v) return t.sram_nominal_v;
  const double lowest_v = lowest_row_v(t);
  if (voltage_v > t.sram_nominal_v + kSameIndex || voltage_v < lowest_v - kSameIndex) {
    throw UserError("faults.voltage_v", number_text(voltage_v),
                    "needs " + number_text(lowest_v) + " to " + number_text(t.sram_nominal_v) +
                        " V in technology " + t.name);
  }
  return voltage_v;
}

}  // namespace

bool Technology::is_nominal(double voltage_v) const {
  return voltage_v == 0 || std::abs(voltage_v - sram_nominal_v) <= kSameIndex;
}

// Both laws are exactly 1 at the nominal voltage, where most machines of a design space run.
double Technology::dynamic_factor(double voltage_v) const {
  const double v = checked_voltage(*this, voltage_v);
  if (v == sram_nominal_v) return 1;
  return portable_pow(v / sram_nominal_v, sram_dynamic_exponent);
}

double Technology::leakage_factor(double voltage_v) const {
  const double v = checked_voltage(*this, voltage_v);
  if (v == sram_nominal_v) return 1;
  return v / sram_nominal_v * portable_exp(sram_leakage_per_v * (v - sram_nominal_v));
}

MemoryFigures Technology::memory(double words, int banks, int width_bits) const {
  if (width_bits < sram_width_min_bits || width_bits > sram_width_max_bits) {
    throw UserError("width of a memory word", std::to_string(width_bits),
                    "needs " + number_text(sram_width_min_bits) + " to " +
                        number_text(sram_width_max_bits) + " bits in technology " + name);
  }
  const double bank_words = std::max(sram_words_min, std::ceil(words / banks));
  const double macros = std::ceil(bank_words / sram_words_max);
  const double macro_words = std::ceil(bank_words / macros);
  const double bits = macro_words * width_bits;
  MemoryFigures figures_of_memory;
  if (sram_by_words_and_bits) {
    figures_of_memory.read_pj = sram_read_pj.at(macro_words, width_bits);
    figures_of_memory.area_um2 = banks * macros * sram_macro_um2.at(macro_words, width_bits);
  } else {
    figures_of_memory.read_pj = sram_energy_fixed_pj + sram_energy_root_pj * std::sqrt(bits);
    figures_of_memory.area_um2 = banks * macros * (sram_area_fixed_um2 + sram_area_bit_um2 * bits);
  }
  figures_of_memory.write_pj = sram_write_to_read * figures_of_memory.read_pj;
  figures_of_memory.leakage_uw = banks * macros * bits / 8192 * sram_leakage_uw_per_kb;
  figures_of_memory.macros = macros;
  figures_of_memory.macro_words = macro_words;
  if (components.has(FigureGroup::access)) {
    figures_of_memory.access_ns = components.access_fixed_ns +
                                  components.access_doubling_ns * portable_log(macro_words) / kLog2;
  }
  return figures_of_memory;
}

MemoryFigures Technology::rom(double words, int banks, int width_bits) const {
  MemoryFigures figures_of_memory = memory(words, banks, width_bits);
  figures_of_memory.read_pj *= rom_read_to_sram;
  figures_of_memory.write_pj = 0;
  figures_of_memory.area_um2 *= rom_area_to_sram;
  figures_of_memory.leakage_uw *= rom_leakage_to_sram;
  return figures_of_memory;
}

}  // namespace minerva
