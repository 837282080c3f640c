#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/technology.hpp"

namespace minerva {

MachineDescription machine_description(const MachineConfiguration& machine, const SramPoint& supply,
                                       const Technology& technology) {
  const MachineStructure structure = structure_of(machine);
  const DesignPoint& point = machine.point;
  MachineDescription d;
  d.lanes = point.lanes;
  d.macs_per_lane = point.macs_per_lane;
  d.weight_words_per_cycle = point.weight_bandwidth;
  d.input_words_per_cycle = point.activation_bandwidth;
  d.write_ports = point.write_ports;
  d.multiplier_stages = point.multiplier_stages;
  d.clock_period_ns = point.clock_period_ns;
  d.weight_bits = machine.widths.weight_bits;
  d.activation_bits = machine.widths.activation_bits;
  d.product_bits = machine.widths.product_bits;
  d.accumulator_bits = machine.widths.accumulator_bits;
  d.positions_per_weight = point.positions_per_weight;
  d.off_chip_words = point.off_chip_words;
  d.read_ahead_words = point.read_ahead_words;
  d.batch_size = point.batch_size;
  d.skips_inputs = machine.has_comparator();
  d.mitigation = machine.mitigation;
  d.weight_storage = machine.weight_storage;
  d.fault_rate = supply.fault_rate;
  for (std::size_t k = 0; k < kMemoryKinds; ++k) {
    const auto kind = static_cast<MemoryKind>(k);
    const MemoryArray& array = structure.of(kind);
    // The supply of the weights is lowered by itself; every other memory has the nominal one.
    const bool lowered = kind == MemoryKind::weights && supply.voltage_v > 0;
    d.memories.push_back({to_string(kind), array.copies, array.banks_per_copy, array.words,
                          array.word_bits, lowered ? supply.voltage_v : technology.sram_nominal_v});
  }
  return d;
}

}  // namespace minerva
