#pragma once
#include <array>
#include <cstdint>

#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/accelsim/ppa.hpp"

namespace minerva {

/// Mean events of one prediction.
struct MeanEvents {
  double input_reads = 0, activation_reads = 0, comparisons = 0, weight_reads = 0, macs = 0,
         updates = 0, bias_reads = 0, hidden_words = 0, output_words = 0;
};

/// A structure with a technology: leakage and area of every component, and what each event costs.
struct Cost {
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
};

/// Throws UserError for a width, a period or a voltage that the technology does not have.
Cost cost_of(const MachineStructure& structure, double clock_period_ns, const SramPoint& supply,
             const Technology& technology);

/// Energy of events and cycles by component.
std::array<double, kComponents> dynamic_energies_pj(const MachineStructure& structure,
                                                    const Cost& cost, const MeanEvents& events,
                                                    std::int64_t cycles);

}  // namespace minerva
