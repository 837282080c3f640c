#pragma once
#include <array>
#include <cstdint>

#include "minerva/accelsim/ppa.hpp"

namespace minerva {

/// Mean events of one prediction, or of one of its layers.
struct MeanEvents {
  double input_reads = 0, activation_reads = 0, comparisons = 0, weight_reads = 0, macs = 0,
         updates = 0, bias_reads = 0, hidden_words = 0, output_words = 0;
};
MeanEvents mean_events_of_layer(const MachineConfiguration& design, int layer);
MeanEvents& operator+=(MeanEvents& sum, const MeanEvents& more);

/// What a design is built of: leakage and area of every component, and what its events cost.
struct CostedMachine {
  std::array<PartFigures, kComponents> components;  ///< dynamic_pj is 0
  double area_mm2 = 0;

  double weight_read_pj = 0;  ///< at nominal voltage
  double weight_voltage_factor = 1;
  double detector_share = 0;  ///< of the weight memory's power
  double input_read_pj = 0;
  double activation_read_pj = 0;
  double activation_write_pj = 0;
  double bias_read_pj = 0;
  double multiplication_pj = 0;
  double addition_pj = 0;
  double rectification_pj = 0;
  double comparison_pj = 0;
  double register_bit_pj = 0;
  double multiplexer_bit_pj = 0;
  double clock_cycle_pj_per_mm2 = 0;
  bool masked = false;

  // Bits that an event clocks.
  double broadcast_bits = 0;
  double product_stage_bits = 0;
  DatapathWidths widths;
};

CostedMachine build_machine(const MachineConfiguration& design, const Technology& technology);

/// Energy of events and cycles by component.
std::array<double, kComponents> dynamic_energies_pj(const CostedMachine& machine,
                                                    const MeanEvents& events, std::int64_t cycles);

}  // namespace minerva
