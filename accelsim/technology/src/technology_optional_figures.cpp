#include "technology_figures.hpp"

// The figures that a technology file may do without (docs/technology.md says what their absence
// means), and those that stand for others.
namespace minerva {
namespace {

using T = Technology;

FigureSpec optional_figure(FigureGroup group, const char* name, const char* unit, double low,
                           double high, double& (*place)(Technology&)) {
  FigureSpec spec{name, unit, low, high, place};
  spec.group = group;
  return spec;
}

FigureSpec optional_table(FigureGroup group, const char* name, const char* unit, double high,
                          FigureIndex index, double UnitFigures::*unit_figure = nullptr) {
  FigureSpec spec{name, unit, 0, high, nullptr, index, unit_figure};
  spec.group = group;
  return spec;
}

}  // namespace

std::vector<FigureSpec> optional_figures() {
  using G = FigureGroup;
  return {
      optional_figure(G::registers, "register_bit_write_energy", "pJ", 0, 1,
                      [](T& t) -> double& { return t.components.register_write.uniform_pj; }),
      optional_figure(G::registers, "register_bit_idle_energy", "pJ", 0, 1,
                      [](T& t) -> double& { return t.components.register_idle_pj; }),
      optional_figure(G::registers, "clock_gate_energy", "pJ", 0, 10,
                      [](T& t) -> double& { return t.components.clock_gate.energy_pj; }),
      optional_figure(G::registers, "clock_gate_leakage", "uW", 0, 100,
                      [](T& t) -> double& { return t.components.clock_gate.leakage_uw; }),
      optional_figure(G::registers, "clock_gate_area", "um2", 0, 1e4,
                      [](T& t) -> double& { return t.components.clock_gate.area_um2; }),
      optional_figure(G::registers, "clock_gate_idle_energy", "pJ", 0, 10,
                      [](T& t) -> double& { return t.components.clock_gate_idle_pj; }),
      optional_figure(G::register_operands, "register_bit_write_energy_dense", "pJ", 0, 1,
                      [](T& t) -> double& { return t.components.register_write.dense_pj; }),
      optional_figure(G::register_operands, "register_bit_write_energy_kept", "pJ", 0, 1,
                      [](T& t) -> double& { return t.components.register_write.kept_pj; }),
      optional_figure(G::clock_pins, "clock_pin_energy", "pJ", 0, 1,
                      [](T& t) -> double& { return t.components.clock_pin_pj; }),
      optional_figure(G::clock_pins, "clock_buffer_share", "%", 0, 1000,
                      [](T& t) -> double& { return t.components.clock_buffer_percent; }),
      optional_figure(G::operand_buffer, "operand_buffer_bit_energy", "pJ", 0, 10,
                      [](T& t) -> double& { return t.components.operand_buffer_bit.energy_pj; }),
      optional_figure(G::operand_buffer, "operand_buffer_bit_leakage", "uW", 0, 100,
                      [](T& t) -> double& { return t.components.operand_buffer_bit.leakage_uw; }),
      optional_figure(G::operand_buffer, "operand_buffer_bit_area", "um2", 0, 1e4,
                      [](T& t) -> double& { return t.components.operand_buffer_bit.area_um2; }),
      optional_figure(G::mask_row, "mask_row_bit_energy", "pJ", 0, 10,
                      [](T& t) -> double& { return t.components.mask_row_bit.energy_pj; }),
      optional_figure(G::mask_row, "mask_row_bit_leakage", "uW", 0, 100,
                      [](T& t) -> double& { return t.components.mask_row_bit.leakage_uw; }),
      optional_figure(G::mask_row, "mask_row_bit_area", "um2", 0, 1e4,
                      [](T& t) -> double& { return t.components.mask_row_bit.area_um2; }),
      optional_figure(
          G::accumulator_multiplexer, "accumulator_multiplexer_bit_energy", "pJ", 0, 10,
          [](T& t) -> double& { return t.components.accumulator_multiplexer_bit.energy_pj; }),
      optional_figure(
          G::accumulator_multiplexer, "accumulator_multiplexer_bit_leakage", "uW", 0, 100,
          [](T& t) -> double& { return t.components.accumulator_multiplexer_bit.leakage_uw; }),
      optional_figure(
          G::accumulator_multiplexer, "accumulator_multiplexer_bit_area", "um2", 0, 1e4,
          [](T& t) -> double& { return t.components.accumulator_multiplexer_bit.area_um2; }),
      optional_figure(
          G::accumulator_operands, "accumulator_multiplexer_bit_energy_dense", "pJ", 0, 10,
          [](T& t) -> double& { return t.components.accumulator_multiplexing.dense_pj; }),
      optional_figure(
          G::accumulator_operands, "accumulator_multiplexer_bit_energy_kept", "pJ", 0, 10,
          [](T& t) -> double& { return t.components.accumulator_multiplexing.kept_pj; }),
      optional_figure(G::write_multiplexer, "write_multiplexer_bit_energy", "pJ", 0, 10,
                      [](T& t) -> double& { return t.components.write_multiplexer_bit.energy_pj; }),
      optional_figure(
          G::write_multiplexer, "write_multiplexer_bit_leakage", "uW", 0, 100,
          [](T& t) -> double& { return t.components.write_multiplexer_bit.leakage_uw; }),
      optional_figure(G::write_multiplexer, "write_multiplexer_bit_area", "um2", 0, 1e4,
                      [](T& t) -> double& { return t.components.write_multiplexer_bit.area_um2; }),
      optional_figure(G::sequencer, "sequencer_bit_energy", "pJ", 0, 10,
                      [](T& t) -> double& { return t.components.sequencer_bit.energy_pj; }),
      optional_figure(G::sequencer, "sequencer_bit_leakage", "uW", 0, 100,
                      [](T& t) -> double& { return t.components.sequencer_bit.leakage_uw; }),
      optional_figure(G::sequencer, "sequencer_bit_area", "um2", 0, 1e4,
                      [](T& t) -> double& { return t.components.sequencer_bit.area_um2; }),
      optional_figure(G::core, "control_bit_energy", "pJ", 0, 10,
                      [](T& t) -> double& { return t.components.control_bit.energy_pj; }),
      optional_figure(G::core, "control_bit_leakage", "uW", 0, 100,
                      [](T& t) -> double& { return t.components.control_bit.leakage_uw; }),
      optional_figure(G::core, "control_bit_area", "um2", 0, 1e4,
                      [](T& t) -> double& { return t.components.control_bit.area_um2; }),
      optional_figure(G::core, "selection_bit_energy_dense", "pJ", 0, 10,
                      [](T& t) -> double& { return t.components.selection.dense_pj; }),
      optional_figure(G::core, "selection_bit_energy_kept", "pJ", 0, 10,
                      [](T& t) -> double& { return t.components.selection.kept_pj; }),
      optional_figure(G::core, "selection_bit_leakage", "uW", 0, 100,
                      [](T& t) -> double& { return t.components.selection_bit.leakage_uw; }),
      optional_figure(G::core, "selection_bit_area", "um2", 0, 1e4,
                      [](T& t) -> double& { return t.components.selection_bit.area_um2; }),
      optional_figure(G::core, "registered_adder_dense", "1", 0, 10,
                      [](T& t) -> double& { return t.components.registered_adder.dense; }),
      optional_figure(G::core, "registered_adder_kept", "1", 0, 10,
                      [](T& t) -> double& { return t.components.registered_adder.kept; }),
      optional_figure(G::core, "registered_rounding_dense", "1", 0, 10,
                      [](T& t) -> double& { return t.components.registered_rounding.dense; }),
      optional_figure(G::core, "registered_rounding_kept", "1", 0, 10,
                      [](T& t) -> double& { return t.components.registered_rounding.kept; }),
      optional_figure(G::macs, "one_mac_multiplier_dense", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.multiplier_by_macs.one.dense; }),
      optional_figure(G::macs, "one_mac_multiplier_kept", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.multiplier_by_macs.one.kept; }),
      optional_figure(
          G::macs, "doubled_macs_multiplier_dense", "1", 0.01, 100,
          [](T& t) -> double& { return t.components.multiplier_by_macs.doubled.dense; }),
      optional_figure(G::macs, "doubled_macs_multiplier_kept", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.multiplier_by_macs.doubled.kept; }),
      optional_figure(G::macs, "one_mac_rounding_dense", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.rounding_by_macs.one.dense; }),
      optional_figure(G::macs, "one_mac_rounding_kept", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.rounding_by_macs.one.kept; }),
      optional_figure(G::macs, "doubled_macs_rounding_dense", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.rounding_by_macs.doubled.dense; }),
      optional_figure(G::macs, "doubled_macs_rounding_kept", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.rounding_by_macs.doubled.kept; }),
      optional_figure(G::macs, "one_mac_adder_dense", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.adder_by_macs.one.dense; }),
      optional_figure(G::macs, "one_mac_adder_kept", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.adder_by_macs.one.kept; }),
      optional_figure(G::macs, "doubled_macs_adder_dense", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.adder_by_macs.doubled.dense; }),
      optional_figure(G::macs, "doubled_macs_adder_kept", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.adder_by_macs.doubled.kept; }),
      optional_figure(
          G::macs, "one_mac_registered_adder_dense", "1", 0.01, 100,
          [](T& t) -> double& { return t.components.registered_adder_by_macs.one.dense; }),
      optional_figure(
          G::macs, "one_mac_registered_adder_kept", "1", 0.01, 100,
          [](T& t) -> double& { return t.components.registered_adder_by_macs.one.kept; }),
      optional_figure(
          G::macs, "doubled_macs_registered_adder_dense", "1", 0.01, 100,
          [](T& t) -> double& { return t.components.registered_adder_by_macs.doubled.dense; }),
      optional_figure(
          G::macs, "doubled_macs_registered_adder_kept", "1", 0.01, 100,
          [](T& t) -> double& { return t.components.registered_adder_by_macs.doubled.kept; }),
      optional_figure(G::macs_around, "one_mac_selection_dense", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.selection_by_macs.one.dense; }),
      optional_figure(G::macs_around, "one_mac_selection_kept", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.selection_by_macs.one.kept; }),
      optional_figure(G::macs_around, "doubled_macs_selection_dense", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.selection_by_macs.doubled.dense; }),
      optional_figure(G::macs_around, "doubled_macs_selection_kept", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.selection_by_macs.doubled.kept; }),
      optional_figure(
          G::macs_around, "one_mac_accumulator_multiplexer_dense", "1", 0.01, 100,
          [](T& t) -> double& { return t.components.accumulator_multiplexer_by_macs.one.dense; }),
      optional_figure(
          G::macs_around, "one_mac_accumulator_multiplexer_kept", "1", 0.01, 100,
          [](T& t) -> double& { return t.components.accumulator_multiplexer_by_macs.one.kept; }),
      optional_figure(G::macs_around, "doubled_macs_accumulator_multiplexer_dense", "1", 0.01, 100,
                      [](T& t) -> double& {
                        return t.components.accumulator_multiplexer_by_macs.doubled.dense;
                      }),
      optional_figure(G::macs_around, "doubled_macs_accumulator_multiplexer_kept", "1", 0.01, 100,
                      [](T& t) -> double& {
                        return t.components.accumulator_multiplexer_by_macs.doubled.kept;
                      }),
      optional_figure(G::zeros, "zero_operands_multiplier", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.zeros_of_multiplier.zero; }),
      optional_figure(G::zeros, "nonzero_operands_multiplier", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.zeros_of_multiplier.nonzero; }),
      optional_figure(G::zeros, "zero_operands_rounding", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.zeros_of_rounding.zero; }),
      optional_figure(G::zeros, "nonzero_operands_rounding", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.zeros_of_rounding.nonzero; }),
      optional_figure(G::zeros, "zero_operands_adder", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.zeros_of_adder.zero; }),
      optional_figure(G::zeros, "nonzero_operands_adder", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.zeros_of_adder.nonzero; }),
      optional_figure(G::zeros, "zero_operands_register", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.zeros_of_register.zero; }),
      optional_figure(G::zeros, "nonzero_operands_register", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.zeros_of_register.nonzero; }),
      optional_figure(
          G::zeros, "zero_operands_accumulator_multiplexer", "1", 0, 1000,
          [](T& t) -> double& { return t.components.zeros_of_accumulator_multiplexer.zero; }),
      optional_figure(
          G::zeros, "nonzero_operands_accumulator_multiplexer", "1", 0, 1000,
          [](T& t) -> double& { return t.components.zeros_of_accumulator_multiplexer.nonzero; }),
      optional_figure(G::zeros, "zero_operands_selection", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.zeros_of_selection.zero; }),
      optional_figure(G::zeros, "nonzero_operands_selection", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.zeros_of_selection.nonzero; }),
      optional_figure(G::zeros, "zero_operands_operand_buffer", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.zeros_of_operand_buffer.zero; }),
      optional_figure(G::zeros, "nonzero_operands_operand_buffer", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.zeros_of_operand_buffer.nonzero; }),
      optional_figure(G::buffer_operands, "operand_buffer_bit_energy_dense", "pJ", 0, 10,
                      [](T& t) -> double& { return t.components.operand_buffering.dense_pj; }),
      optional_figure(G::buffer_operands, "operand_buffer_bit_energy_kept", "pJ", 0, 10,
                      [](T& t) -> double& { return t.components.operand_buffering.kept_pj; }),
      optional_figure(G::wide, "narrow_format_bits", "bits", 1, 1000,
                      [](T& t) -> double& { return t.components.wide.narrow_bits; }),
      optional_figure(G::wide, "wide_format_bits", "bits", 1, 1000,
                      [](T& t) -> double& { return t.components.wide.wide_bits; }),
      optional_figure(G::wide, "wide_register_dense", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.wide.of_register; }),
      optional_figure(G::wide, "wide_accumulator_multiplexer_dense", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.wide.of_accumulator_multiplexer; }),
      optional_figure(G::wide, "wide_selection_dense", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.wide.of_selection; }),
      optional_figure(G::wide, "wide_operand_buffer_dense", "1", 0.01, 100,
                      [](T& t) -> double& { return t.components.wide.of_operand_buffer; }),
      optional_figure(G::wide_zeros, "wide_zero_operands_multiplier", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.wide_zeros_of_multiplier.zero; }),
      optional_figure(
          G::wide_zeros, "wide_nonzero_operands_multiplier", "1", 0, 1000,
          [](T& t) -> double& { return t.components.wide_zeros_of_multiplier.nonzero; }),
      optional_figure(G::wide_zeros, "wide_zero_operands_rounding", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.wide_zeros_of_rounding.zero; }),
      optional_figure(G::wide_zeros, "wide_nonzero_operands_rounding", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.wide_zeros_of_rounding.nonzero; }),
      optional_figure(G::wide_zeros, "wide_zero_operands_adder", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.wide_zeros_of_adder.zero; }),
      optional_figure(G::wide_zeros, "wide_nonzero_operands_adder", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.wide_zeros_of_adder.nonzero; }),
      optional_figure(G::wide_zeros, "wide_zero_operands_register", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.wide_zeros_of_register.zero; }),
      optional_figure(G::wide_zeros, "wide_nonzero_operands_register", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.wide_zeros_of_register.nonzero; }),
      optional_figure(
          G::wide_zeros, "wide_zero_operands_accumulator_multiplexer", "1", 0, 1000,
          [](T& t) -> double& { return t.components.wide_zeros_of_accumulator_multiplexer.zero; }),
      optional_figure(G::wide_zeros, "wide_nonzero_operands_accumulator_multiplexer", "1", 0, 1000,
                      [](T& t) -> double& {
                        return t.components.wide_zeros_of_accumulator_multiplexer.nonzero;
                      }),
      optional_figure(G::wide_zeros, "wide_zero_operands_selection", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.wide_zeros_of_selection.zero; }),
      optional_figure(G::wide_zeros, "wide_nonzero_operands_selection", "1", 0, 1000,
                      [](T& t) -> double& { return t.components.wide_zeros_of_selection.nonzero; }),
      optional_figure(
          G::wide_zeros, "wide_zero_operands_operand_buffer", "1", 0, 1000,
          [](T& t) -> double& { return t.components.wide_zeros_of_operand_buffer.zero; }),
      optional_figure(
          G::wide_zeros, "wide_nonzero_operands_operand_buffer", "1", 0, 1000,
          [](T& t) -> double& { return t.components.wide_zeros_of_operand_buffer.nonzero; }),
      optional_figure(G::wires, "wire_energy", "pJ/mm", 0, 10,
                      [](T& t) -> double& { return t.components.wire_pj_per_mm; }),
      optional_figure(G::level_shifter, "level_shifter_bit_energy", "pJ", 0, 10,
                      [](T& t) -> double& { return t.components.level_shifter_bit.energy_pj; }),
      optional_figure(G::level_shifter, "level_shifter_bit_leakage", "uW", 0, 100,
                      [](T& t) -> double& { return t.components.level_shifter_bit.leakage_uw; }),
      optional_figure(G::level_shifter, "level_shifter_bit_area", "um2", 0, 1e4,
                      [](T& t) -> double& { return t.components.level_shifter_bit.area_um2; }),
      optional_figure(G::regulator, "regulator_efficiency", "%", 1, 100,
                      [](T& t) -> double& { return t.components.regulator_efficiency_percent; }),
      optional_figure(G::access, "sram_access_fixed", "ns", 0, 100,
                      [](T& t) -> double& { return t.components.access_fixed_ns; }),
      optional_figure(G::access, "sram_access_doubling", "ns", 0, 100,
                      [](T& t) -> double& { return t.components.access_doubling_ns; }),
      optional_figure(G::off_chip, "off_chip_bit_energy", "pJ", 0, 1000,
                      [](T& t) -> double& { return t.components.off_chip_bit_pj; }),
      optional_figure(G::off_chip, "off_chip_bandwidth", "Gbit/s", 0, 1e5,
                      [](T& t) -> double& { return t.components.off_chip_gbit_per_s; }),
      optional_figure(G::sram_linear, "sram_read_fixed", "pJ", 0, 100,
                      [](T& t) -> double& { return t.sram_read_pj.fixed; }),
      optional_figure(G::sram_linear, "sram_read_bit", "pJ", 0, 100,
                      [](T& t) -> double& { return t.sram_read_pj.bit; }),
      optional_figure(G::sram_linear, "sram_read_word", "pJ", 0, 100,
                      [](T& t) -> double& { return t.sram_read_pj.word; }),
      optional_figure(G::sram_linear, "sram_read_word_bit", "pJ", 0, 100,
                      [](T& t) -> double& { return t.sram_read_pj.word_bit; }),
      optional_figure(G::sram_linear, "sram_macro_area_fixed", "um2", 0, 1e5,
                      [](T& t) -> double& { return t.sram_macro_um2.fixed; }),
      optional_figure(G::sram_linear, "sram_macro_area_bit", "um2", 0, 1e5,
                      [](T& t) -> double& { return t.sram_macro_um2.bit; }),
      optional_figure(G::sram_linear, "sram_macro_area_word", "um2", 0, 1e5,
                      [](T& t) -> double& { return t.sram_macro_um2.word; }),
      optional_figure(G::sram_linear, "sram_macro_area_word_bit", "um2", 0, 1e5,
                      [](T& t) -> double& { return t.sram_macro_um2.word_bit; }),
  };
}

