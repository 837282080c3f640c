#include "ppa_machine.hpp"

#include <algorithm>

#include "minerva/accelsim/cycle_model.hpp"

namespace minerva {
namespace {

constexpr double kBitwiseBits = 32;  // width of the bitwise unit of a technology file

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Words of the memories, by the layout of docs/machine.md.
struct Capacity {
  std::int64_t weight_bank_words = 0;
  std::int64_t bias_words_per_lane = 0;
  int activation_words = 0;  ///< of one half
  int input_words = 0;

  /// Grows to hold another network too.
  void hold(const Topology& topology, const DesignPoint& point) {
    std::int64_t biases = 0;
    for (int k = 0; k < topology.layers(); ++k) {
      biases += ceil_divide(topology.fan_out(k), point.lanes);
      if (k > 0) activation_words = std::max(activation_words, topology.fan_in(k));
    }
    weight_bank_words = std::max(weight_bank_words, weight_words_per_bank(topology, point));
    bias_words_per_lane = std::max(bias_words_per_lane, biases);
    input_words = std::max(input_words, topology.inputs());
  }
};

Capacity capacity_of(const MachineConfiguration& design) {
  Capacity capacity;
  capacity.hold(design.topology, design.point);
  for (const Topology& other : design.also_for) capacity.hold(other, design.point);
  if (design.point.weight_bank_words > 0) {
    capacity.weight_bank_words = design.point.weight_bank_words;
  }
  return capacity;
}

/// `count` units.
void add_units(PartFigures& component, const UnitFigures& unit, double count) {
  component.leakage_uw += count * unit.leakage_uw;
  component.area_um2 += count * unit.area_um2;
}

void build_memories(const MachineConfiguration& design, const Technology& technology,
                    CostedMachine& machine) {
  const auto component = [&](Component c) -> PartFigures& {
    return machine.components[static_cast<std::size_t>(c)];
  };
  const DesignPoint& point = design.point;
  const DatapathWidths& widths = design.widths;
  const Capacity capacity = capacity_of(design);

  const int weight_banks = point.lanes * point.weight_banks_per_lane();
  const double weight_words = static_cast<double>(capacity.weight_bank_words) * weight_banks;
  PartFigures array;
  if (design.weight_storage == WeightStorage::rom) {
    const MemoryFigures weights = technology.rom(weight_words, weight_banks, widths.weight_bits);
    machine.weight_read_pj = weights.read_pj;
    array = {0, weights.leakage_uw, weights.area_um2};
  } else {
    const MemoryFigures weights = technology.memory(weight_words, weight_banks, widths.weight_bits);
    const double voltage_v = design.weight_sram.voltage_v;
    machine.weight_read_pj = weights.read_pj;
    machine.weight_voltage_factor = technology.dynamic_factor(voltage_v);
    array = {0, weights.leakage_uw * technology.leakage_factor(voltage_v), weights.area_um2};
  }
  component(Component::weight_memory) = array;

  double area_share = 0;
  if (design.mitigation.detector == Detector::razor) {
    machine.detector_share = technology.razor_power_percent / 100;
    area_share = technology.razor_area_percent / 100;
  } else if (design.mitigation.detector == Detector::parity) {
    machine.detector_share = technology.parity_power_percent / 100;
    area_share = technology.parity_area_percent / 100;
  }
  if (design.mitigation.masking == Masking::bit && design.mitigation.sign == SignPolicy::hardened) {
    area_share += technology.hardened_column_area_percent / 100 / widths.weight_bits;
  }
  component(Component::fault_detectors) = {0, array.leakage_uw * machine.detector_share,
                                           array.area_um2 * area_share};

  const MemoryFigures input =
      technology.memory(capacity.input_words, point.activation_bandwidth, widths.activation_bits);
  machine.input_read_pj = input.read_pj;
  component(Component::input_memory) = {0, input.leakage_uw, input.area_um2};

  if (capacity.activation_words > 0) {
    const MemoryFigures half = technology.memory(
        capacity.activation_words, point.activation_banks_per_half(), widths.activation_bits);
    machine.activation_read_pj = half.read_pj;
    machine.activation_write_pj = half.write_pj;
    component(Component::activation_memory) = {0, 2 * half.leakage_uw, 2 * half.area_um2};
  }

  const MemoryFigures biases =
      technology.memory(static_cast<double>(capacity.bias_words_per_lane) * point.lanes,
                        point.lanes, widths.product_bits);
  machine.bias_read_pj = biases.read_pj;
  component(Component::bias_store) = {0, biases.leakage_uw, biases.area_um2};
}

void build_logic(const MachineConfiguration& design, const Technology& technology,
                 CostedMachine& machine) {
  const auto component = [&](Component c) -> PartFigures& {
    return machine.components[static_cast<std::size_t>(c)];
  };
  const DesignPoint& point = design.point;
  const DatapathWidths& widths = design.widths;
  const bool comparators = design.has_comparator();
  const DatapathUnits units = datapath_units(technology.datapath, widths, point.clock_period_ns,
                                             comparators, technology.name);
  const double chunk = point.inputs_per_cycle();
  const double macs = static_cast<double>(point.lanes) * point.macs_per_lane;
  const double bitwise_factor = widths.accumulator_bits / kBitwiseBits;
  const UnitFigures& bitwise = technology.bitwise;
  const UnitFigures rectifier = {bitwise.energy_pj * bitwise_factor,
                                 bitwise.leakage_uw * bitwise_factor,
                                 bitwise.area_um2 * bitwise_factor};

  add_units(component(Component::multipliers), units.multiplier, macs);
  add_units(component(Component::saturation_multiplexers), technology.multiplexer_bit,
            macs * widths.product_bits);
  // n products of a lane: n - 1 adders in the tree, 1 accumulates.
  add_units(component(Component::adders), units.adder, macs);
  add_units(component(Component::rectifiers), rectifier, point.lanes);
  add_units(component(Component::rounding_adders), units.adder, point.lanes);
  machine.multiplication_pj = units.multiplier.energy_pj;
  machine.addition_pj = units.adder.energy_pj;
  machine.rectification_pj = rectifier.energy_pj;
  machine.multiplexer_bit_pj = technology.multiplexer_bit.energy_pj;

  machine.broadcast_bits = 2 * (widths.activation_bits + 1);  // x and its flag, F1|F2 and F2|M
  machine.product_stage_bits = (point.multiplier_stages - 1) * widths.product_bits;
  add_units(component(Component::registers), units.register_bit,
            machine.broadcast_bits * chunk +
                point.lanes * (chunk * (widths.weight_bits + machine.product_stage_bits) +
                               2.0 * widths.accumulator_bits));
  machine.register_bit_pj = units.register_bit.energy_pj;

  if (comparators) add_units(component(Component::comparators), units.comparator, chunk);
  machine.comparison_pj = units.comparator.energy_pj;
  machine.masked = design.mitigation.masking != Masking::none;
  if (machine.masked) {
    add_units(component(Component::mask_multiplexers), technology.multiplexer_bit,
              point.lanes * chunk * widths.weight_bits);
  }
}

}  // namespace

MeanEvents mean_events_of_layer(const MachineConfiguration& design, int layer) {
  const Topology& topology = design.topology;
  const double samples = static_cast<double>(design.activity.samples);
  const auto per_prediction = [&](std::int64_t count) {
    return static_cast<double>(count) / samples;
  };
  const EventCounts events =
      count_events(topology.fan_in(layer), topology.fan_out(layer), layer, design.point,
                   design.activity.layers[static_cast<std::size_t>(layer)], design.activity.samples,
                   design.skips(layer));
  MeanEvents mean;
  mean.input_reads = per_prediction(events.input_reads);
  mean.activation_reads = per_prediction(events.activation_reads);
  mean.comparisons = per_prediction(events.comparisons);
  mean.weight_reads = per_prediction(events.weight_reads_done);
  mean.macs = per_prediction(events.macs_done);
  mean.updates = per_prediction(events.accumulator_updates);
  mean.bias_reads = per_prediction(events.bias_reads);
  (layer + 1 < topology.layers() ? mean.hidden_words : mean.output_words) =
      per_prediction(events.words_written);
  return mean;
}

MeanEvents& operator+=(MeanEvents& sum, const MeanEvents& more) {
  sum.input_reads += more.input_reads;
  sum.activation_reads += more.activation_reads;
  sum.comparisons += more.comparisons;
  sum.weight_reads += more.weight_reads;
  sum.macs += more.macs;
  sum.updates += more.updates;
  sum.bias_reads += more.bias_reads;
  sum.hidden_words += more.hidden_words;
  sum.output_words += more.output_words;
  return sum;
}

CostedMachine build_machine(const MachineConfiguration& design, const Technology& technology) {
  CostedMachine machine;
  machine.components.fill({});
  machine.widths = design.widths;
  build_memories(design, technology, machine);
  build_logic(design, technology, machine);
  machine.clock_cycle_pj_per_mm2 = technology.clock_energy_pj_per_mm2;
  std::array<double, kParts> part_um2{};
  for (std::size_t c = 0; c < kComponents; ++c) {
    part_um2[static_cast<std::size_t>(part_of(static_cast<Component>(c)))] +=
        machine.components[c].area_um2;
  }
  for (const double area_um2 : part_um2) machine.area_mm2 += area_um2 / 1e6;
  return machine;
}

std::array<double, kComponents> dynamic_energies_pj(const CostedMachine& m,
                                                    const MeanEvents& events, std::int64_t cycles) {
  std::array<double, kComponents> energies{};
  const auto component = [&](Component c) -> double& {
    return energies[static_cast<std::size_t>(c)];
  };
  const DatapathWidths& widths = m.widths;
  const double weights = events.weight_reads * m.weight_read_pj * m.weight_voltage_factor;
  component(Component::weight_memory) = weights;
  component(Component::fault_detectors) = weights * m.detector_share;
  component(Component::input_memory) = events.input_reads * m.input_read_pj;
  component(Component::activation_memory) =
      events.activation_reads * m.activation_read_pj + events.hidden_words * m.activation_write_pj;
  component(Component::bias_store) = events.bias_reads * m.bias_read_pj;
  component(Component::multipliers) = events.macs * m.multiplication_pj;
  component(Component::saturation_multiplexers) =
      events.macs * widths.product_bits * m.multiplexer_bit_pj;
  component(Component::adders) = events.macs * m.addition_pj;
  component(Component::rectifiers) = events.hidden_words * m.rectification_pj;
  component(Component::rounding_adders) = events.hidden_words * m.addition_pj;
  component(Component::registers) =
      (m.broadcast_bits * (events.input_reads + events.activation_reads) +
       widths.weight_bits * events.weight_reads + m.product_stage_bits * events.macs +
       widths.accumulator_bits * (events.updates + events.output_words) +
       widths.activation_bits * events.hidden_words) *
      m.register_bit_pj;
  component(Component::comparators) = events.comparisons * m.comparison_pj;
  if (m.masked) {
    component(Component::mask_multiplexers) =
        events.weight_reads * widths.weight_bits * m.multiplexer_bit_pj;
  }
  component(Component::clock_network) =
      static_cast<double>(cycles) * m.clock_cycle_pj_per_mm2 * m.area_mm2;
  return energies;
}

}  // namespace minerva
