#pragma once
#include <array>
#include <cstdint>

#include "minerva/accelsim/core_events.hpp"
#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/accelsim/ppa.hpp"

namespace minerva {

/// Mean events of one prediction, or of one layer in it.
struct MeanEvents {
  /// Words of pools and of added tensors are among the reads of the memory that they stand in.
  double input_reads = 0, activation_reads = 0, comparisons = 0, bias_reads = 0, hidden_words = 0,
         output_words = 0;
  double activated_words =
      0;                    ///< hidden words that A rounds: before a fused pool more than written
  double added_words = 0;   ///< read for an accumulator
  double pooled_words = 0;  ///< that pools of their own read
  double summed_words = 0;  ///< of those, added up
  double maxima = 0;        ///< comparisons of pools, fused or not
  double fused_maxima = 0;  ///< of those, in A
  MeanCount weight_reads, macs, updates;
  MeanCount kept_words;      ///< broadcast words that F1 keeps
  MeanCount fetched_zeros;   ///< of broadcasts(), `zero` and `nonzero` alone
  MeanCount tree_additions;  ///< of the adders before the accumulator's (tree_additions())
  double input_words = 0;    ///< that are loaded before it
  double weight_loads = 0;   ///< weights that come from off chip
  bool reads_ahead = false;
  double queued_words = 0;  ///< that enter the queue of inputs read ahead

  double broadcasts() const { return input_reads + activation_reads; }
  /// Words that the register F1 | F2 takes and lanes see.
  double fetched() const { return reads_ahead ? queued_words : broadcasts(); }
  /// Of products; words of pools pass the accumulators' adders, too, and are summed_words.
  MeanCount additions() const {
    return {updates.all - pooled_words + tree_additions.all, updates.kept + tree_additions.kept,
            updates.zero + tree_additions.zero, updates.nonzero + tree_additions.nonzero};
  }
};

/// A structure with a technology: leakage and area of every component, and what each event costs.
struct Cost {
  std::array<PartFigures, kComponents> components;  ///< dynamic_pj is 0
  double area_mm2 = 0;

  double weight_read_pj = 0;   ///< at nominal voltage
  double weight_write_pj = 0;  ///< of a buffer for weights from off chip
  double weight_voltage_factor = 1;
  bool weight_supply_lowered = false;
  double detector_share = 0;   ///< of the weight memory's power
  double regulator_share = 0;  ///< of the power of weight memory and detectors, lost
  double input_read_pj = 0;
  double input_write_pj = 0;  ///< 0 where loading is left out
  double activation_read_pj = 0;
  double activation_write_pj = 0;
  double bias_read_pj = 0;
  OperandEnergies multiplication;
  OperandEnergies addition;
  OperandEnergies product_rounding;
  bool per_addition = false;  ///< an addition costs `addition`; else a product does
  OperandEnergies comparison;
  double word_rounding_pj = 0;  ///< adder that rounds a word of A; 0 where the rectifier has it
  double rectification_pj = 0;
  UnitFigures register_bit;
  double multiplexer_bit_pj = 0;
  double queue_bit_pj = 0;  ///< of a bit that passes a multiplexer of the queue
  double mask_bit_pj = 0;
  double look_up_pj = 0;  ///< of a shared weight; 0 where codes of W are stored
  double clock_cycle_pj_per_mm2 = 0;
  std::array<double, kMemoryKinds> bank_wire_mm{};  ///< from a bank to its port; 0: one macro alone
};

/// What zeros do to the energy of operations on products. Where weights are narrower than inputs, a
/// synthesis makes an array with rows of the weight's bits, in which a zero is not free: no row of
/// zeros was measured there, and all are paid for as they come.
inline ZeroRatios zeros_of_products(const ZeroRatios& measured, const DatapathWidths& widths) {
  return widths.weight_bits < widths.activation_bits ? ZeroRatios{} : measured;
}

/// W + X + P, by which a technology tells wide formats from narrow ones.
inline double format_bits(const DatapathWidths& widths) {
  return widths.weight_bits + widths.activation_bits + widths.product_bits;
}
OperandEnergies scaled(OperandEnergies energies, const OperandRatios& ratios);

/// One copy of a memory (a lane's banks, a half), or all banks of those that have one: energies of
/// an access, leakage and area of what it stands for. SRAM at nominal voltage.
MemoryFigures memory_figures(const MachineStructure& structure, MemoryKind kind,
                             const Technology& technology);

/// Throws UserError for a width, a period or a voltage that the technology does not have.
Cost cost_of(const MachineStructure& structure, double clock_period_ns, const SramPoint& supply,
             const Technology& technology);

/// Whether additions in the trees of the lanes, and the zeros among dense operands, are worked out,
/// which most technologies do not need.
enum class TreeAdditions { left_out, counted };
TreeAdditions trees_of(const Technology& technology);

/// Mean events of layer k of a checked machine.
MeanEvents mean_events_of_layer(const MachineConfiguration& machine, int k,
                                const ActivityProfile& activity, TreeAdditions trees);
/// Of all layers.
MeanEvents mean_events(const MachineConfiguration& machine, const ActivityProfile& activity,
                       TreeAdditions trees);

/// What the events are to registers, gates and clock pins.
CoreEvents core_events_of(const MachineStructure& structure, const MeanEvents& events,
                          double cycles);

/// Energy of events and cycles by component.
std::array<double, kComponents> dynamic_energies_pj(const MachineStructure& structure,
                                                    const Cost& cost, const MeanEvents& events,
                                                    double cycles, const Technology& technology);

/// Leakage and area of what optional groups of rows describe, but for the regulator.
void cost_optional_components(const MachineStructure& structure, const Technology& technology,
                              Cost& cost);
/// Their energies.
void add_optional_energies(const MachineStructure& structure, const Cost& cost,
                           const MeanEvents& events, double cycles, const Technology& technology,
                           std::array<double, kComponents>& energies);

/// estimate_figures of a machine that was checked, or whose technology differs a little from one
/// with which it was: rows that are moved to see what they do move no machine out of the legal
/// ones.
PpaFigures unchecked_figures(const MachineConfiguration& machine, const ActivityProfile& activity,
                             const SramPoint& supply, const Technology& technology);

}  // namespace minerva
