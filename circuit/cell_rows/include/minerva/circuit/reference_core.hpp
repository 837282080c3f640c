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
  /// `dense` and `registered_dense` with inputs and activations that are all 0. Their counts of
  /// operations are those of the dense ones.
  ReferenceCore zero, registered_zero;
  /// `dense` and `registered_dense` in the wide formats from which a search of formats begins.
  ReferenceCore wide, registered_wide;
  ReferenceCore wide_zero, registered_wide_zero;  ///< these as `zero` is `dense`

  std::vector<const ReferenceCore*> of_dense() const { return {&dense, &registered_dense}; }
  std::vector<const ReferenceCore*> of_kept() const { return {&kept, &registered_kept}; }
  std::vector<const ReferenceCore*> of_zero() const { return {&zero, &registered_zero}; }
  std::vector<const ReferenceCore*> of_wide_zero() const {
    return {&wide_zero, &registered_wide_zero};
  }
  std::vector<const ReferenceCore*> of_wide() const { return {&wide, &registered_wide}; }
  std::vector<const ReferenceCore*> all() const {
    return {&dense, &registered_dense, &kept, &registered_kept};
  }
};

/// Of the run, or of quantize.start.
enum class Formats { narrow, wide };

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
  MacRatios selection_by_macs() const;
  /// @param rectifier_fj a word that is rectified
  MacRatios accumulator_multiplexer_by_macs(double rectifier_fj) const;
  /// Dense energies by the zeros among the operands, in the formats of the run or in wide ones.
  ZeroRatios zeros_of_multiplier(Formats formats) const;
  ZeroRatios zeros_of_rounding(Formats formats) const;
  ZeroRatios zeros_of_adder(Formats formats) const;
  ZeroRatios zeros_of_register(Formats formats, double idle_fj) const;
  ZeroRatios zeros_of_accumulator_multiplexer(Formats formats, double rectifier_fj) const;
  ZeroRatios zeros_of_selection(Formats formats) const;
  ZeroRatios zeros_of_operand_buffer(Formats formats) const;
  /// Widths of the cores of wide formats, what they take with dense operands, and what a bit takes
  /// over one in the formats of the others.
  const DatapathWidths& wide_widths() const { return cores_.wide.structure.widths; }
  double wide_multiplication_fj() const;
  double wide_addition_fj() const;
  double wide_rounding_fj() const;
  WideRatios wide_ratios(double idle_fj, double rectifier_fj) const;

  double control_bit_fj() const;  ///< a flip-flop and cycle, with its share of the gates
  BitOfPart control_bit() const;
  ByOperands selection_bit_fj() const;  ///< a bit of a kept product
  BitOfPart selection_bit() const;
  /// A bit that takes a word. @param idle_fj a bit that keeps its word while its clock runs
  ByOperands register_write(double idle_fj) const;
  /// A gate in a cycle in which it is enabled. @param idle_fj in one in which it is not
  double gate_enabled_fj(double idle_fj) const;
  double clock_pin_fj() const;
  /// A bit of a kept word, with its flag, to one lane: of all cores, and by operands.
  double buffer_bit_fj() const;
  ByOperands buffer_bit_by_operands() const;
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
