#pragma once
#include "minerva/accelsim/component_figures.hpp"
#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/design/counts.hpp"

// How often what stands between the units of a machine is used in one prediction. The cost pays by
// these counts, and what is measured in a whole core is divided by the same ones.
namespace minerva {

/// How often something happens in one prediction, in all and of that in layers that skip inputs,
/// where only kept ones reach a unit.
struct MeanCount {
  double all = 0;
  double kept = 0;
  /// Of the others, where the zeros among a layer's inputs were counted: those whose inputs are 0,
  /// as the ones before them were, and the rest. Neither where a profile of activity has no zeros
  /// at all: then it was assumed, and nothing is known of them.
  double zero = 0;
  double nonzero = 0;

  double dense() const { return all - kept; }
  MeanCount times(double factor) const {
    return {all * factor, kept * factor, zero * factor, nonzero * factor};
  }
  MeanCount& operator+=(const MeanCount& other) {
    all += other.all;
    kept += other.kept;
    zero += other.zero;
    nonzero += other.nonzero;
    return *this;
  }
  /// Energy of the events.
  double pj(const OperandEnergies& energies, const ZeroRatios& zeros = {}) const {
    if (!zeros.equal_dense()) {
      return (all - kept - zero - nonzero + zero * zeros.zero + nonzero * zeros.nonzero) *
                 energies.dense_pj +
             kept * energies.kept_pj;
    }
    // A technology without rows of a network has one energy, and one product to the last bit.
    if (energies.dense_pj == energies.kept_pj) return all * energies.dense_pj;
    return (all - kept) * energies.dense_pj + kept * energies.kept_pj;
  }
};

/// Mean counts of one prediction.
struct CoreEvents {
  double cycles = 0;
  MeanCount macs;          ///< products
  MeanCount additions;     ///< in the trees, and to the accumulators
  MeanCount updates;       ///< of accumulators
  MeanCount kept_words;    ///< broadcast words that F1 keeps
  MeanCount written_bits;  ///< of registers that take a word
  double idle_bits = 0;    ///< of registers whose clock runs while they keep their word
  double rectified_words = 0;
  double result_bits = 0;    ///< of words that WB writes
  double gates_enabled = 0;  ///< cycles of clock gates in which they are
  double gates_idle = 0;     ///< in which they are not
  double clock_pins = 0;     ///< pins that see the clock, over all cycles
};

/// Of a machine that estimate() accepts, with the mean counts of `activity`.
CoreEvents core_events(const MachineConfiguration& machine, const ActivityProfile& activity);

/// Mean number of adders in the tree of a lane that see a product in a cycle. A tree of n products
/// is a heap: adder i adds adders 2 i and 2 i + 1, and products stand behind them.
/// @param product share of the cycles in which one product is kept
/// @param any share of the cycles in which one of the n is. Both are counts; between them an adder
/// with m products behind it sees one in a share product (any / product)^(log m / log n), which is
/// exact for one product and for n of them (assumption in between: the same growth for each factor
/// of m).
double adders_used(int products, double product, double any);

}  // namespace minerva
