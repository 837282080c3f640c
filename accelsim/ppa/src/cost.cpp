#include "cost.hpp"

#include <cmath>

// Every sum here is taken in a fixed order and every count is a whole number below 2^53, so figures
// are equal to the last bit wherever they are computed.
namespace minerva {
namespace {

constexpr double kBitwiseBits = 32;  // width of the bitwise unit of a technology file

/// `count` units.
void add_units(PartFigures& component, const UnitFigures& unit, double count) {
  component.leakage_uw += count * unit.leakage_uw;
  component.area_um2 += count * unit.area_um2;
}

/// From a bank to the port of its memory: the side of the square that the copy covers. A memory of
/// one macro has its wires inside.
double bank_wire_mm(const MemoryArray& memory, const MemoryFigures& figures, int copies) {
  if (memory.banks_per_copy * figures.macros <= 1) return 0;
  return std::sqrt(figures.area_um2 / copies / 1e6);
}

/// Multiplexers of two bits that look up one weight: a tree of e entries has e - 1 of them a bit.
/// Assumption: a look-up switches all of them, as words that change would; the entries stand still,
/// so that it switches fewer.
double look_up_bits(const MachineStructure& structure) {
  const UnitGroup& look_up = structure.of(UnitKind::codebook_multiplexer);
  return static_cast<double>((1 << look_up.other_bits) - 1) * look_up.bits;
}

void cost_memories(const MachineStructure& structure, const SramPoint& supply,
                   const Technology& technology, Cost& cost) {
  const auto component = [&](Component c) -> PartFigures& {
    return cost.components[static_cast<std::size_t>(c)];
  };
  const auto wire_mm = [&](MemoryKind kind) -> double& {
    return cost.bank_wire_mm[static_cast<std::size_t>(kind)];
  };
  const MemoryArray& weights = structure.of(MemoryKind::weights);
  PartFigures array;
  if (structure.weight_storage == WeightStorage::rom) {
    const MemoryFigures rom = technology.rom(static_cast<double>(weights.words) * weights.banks(),
                                             weights.banks(), weights.word_bits);
    cost.weight_read_pj = rom.read_pj;
    wire_mm(MemoryKind::weights) = bank_wire_mm(weights, rom, weights.copies);
    array = {0, rom.leakage_uw, rom.area_um2};
  } else {
    const MemoryFigures sram = memory_figures(structure, MemoryKind::weights, technology);
    cost.weight_read_pj = sram.read_pj;
    cost.weight_write_pj = sram.write_pj;
    cost.weight_voltage_factor = technology.dynamic_factor(supply.voltage_v);
    cost.weight_supply_lowered = !technology.is_nominal(supply.voltage_v);
    wire_mm(MemoryKind::weights) = bank_wire_mm(weights, sram, weights.copies);
    array = {0, sram.leakage_uw * technology.leakage_factor(supply.voltage_v), sram.area_um2};
  }
  component(Component::weight_memory) = array;

  const Mitigation& mitigation = structure.mitigation;
  double area_share = 0;
  if (mitigation.detector == Detector::razor) {
    cost.detector_share = technology.razor_power_percent / 100;
    area_share = technology.razor_area_percent / 100;
  } else if (mitigation.detector == Detector::parity) {
    cost.detector_share = technology.parity_power_percent / 100;
    area_share = technology.parity_area_percent / 100;
  }
  if (mitigation.masking == Masking::bit && mitigation.sign == SignPolicy::hardened) {
    area_share += technology.hardened_column_area_percent / 100 / weights.word_bits;
  }
  component(Component::fault_detectors) = {0, array.leakage_uw * cost.detector_share,
                                           array.area_um2 * area_share};

  const MemoryArray& inputs = structure.of(MemoryKind::inputs);
  const MemoryFigures input = memory_figures(structure, MemoryKind::inputs, technology);
  cost.input_read_pj = input.read_pj;
  component(Component::input_memory) = {0, input.leakage_uw, input.area_um2};
  wire_mm(MemoryKind::inputs) = bank_wire_mm(inputs, input, 1);
  if (technology.components.double_input_buffer) {
    // One is read while the other one takes the inputs of the next prediction.
    cost.input_write_pj = input.write_pj;
    component(Component::input_memory) = {0, 2 * input.leakage_uw, 2 * input.area_um2};
  }

  const MemoryArray& activations = structure.of(MemoryKind::activations);
  if (activations.words > 0) {
    const MemoryFigures region = memory_figures(structure, MemoryKind::activations, technology);
    wire_mm(MemoryKind::activations) = bank_wire_mm(activations, region, 1);
    cost.activation_read_pj = region.read_pj;
    cost.activation_write_pj = region.write_pj;
    component(Component::activation_memory) = {0, activations.copies * region.leakage_uw,
                                               activations.copies * region.area_um2};
  }

  const MemoryArray& biases = structure.of(MemoryKind::biases);
  const MemoryFigures bias = memory_figures(structure, MemoryKind::biases, technology);
  cost.bias_read_pj = bias.read_pj;
  wire_mm(MemoryKind::biases) = bank_wire_mm(biases, bias, biases.copies);
  component(Component::bias_store) = {0, bias.leakage_uw, bias.area_um2};
}

void cost_logic(const MachineStructure& structure, double clock_period_ns,
                const Technology& technology, Cost& cost) {
  const auto component = [&](Component c) -> PartFigures& {
    return cost.components[static_cast<std::size_t>(c)];
  };
  const UnitGroup& comparators = structure.of(UnitKind::comparator);
  const UnitGroup& maxima = structure.of(UnitKind::maximum_comparator);
  const DatapathUnits units = datapath_units(technology.datapath, structure.widths, clock_period_ns,
                                             comparators.count + maxima.count > 0, technology.name);
  const UnitGroup& rectifiers = structure.of(UnitKind::rectifier);
  const double bitwise_factor = rectifiers.bits / kBitwiseBits;
  const UnitFigures& bitwise = technology.bitwise;
  const UnitFigures rectifier = {bitwise.energy_pj * bitwise_factor,
                                 bitwise.leakage_uw * bitwise_factor,
                                 bitwise.area_um2 * bitwise_factor};
  const auto rows_of_bits = [&](UnitKind kind) {
    return static_cast<double>(structure.of(kind).count) * structure.of(kind).bits;
  };

  add_units(component(Component::multipliers), units.multiplier,
            structure.of(UnitKind::multiplier).count);
  const ComponentFigures& optional = technology.components;
  if (optional.has(FigureGroup::rounding)) {
    add_units(component(Component::product_rounding), units.rounding,
              structure.of(UnitKind::saturation_multiplexer).count);
    cost.product_rounding = units.product_rounding;
  } else {
    add_units(component(Component::saturation_multiplexers), technology.multiplexer_bit,
              rows_of_bits(UnitKind::saturation_multiplexer));
    cost.multiplexer_bit_pj = technology.multiplexer_bit.energy_pj;
  }
  // One width and one price for the adders of the tree and of the accumulator.
  add_units(
      component(Component::adders), units.adder,
      structure.of(UnitKind::tree_adder).count + structure.of(UnitKind::accumulator_adder).count);
  if (optional.has(FigureGroup::rectifier)) {
    add_units(component(Component::rectifiers), units.rectifier, rectifiers.count);
    cost.rectification_pj = units.rectifier.energy_pj;
  } else {
    add_units(component(Component::rectifiers), rectifier, rectifiers.count);
    add_units(component(Component::rounding_adders), units.adder,
              structure.of(UnitKind::rounding_adder).count);
    cost.rectification_pj = rectifier.energy_pj;
    cost.word_rounding_pj = units.addition.dense_pj;
  }
  // A result register is paid for as an accumulator, also in a machine whose X is wider: plans are
  // searched by this cost, and a plan that is chosen has no such X.
  const RegisterGroup& results = structure.of(RegisterKind::result);
  const std::int64_t unpaid_bits =
      std::int64_t{results.count} * (results.bits - structure.widths.accumulator_bits);
  add_units(component(Component::registers), units.register_bit,
            static_cast<double>(structure.costed_register_bits() - unpaid_bits));
  if (comparators.count + maxima.count > 0) {
    add_units(component(Component::comparators), units.comparator,
              comparators.count + maxima.count);
  }
  if (structure.of(UnitKind::mask_multiplexer).count > 0) {
    const UnitFigures& bit =
        optional.has(FigureGroup::mask_row) ? optional.mask_row_bit : technology.multiplexer_bit;
    add_units(component(Component::mask_multiplexers), bit,
              rows_of_bits(UnitKind::mask_multiplexer));
    cost.mask_bit_pj = bit.energy_pj;
  }
  if (structure.of(UnitKind::queue_multiplexer).count > 0) {
    add_units(component(Component::input_queue), technology.multiplexer_bit,
              rows_of_bits(UnitKind::queue_multiplexer));
    cost.queue_bit_pj = technology.multiplexer_bit.energy_pj;
  }
  if (structure.of(UnitKind::codebook_multiplexer).count > 0) {
    add_units(component(Component::codebook_multiplexers), technology.multiplexer_bit,
              structure.of(UnitKind::codebook_multiplexer).count * look_up_bits(structure));
    cost.look_up_pj = look_up_bits(structure) * technology.multiplexer_bit.energy_pj;
  }
  const int macs = structure.pipeline.inputs_per_cycle;
  cost.multiplication = units.multiplication;
  if (structure.widths.sign_weights) {
    // A row of multiplexers behind the negation chooses x, -x or 0.
    const UnitFigures& bit = technology.multiplexer_bit;
    const int bits = structure.widths.activation_bits;
    add_units(component(Component::multipliers), bit,
              static_cast<double>(structure.of(UnitKind::multiplier).count) * bits);
    for (double* energy : {&cost.multiplication.uniform_pj, &cost.multiplication.dense_pj,
                           &cost.multiplication.kept_pj}) {
      *energy += bits * bit.energy_pj;
    }
  } else {
    cost.multiplication = scaled(units.multiplication, optional.multiplier_by_macs.at(macs));
  }
  cost.product_rounding = scaled(cost.product_rounding, optional.rounding_by_macs.at(macs));
  cost.per_addition = optional.has(FigureGroup::core);
  if (cost.per_addition && structure.of(RegisterKind::product).count > 0) {
    // Registers of products hold back the glitches of multipliers and roundings.
    cost.addition = scaled(scaled(units.addition, optional.registered_adder),
                           optional.registered_adder_by_macs.at(macs));
    cost.product_rounding = scaled(cost.product_rounding, optional.registered_rounding);
  } else {
    cost.addition = scaled(units.addition, optional.adder_by_macs.at(macs));
  }
  cost.register_bit = units.register_bit;
  cost.comparison = units.comparison;
}

}  // namespace

OperandEnergies scaled(OperandEnergies energies, const OperandRatios& ratios) {
  energies.dense_pj *= ratios.dense;
  energies.kept_pj *= ratios.kept;
  return energies;
}

MemoryFigures memory_figures(const MachineStructure& structure, MemoryKind kind,
                             const Technology& technology) {
  const MemoryArray& memory = structure.of(kind);
  // The regions of the activation memory are costed one by one.
  const int banks = kind == MemoryKind::activations ? memory.banks_per_copy : memory.banks();
  return technology.memory(static_cast<double>(memory.words) * banks, banks, memory.word_bits);
}

Cost cost_of(const MachineStructure& structure, double clock_period_ns, const SramPoint& supply,
             const Technology& technology) {
  Cost cost;
  cost.components.fill({});
  cost_memories(structure, supply, technology, cost);
  cost_logic(structure, clock_period_ns, technology, cost);
  cost_optional_components(structure, technology, cost);
  cost.clock_cycle_pj_per_mm2 = technology.clock_energy_pj_per_mm2;
  std::array<double, kParts> part_um2{};
  for (std::size_t c = 0; c < kComponents; ++c) {
    part_um2[static_cast<std::size_t>(part_of(static_cast<Component>(c)))] +=
        cost.components[c].area_um2;
  }
  for (const double area_um2 : part_um2) cost.area_mm2 += area_um2 / 1e6;
  return cost;
}

std::array<double, kComponents> dynamic_energies_pj(const MachineStructure& structure,
                                                    const Cost& cost, const MeanEvents& events,
                                                    double cycles, const Technology& technology) {
  std::array<double, kComponents> energies{};
  const ComponentFigures& optional = technology.components;
  const auto zeros = [&](const ZeroRatios& narrow, const ZeroRatios& wide) {
    return zeros_of_products(optional.wide.at(narrow, wide, format_bits(structure.widths)),
                             structure.widths);
  };
  const auto component = [&](Component c) -> double& {
    return energies[static_cast<std::size_t>(c)];
  };
  const double weights =
      (events.weight_reads.all * cost.weight_read_pj + events.weight_loads * cost.weight_write_pj) *
      cost.weight_voltage_factor;
  component(Component::weight_memory) = weights;
  component(Component::fault_detectors) = weights * cost.detector_share;
  component(Component::input_memory) =
      events.input_reads * cost.input_read_pj + events.input_words * cost.input_write_pj;
  component(Component::activation_memory) = events.activation_reads * cost.activation_read_pj +
                                            events.hidden_words * cost.activation_write_pj;
  component(Component::bias_store) = events.bias_reads * cost.bias_read_pj;
  component(Component::multipliers) = events.macs.pj(
      cost.multiplication, zeros(optional.zeros_of_multiplier, optional.wide_zeros_of_multiplier));
  component(Component::saturation_multiplexers) =
      events.macs.all * structure.of(UnitKind::saturation_multiplexer).bits *
      cost.multiplexer_bit_pj;
  component(Component::product_rounding) = events.macs.pj(
      cost.product_rounding, zeros(optional.zeros_of_rounding, optional.wide_zeros_of_rounding));
  component(Component::adders) =
      (cost.per_addition ? events.additions() : events.macs)
          .pj(cost.addition, zeros(optional.zeros_of_adder, optional.wide_zeros_of_adder)) +
      (events.added_words + events.summed_words) * cost.addition.dense_pj;
  component(Component::rectifiers) = events.activated_words * cost.rectification_pj;
  component(Component::rounding_adders) = events.activated_words * cost.word_rounding_pj;
  if (!technology.components.has(FigureGroup::registers)) {
    const auto bits = [&](ClockedBy event) {
      return static_cast<double>(structure.bits_clocked_by(event));
    };
    // A result of the output layer has all bits of the accumulator, one of a hidden layer those of
    // X.
    component(Component::registers) =
        // One figure a bit: a word that F1 does not keep is paid for like the others.
        ((bits(ClockedBy::broadcast_word) + bits(ClockedBy::kept_word)) * events.fetched() +
         bits(ClockedBy::queued_word) * events.queued_words +
         bits(ClockedBy::weight_read) * events.weight_reads.all +
         bits(ClockedBy::product) * events.macs.all +
         bits(ClockedBy::accumulator_update) * (events.updates.all + events.output_words) +
         structure.widths.activation_bits * events.hidden_words +
         bits(ClockedBy::passed_word) * (events.added_words + events.pooled_words) +
         bits(ClockedBy::pooled_word) * events.fused_maxima) *
        cost.register_bit.energy_pj;
  }
  component(Component::comparators) =
      (events.comparisons + events.maxima) * cost.comparison.dense_pj;
  const UnitGroup& masks = structure.of(UnitKind::mask_multiplexer);
  if (masks.count > 0) {
    component(Component::mask_multiplexers) =
        events.weight_reads.all * masks.bits * cost.mask_bit_pj;
  }
  component(Component::clock_network) = cycles * cost.clock_cycle_pj_per_mm2 * cost.area_mm2;
  component(Component::input_queue) = events.queued_words * structure.queue_levels() *
                                      structure.of(UnitKind::queue_multiplexer).bits *
                                      cost.queue_bit_pj;
  component(Component::codebook_multiplexers) = events.weight_reads.all * cost.look_up_pj;
  component(Component::off_chip_memory) = events.weight_loads *
                                          structure.widths.stored_weight_bits() *
                                          technology.components.off_chip_bit_pj;
  add_optional_energies(structure, cost, events, cycles, technology, energies);
  return energies;
}

}  // namespace minerva
