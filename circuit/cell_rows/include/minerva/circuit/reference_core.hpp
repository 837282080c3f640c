#pragma once
#include <vector>

#include "minerva/accelsim/component_figures.hpp"
#include "minerva/accelsim/core_events.hpp"
#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/circuit/validation.hpp"

// Cores from which rows come that no unit alone and no lane has: the control, the selection of
// inputs and kept products, gates and registers as they are enabled, additions in a tree.
namespace minerva::circuit {

/// A core in gates, with what it did in a mean prediction.
struct ReferenceCore {
  MachineStructure structure;
  CoreEvents events;
  CoreFigures figures;
};

/// A core without thresholds, so that zeros are operands like any other, and with them.
struct CorePair {
  ReferenceCore dense, kept;
};

/// Cores of one machine with two MACs a lane: with one stage of M, and with two, between which
/// products have registers. And what is told apart by the MACs of a lane: cores of one and of four.
struct ReferenceCores {
  ReferenceCore dense, kept;
  ReferenceCore registered_dense, registered_kept;
  CorePair one, four;
  CorePair registered_one, registered_four;

  std::vector<const ReferenceCore*> of_dense() const { return {&dense, &registered_dense}; }
  std::vector<const ReferenceCore*> of_kept() const { return {&kept, &registered_kept}; }
  std::vector<const ReferenceCore*> all() const {
    return {&dense, &registered_dense, &kept, &registered_kept};
  }
};

/// An energy by operands, in fJ.
struct ByOperands {
  double dense_fj = 0;
  double kept_fj = 0;
};

/// What a part of the cores leaks and occupies for each of its bits.
struct BitOfPart {
  double leakage_uw = 0;
  double area_um2 = 0;
};

/// Figures of the cores: each is what a part took over how often it was used.
class CoreRowFigures {
 public:
  explicit CoreRowFigures(const ReferenceCores& cores) : cores_(cores) {}

  /// A multiplication, an addition and a rounding behind it, and what registers of products make of
  /// them.
  ByOperands multiplication() const;
  ByOperands addition() const;
  ByOperands rounding() const;
  OperandRatios registered_adder() const;
  OperandRatios registered_rounding() const;
  /// The same by the MACs of a lane.
  MacRatios multiplier_by_macs() const;
  MacRatios rounding_by_macs() const;
  MacRatios adder_by_macs() const;
  MacRatios registered_adder_by_macs() const;

  double control_bit_fj() const;  ///< a flip-flop and cycle, with its share of the gates
  BitOfPart control_bit() const;
  ByOperands selection_bit_fj() const;  ///< a bit of a kept product
  BitOfPart selection_bit() const;
  /// A bit that takes a word. @param idle_fj a bit that keeps its word while its clock runs
  ByOperands register_write(double idle_fj) const;
  /// A gate in a cycle in which it is enabled. @param idle_fj in one in which it is not
  double gate_enabled_fj(double idle_fj) const;
  double clock_pin_fj() const;
  double buffer_bit_fj() const;  ///< of a kept word, with its flag, to one lane
  BitOfPart buffer_bit() const;
  /// A bit of an update. @param rectifier_fj a word that is rectified
  ByOperands accumulator_multiplexer_bit_fj(double rectifier_fj) const;
  /// @param rectifier of a lane, which is no part of the multiplexer
  BitOfPart accumulator_multiplexer_bit(const BitOfPart& rectifier) const;
  double write_multiplexer_bit_fj() const;  ///< a bit of a written word and lane
  BitOfPart write_multiplexer_bit() const;

 private:
  const ReferenceCores& cores_;
};

}  // namespace minerva::circuit
