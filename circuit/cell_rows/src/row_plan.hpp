#pragma once
#include "minerva/circuit/cell_rows.hpp"

// The units of rows, which are measured and looked up by the same functions.
namespace minerva::circuit {

inline constexpr int kClockedBits = 16;  ///< behind one clock buffer, and of the register alone

DatapathUnit multiplier_of(const LaneUnit& lane);
DatapathUnit adder_of(const LaneUnit& lane);
DatapathUnit comparator_of(int bits);
/// From the accumulator of `sum` into the machine's activations.
DatapathUnit rectifier_of(const RowPlan& plan, const LaneUnit& sum);
DatapathUnit write_multiplexer_of(const RowPlan& plan);
DatapathUnit clocked(DatapathUnitKind kind);

}  // namespace minerva::circuit