std::vector<FigureSpec> optional_figures_by_width() {
  using G = FigureGroup;
  const auto operands = FigureIndex::operands;
  const auto bits = FigureIndex::bits;
  return {
      optional_table(G::operands, "multiplier_energy_dense", "pJ", 1000, operands),
      optional_table(G::operands, "multiplier_energy_kept", "pJ", 1000, operands),
      optional_table(G::operands, "adder_energy_dense", "pJ", 100, bits),
      optional_table(G::operands, "adder_energy_kept", "pJ", 100, bits),
      optional_table(G::comparator_operands, "comparator_energy_dense", "pJ", 10, bits),
      optional_table(G::rounding, "rounding_energy", "pJ", 100, bits, &UnitFigures::energy_pj),
      optional_table(G::rounding, "rounding_leakage", "uW", 1e3, bits, &UnitFigures::leakage_uw),
      optional_table(G::rounding, "rounding_area", "um2", 1e5, bits, &UnitFigures::area_um2),
      optional_table(G::rounding_operands, "rounding_energy_dense", "pJ", 100, bits),
      optional_table(G::rounding_operands, "rounding_energy_kept", "pJ", 100, bits),
      optional_table(G::rectifier, "rectifier_energy", "pJ", 100, bits, &UnitFigures::energy_pj),
      optional_table(G::rectifier, "rectifier_leakage", "uW", 1e3, bits, &UnitFigures::leakage_uw),
      optional_table(G::rectifier, "rectifier_area", "um2", 1e5, bits, &UnitFigures::area_um2),
  };
}

}  // namespace minerva
