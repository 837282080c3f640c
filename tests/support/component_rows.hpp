#pragma once
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "minerva/accelsim/technology.hpp"

// A technology with every optional group of rows: nangate45, whose laws of clock and memories give
// way to those of pins and of words and bits. The figures are chosen, so that no two are equal.
namespace minerva {

/// A row "name | value | unit" with columns of a test, and a last one where it is not empty.
inline std::string component_row(const std::string& name, const std::string& value,
                                 const std::string& unit, const std::string& quality = "",
                                 const std::string& conditions = "of the test") {
  return name + " | " + value + " | " + unit + " | 45 nm | " + conditions + " | a test | derived" +
         (quality.empty() ? "" : " | " + quality) + "\n";
}

/// An energy with the operands of a network.
inline std::string operand_row(const std::string& name, const std::string& value) {
  const bool dense = name.find("_dense") != std::string::npos;
  return component_row(name, value, "pJ", "",
                       dense ? "4 ns, operands of a net: zeros multiplied"
                             : "4 ns, operands of a net: kept inputs alone");
}

inline std::string operand_rows() {
  return operand_row("multiplier_energy_dense[4x4]", "0.01") +
         operand_row("multiplier_energy_dense[8x6]", "0.0625") +
         operand_row("multiplier_energy_dense[16x16]", "0.25") +
         operand_row("multiplier_energy_kept[4x4]", "0.05") +
         operand_row("multiplier_energy_kept[8x6]", "0.3") +
         operand_row("multiplier_energy_kept[16x16]", "1.2") +
         operand_row("adder_energy_dense[12]", "0.04") +
         operand_row("adder_energy_dense[32]", "0.08") +
         operand_row("adder_energy_kept[12]", "0.16") +
         operand_row("adder_energy_kept[32]", "0.4") +
         operand_row("comparator_energy_dense[6]", "0.011") +
         operand_row("comparator_energy_dense[16]", "0.02");
}

inline std::string unit_rows(const std::string& unit, const char* energy, const char* leakage,
                             const char* area) {
  return component_row(unit + "_energy", energy, "pJ") +
         component_row(unit + "_leakage", leakage, "uW") +
         component_row(unit + "_area", area, "um2");
}

inline std::string component_rows() {
  std::string rows = operand_rows();
  rows += component_row("rounding_law", "piecewise_linear", "law");
  for (const char* bits : {"[4]", "[16]"}) {
    const bool wide = std::string(bits) == "[16]";
    rows += component_row(std::string("rounding_energy") + bits, wide ? "0.12" : "0.04", "pJ");
    rows += component_row(std::string("rounding_leakage") + bits, wide ? "1.6" : "0.4", "uW");
    rows += component_row(std::string("rounding_area") + bits, wide ? "64" : "16", "um2");
    rows += operand_row(std::string("rounding_energy_dense") + bits, "0.017");
    rows += operand_row(std::string("rounding_energy_kept") + bits, "0.085");
  }
  rows += component_row("rectifier_law", "piecewise_linear", "law");
  for (const char* bits : {"[12]", "[32]"}) {
    rows += component_row(std::string("rectifier_energy") + bits, "0.03", "pJ");
    rows += component_row(std::string("rectifier_leakage") + bits, "0.9", "uW");
    rows += component_row(std::string("rectifier_area") + bits, "41", "um2");
  }
  rows += component_row("register_bit_write_energy", "0.014", "pJ") +
          operand_row("register_bit_write_energy_dense", "0.007") +
          operand_row("register_bit_write_energy_kept", "0.011") +
          component_row("register_bit_idle_energy", "0.005", "pJ") +
          unit_rows("clock_gate", "0.019", "0.06", "3.5") +
          component_row("clock_gate_idle_energy", "0.0045", "pJ") +
          component_row("clock_pin_energy", "0.0008", "pJ") +
          component_row("clock_buffer_share", "50", "%");
  rows += unit_rows("operand_buffer_bit", "0.0015", "0.02", "0.8") +
          unit_rows("mask_row_bit", "0.003", "0.03", "1.9") +
          unit_rows("accumulator_multiplexer_bit", "0.006", "0.05", "2.1") +
          operand_row("accumulator_multiplexer_bit_energy_dense", "0.001") +
          operand_row("accumulator_multiplexer_bit_energy_kept", "0.0055") +
          unit_rows("write_multiplexer_bit", "0.0007", "0.025", "1.2") +
          unit_rows("sequencer_bit", "0.02", "0.15", "9") +
          component_row("wire_energy", "0.04", "pJ/mm") +
          unit_rows("level_shifter_bit", "0.002", "0.04", "2.4") +
          component_row("regulator_efficiency", "80", "%") +
          component_row("input_load_law", "double_buffer", "law") +
          component_row("sram_access_fixed", "0.5", "ns") +
          component_row("sram_access_doubling", "0.1", "ns");
  return rows + component_row("sram_law", "linear_in_words_and_bits", "law") +
         component_row("sram_read_fixed", "0.25", "pJ") +
         component_row("sram_read_bit", "0.03", "pJ") +
         component_row("sram_read_word", "0.0002", "pJ") +
         component_row("sram_read_word_bit", "0.00004", "pJ") +
         component_row("sram_macro_area_fixed", "300", "um2") +
         component_row("sram_macro_area_bit", "25", "um2") +
         component_row("sram_macro_area_word", "0.5", "um2") +
         component_row("sram_macro_area_word_bit", "0.3", "um2");
}

/// nangate45 without its residuals, without the rows of these names, and with more.
inline std::string changed_nangate45(const std::set<std::string>& without,
                                     const std::string& more) {
  std::ifstream file(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/nangate45.cfg");
  std::string text;
  for (std::string line; std::getline(file, line);) {
    // In the last column alone: the conditions of a row may begin with the same word.
    const std::size_t last = line.rfind(" | ");
    if (last != std::string::npos && line.compare(last, 12, " | residual ") == 0) line.resize(last);
    if (without.count(line.substr(0, line.find_first_of(" [|"))) == 0) text += line + "\n";
  }
  return text + more;
}

inline const std::set<std::string>& replaced_by_component_rows() {
  static const std::set<std::string> names = {
      "clock_energy", "sram_energy_fixed", "sram_energy_root", "sram_area_fixed", "sram_area_bit"};
  return names;
}

/// The file's path is the running test's own.
inline Technology technology_of(const std::string& text) {
  const std::string path = testing::TempDir() + "minerva_" +
                           testing::UnitTest::GetInstance()->current_test_info()->name() + ".cfg";
  std::ofstream(path) << text;
  try {
    Technology technology = read_technology(path);
    std::remove(path.c_str());
    return technology;
  } catch (...) {
    std::remove(path.c_str());
    throw;
  }
}

/// Rows of a whole core, which stand for those of the sequencer's counters.
inline std::string core_rows() {
  return unit_rows("control_bit", "0.013", "0.17", "11") +
         operand_row("selection_bit_energy_dense", "0.0007") +
         operand_row("selection_bit_energy_kept", "0.0031") +
         component_row("selection_bit_leakage", "0.021", "uW") +
         component_row("selection_bit_area", "1.1", "um2") +
         component_row("registered_adder_dense", "0.75", "1") +
         component_row("registered_adder_kept", "0.5", "1") +
         component_row("registered_rounding_dense", "0.9", "1") +
         component_row("registered_rounding_kept", "0.8", "1");
}

/// component_rows() with core_rows().
inline std::string component_rows_of_a_core() {
  std::string rows = component_rows();
  const std::string counters = unit_rows("sequencer_bit", "0.02", "0.15", "9");
  rows.replace(rows.find(counters), counters.size(), core_rows());
  return rows;
}

/// Rows of the zeros among dense operands.
inline std::string rows_of_zeros(const std::string& zero, const std::string& nonzero,
                                 const std::string& prefix = "") {
  std::string rows;
  for (const char* kind : {"multiplier", "rounding", "adder", "register", "accumulator_multiplexer",
                           "selection", "operand_buffer"}) {
    rows += component_row(prefix + "zero_operands_" + kind, zero, "1");
    rows += component_row(prefix + "nonzero_operands_" + kind, nonzero, "1");
  }
  return rows;
}

/// Rows of formats of 48 bits beside those of 24.
inline std::string rows_of_wide_formats(const std::string& ratio) {
  std::string rows = component_row("narrow_format_bits", "24", "bits") +
                     component_row("wide_format_bits", "48", "bits");
  for (const char* kind : {"register", "accumulator_multiplexer", "selection", "operand_buffer"}) {
    rows += component_row(std::string("wide_") + kind + "_dense", ratio, "1");
  }
  return rows;
}

inline Technology core_technology() {
  return technology_of(changed_nangate45(replaced_by_component_rows(), component_rows_of_a_core()));
}

inline Technology component_technology() {
  return technology_of(changed_nangate45(replaced_by_component_rows(), component_rows()));
}

}  // namespace minerva
