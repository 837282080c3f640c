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

/// Bits that gated registers take in a prediction.
struct GatedBits {
  MeanCount weights, products, sums;
  double results = 0;
  double lane_words = 0;  ///< of pools and added tensors

  double all() const { return weights.all + products.all + sums.all + results + lane_words; }
};

GatedBits gated_bits(const MachineStructure& structure, const MeanEvents& events) {
  const auto bits = [&](ClockedBy event) {
    return static_cast<double>(structure.bits_clocked_by(event));
  };
  GatedBits gated;
  gated.weights = events.weight_reads.times(bits(ClockedBy::weight_read));
  gated.products = events.macs.times(bits(ClockedBy::product));
  gated.sums = events.updates.times(bits(ClockedBy::accumulator_update));
  // A result of the output layer has all bits of the accumulator, one of a hidden layer those of X.
  gated.results = structure.widths.accumulator_bits * events.output_words +
                  structure.widths.activation_bits * events.hidden_words;
  gated.lane_words = bits(ClockedBy::passed_word) * (events.added_words + events.pooled_words) +
                     bits(ClockedBy::pooled_word) * events.fused_maxima;
  return gated;
}

/// Words written and kept, and the gates before them.
void add_register_energies(const MachineStructure& structure, const MeanEvents& events,
                           double cycles, const ComponentFigures& figures, double& registers,
                           double& gates) {
  const GatedBits gated = gated_bits(structure, events);
  const double broadcast_bits =
      structure.bits_clocked_by(ClockedBy::broadcast_word) * events.broadcasts();
  const double ungated_bits = static_cast<double>(structure.ungated_register_bits()) * cycles;
  const OperandEnergies& write = figures.register_write;
  registers = (broadcast_bits + gated.results + gated.lane_words) * write.dense_pj +
              gated.weights.pj(write) + gated.products.pj(write) + gated.sums.pj(write) +
              (ungated_bits - broadcast_bits) * figures.register_idle_pj;
  const double product_registers =
      structure.of(RegisterKind::product).clocked_by_event * events.macs.all;
  const double enabled = events.weight_reads.all + product_registers + events.updates.all +
                         events.output_words + events.hidden_words +
                         structure.of(RegisterKind::passed_word).clocked_by_event *
                             (events.added_words + events.pooled_words) +
                         events.fused_maxima;
  const double gate_cycles = static_cast<double>(structure.clock_gates()) * cycles;
  gates =
      enabled * figures.clock_gate.energy_pj + (gate_cycles - enabled) * figures.clock_gate_idle_pj;
}

/// Pins that see the clock: of ungated bits, of gates and of the control's counters in every cycle,
/// of gated bits when they take a word.
double clock_pin_cycles(const MachineStructure& structure, const MeanEvents& events,
                        double cycles) {
  const auto always = static_cast<double>(structure.ungated_register_bits() +
                                          structure.clock_gates() + structure.control.bits());
  return always * cycles + gated_bits(structure, events).all();
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
  return events.broadcasts() * counts_of(structure).word_bits * std::sqrt(cost.area_mm2) +
         events.weight_reads.all * widths.weight_bits * bank_mm(MemoryKind::weights) +
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
  add(Component::write_multiplexer, figures.write_multiplexer_bit,
      counts.write_ports * counts.lanes * counts.accumulator_bits);
  add(Component::sequencer, figures.sequencer_bit, structure.control.bits());
  add(Component::clock_gates, figures.clock_gate, static_cast<double>(structure.clock_gates()));
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
                           const MeanEvents& events, std::int64_t cycles,
                           const Technology& technology,
                           std::array<double, kComponents>& energies) {
  const ComponentFigures& figures = technology.components;
  if (!figures.any()) return;
  const Counts counts = counts_of(structure);
  const auto component = [&](Component c) -> double& {
    return energies[static_cast<std::size_t>(c)];
  };
  const auto all_cycles = static_cast<double>(cycles);
  component(Component::accumulator_multiplexers) =
      events.updates.times(counts.accumulator_bits).pj(figures.accumulator_multiplexing);
  component(Component::operand_buffers) =
      events.broadcasts() * counts.lanes * counts.word_bits * figures.operand_buffer_bit.energy_pj;
  component(Component::write_multiplexer) = counts.lanes * gated_bits(structure, events).results *
                                            figures.write_multiplexer_bit.energy_pj;
  component(Component::sequencer) =
      all_cycles * structure.control.bits() * figures.sequencer_bit.energy_pj;
  component(Component::wires) = wire_bit_mm(structure, cost, events) * figures.wire_pj_per_mm;
  if (cost.weight_supply_lowered) {
    component(Component::level_shifters) = events.weight_reads.all * structure.widths.weight_bits *
                                           figures.level_shifter_bit.energy_pj;
    component(Component::supply_regulator) =
        cost.regulator_share *
        (component(Component::weight_memory) + component(Component::fault_detectors));
  }
  if (figures.has(FigureGroup::registers)) {
    add_register_energies(structure, events, all_cycles, figures, component(Component::registers),
                          component(Component::clock_gates));
  }
  if (figures.has(FigureGroup::clock_pins)) {
    component(Component::clock_network) = clock_pin_cycles(structure, events, all_cycles) *
                                          figures.clock_pin_pj *
                                          (1 + figures.clock_buffer_percent / 100);
  }
}

}  // namespace minerva
