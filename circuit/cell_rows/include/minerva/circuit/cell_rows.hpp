#pragma once
#include <string>
#include <vector>

#include "minerva/accelsim/technology_rows.hpp"
#include "minerva/circuit/characterization.hpp"
#include "minerva/circuit/reference_core.hpp"

namespace minerva::circuit {

/// Which units and lanes the rows of a technology file come from.
struct RowPlan {
  std::string node;              ///< column of every row
  LaneUnit machine;              ///< the lane of the machine itself: figures of one bit
  std::vector<LaneUnit> grid;    ///< one for each W x X of a full grid
  std::vector<LaneUnit> sums;    ///< one for each width of an accumulator, rising
  std::vector<int> comparators;  ///< widths, rising
  DatapathUnit sequencer;
  std::string network;       ///< whose operands the streams "run" and "run_kept" are; empty: none
  std::string core_network;  ///< that the reference cores run
};

/// The lane for weights and inputs of these widths without a network: products of half their bits
/// and 2 more, at most 16, accumulators of 10 more, for 1,000 inputs.
LaneUnit lane_for(int weight_bits, int activation_bits, int lanes);
/// Bits of the products that an accumulator of so many bits adds: narrower by as much as the
/// machine's are, and 2 to 30.
int product_bits_of_sum(const LaneUnit& machine, int accumulator_bits);

/// Units alone that the rows need besides lanes: comparators, rectifiers, registers, gate and
/// buffer of the clock, write multiplexer, sequencer.
std::vector<DatapathUnit> units_of_rows(const RowPlan& plan);
/// Those whose delays alone they need, with timing_operands(): multipliers and adders.
std::vector<DatapathUnit> timed_units_of_rows(const RowPlan& plan);

/// Streams of the machine's own lane over as few samples as other lanes have as "run" and
/// "run_kept". What it takes over all samples and over these scales the rows of the others, so that
/// a table of many lanes needs few samples. Without them all lanes have the same ones.
inline constexpr const char* kFewSamples = "run_few";
inline constexpr const char* kFewSamplesKept = "run_few_kept";

struct CellRows {
  std::vector<FigureRow> rows;
  std::vector<std::string> notes;     ///< what is left out, and why
  std::vector<std::string> replaced;  ///< names of rows that these stand for, besides their own
};

/// The rows, of kind derived. Energies are in pJ, leakage in uW, areas in um2, delays in ns.
/// @param cores null: rows that need a whole core are left out, and those of a sequencer alone and
/// of lanes stand for them. They count where the lanes have operands of a network.
CellRows cell_rows(const RowPlan& plan, const Characterization& measured,
                   const CharacterizationOptions& options, const ReferenceCores* cores = nullptr);

}  // namespace minerva::circuit
