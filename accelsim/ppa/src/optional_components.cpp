#include <cmath>

#include "cost.hpp"

// What a technology has rows for beyond memories, arithmetic and the bits of registers. Each group
// that a file does not have costs nothing here.
namespace minerva {
namespace {

struct Counts {
  double lanes = 0;
  double word_bits = 0;  ///< of a broadcast word with its flag
  double buffer_bits = 0;
  double accumulator_bits = 0;
  double write_ports = 0;
};

Counts counts_of(const MachineStructure& structure) {
  Counts counts;
  counts.lanes = structure.pipeline.lanes;
  counts.word_bits = structure.widths.activation_bits + 1;
  counts.buffer_bits = counts.lanes * structure.pipeline.inputs_per_cycle * counts.word_bits;
  counts.accumulator_bits = structure.widths.accumulator_bits;
  counts.write_ports = structure.pipeline.write_ports;
  return counts;
}

/// Broadcast words cross the accelerator, a square, and others their memory.
double wire_bit_mm(const MachineStructure& structure, const Cost& cost, const MeanEvents& events) {
  const auto bank_mm = [&](MemoryKind kind) {
    return cost.bank_wire_mm[static_cast<std::size_t>(kind)];
  };
  const DatapathWidths& widths = structure.widths;
  const double activations =
      events.input_reads * bank_mm(MemoryKind::inputs) +
      (events.activation_reads + events.hidden_words) * bank_mm(MemoryKind::activations);
  return events.fetched() * counts_of(structure).word_bits * std::sqrt(cost.area_mm2) +
         (events.weight_reads.all + events.weight_loads) * widths.stored_weight_bits() *
             bank_mm(MemoryKind::weights) +
         widths.activation_bits * activations +
         events.bias_reads * widths.product_bits * bank_mm(MemoryKind::biases);
}

}  // namespace

void cost_optional_components(const MachineStructure& structure, const Technology& technology,
                              Cost& cost) {
  const ComponentFigures& figures = technology.components;
  if (!figures.any()) return;
  const Counts counts = counts_of(structure);
  const auto add = [&](Component component, const UnitFigures& unit, double count) {
    PartFigures& part = cost.components[static_cast<std::size_t>(component)];
    part.leakage_uw += count * unit.leakage_uw;
    part.area_um2 += count * unit.area_um2;
  };
  add(Component::accumulator_multiplexers, figures.accumulator_multiplexer_bit,
      counts.lanes * counts.accumulator_bits);
  add(Component::operand_buffers, figures.operand_buffer_bit, counts.buffer_bits);
  // A lane's result goes to one of the ports, whichever their number.
  add(Component::write_multiplexer, figures.write_multiplexer_bit,
      counts.lanes * counts.accumulator_bits);
  if (figures.has(FigureGroup::core)) {
    add(Component::sequencer, figures.control_bit, structure.control_register_bits());
    const UnitGroup& products = structure.of(UnitKind::saturation_multiplexer);
    add(Component::selection, figures.selection_bit,
        static_cast<double>(products.count) * products.bits);
  } else {
    add(Component::sequencer, figures.sequencer_bit, structure.control.bits());
  }
  add(Component::clock_gates, figures.clock_gate, static_cast<double>(structure.clock_gates()));
  if (figures.has(FigureGroup::registers)) {
    // Flags in the later stages of M are registers like the others.
    add(Component::registers, cost.register_bit, static_cast<double>(structure.stage_flag_bits()));
  }
  if (!cost.weight_supply_lowered) return;
  const MemoryArray& weights = structure.of(MemoryKind::weights);
  add(Component::level_shifters, figures.level_shifter_bit,
      static_cast<double>(weights.banks()) * weights.word_bits);
  // The converter gives all that the arrays and their detectors draw, and draws more.
  cost.regulator_share = 100 / figures.regulator_efficiency_percent - 1;
  const auto leakage_uw = [&](Component component) {
    return cost.components[static_cast<std::size_t>(component)].leakage_uw;
  };
  cost.components[static_cast<std::size_t>(Component::supply_regulator)].leakage_uw =
      cost.regulator_share *
      (leakage_uw(Component::weight_memory) + leakage_uw(Component::fault_detectors));
}

void add_optional_energies(const MachineStructure& structure, const Cost& cost,
                           const MeanEvents& events, double cycles, const Technology& technology,
                           std::array<double, kComponents>& energies) {
  const ComponentFigures& figures = technology.components;
  if (!figures.any()) return;
  const Counts counts = counts_of(structure);
  const CoreEvents core = core_events_of(structure, events, cycles);
  const auto component = [&](Component c) -> double& {
    return energies[static_cast<std::size_t>(c)];
  };
  const int macs = structure.pipeline.inputs_per_cycle;
  const double bits = format_bits(structure.widths);
  const WideRatios& wide = figures.wide;
  const auto widened = [&](const OperandEnergies& narrow, double ratio) {
    return scaled(narrow, {wide.at(ratio, bits), 1});
  };
  const auto zeros = [&](const ZeroRatios& narrow, const ZeroRatios& of_wide) {
    return wide.at(narrow, of_wide, bits);
  };
  const auto product_zeros = [&](const ZeroRatios& narrow, const ZeroRatios& of_wide) {
    return zeros_of_products(zeros(narrow, of_wide), structure.widths);
  };
  component(Component::accumulator_multiplexers) =
      events.updates.times(counts.accumulator_bits)
          .pj(scaled(widened(figures.accumulator_multiplexing, wide.of_accumulator_multiplexer),
                     figures.accumulator_multiplexer_by_macs.at(macs)),
              product_zeros(figures.zeros_of_accumulator_multiplexer,
                            figures.wide_zeros_of_accumulator_multiplexer));
  component(Component::operand_buffers) =
      core.kept_words.times(counts.lanes * counts.word_bits)
          .pj(widened(figures.operand_buffering, wide.of_operand_buffer),
              zeros(figures.zeros_of_operand_buffer, figures.wide_zeros_of_operand_buffer));
  component(Component::write_multiplexer) =
      counts.lanes * core.result_bits * figures.write_multiplexer_bit.energy_pj;
  if (figures.has(FigureGroup::core)) {
    component(Component::sequencer) =
        core.cycles * structure.control_register_bits() * figures.control_bit.energy_pj;
    component(Component::selection) =
        core.macs.times(structure.widths.product_bits)
            .pj(scaled(widened(figures.selection, wide.of_selection),
                       figures.selection_by_macs.at(macs)),
                product_zeros(figures.zeros_of_selection, figures.wide_zeros_of_selection));
  } else {
    component(Component::sequencer) =
        core.cycles * structure.control.bits() * figures.sequencer_bit.energy_pj;
  }
  component(Component::wires) = wire_bit_mm(structure, cost, events) * figures.wire_pj_per_mm;
  if (cost.weight_supply_lowered) {
    component(Component::level_shifters) = events.weight_reads.all *
                                           structure.widths.stored_weight_bits() *
                                           figures.level_shifter_bit.energy_pj;
    component(Component::supply_regulator) =
        cost.regulator_share *
        (component(Component::weight_memory) + component(Component::fault_detectors));
  }
  if (figures.has(FigureGroup::registers)) {
    component(Component::registers) =
        core.written_bits.pj(widened(figures.register_write, wide.of_register),
                             zeros(figures.zeros_of_register, figures.wide_zeros_of_register)) +
        core.idle_bits * figures.register_idle_pj;
    component(Component::clock_gates) = core.gates_enabled * figures.clock_gate.energy_pj +
                                        core.gates_idle * figures.clock_gate_idle_pj;
  }
  if (figures.has(FigureGroup::clock_pins)) {
    component(Component::clock_network) =
        core.clock_pins * figures.clock_pin_pj * (1 + figures.clock_buffer_percent / 100);
  }
}

}  // namespace minerva
