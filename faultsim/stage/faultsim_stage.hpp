#pragma once
#include <string>
#include <vector>

#include "fault_section.hpp"
#include "faultsim_stage_options.hpp"
#include "minerva/faultsim/tolerance.hpp"
#include "minerva/flow/run_context.hpp"

namespace minerva::faultsim {

/// The options of stage 5, and counts that were made elsewhere.
struct FaultStage : FaultStageOptions {
  double share = 1;  ///< of the error budget, by the end of the stage

  /// Counts of each compared mitigation that the stage takes instead of evaluating the maps; empty:
  /// none.
  std::vector<std::vector<FaultAnswer>> answers;
};

/// Stage 5: fault masking and the supply voltage of the weight SRAMs.
flow::StageDefinition fault_stage();

/// Mitigations that the stage compares, in order; it searches faults.maps_max maps of each.
std::vector<Mitigation> compared_mitigations(const FaultStage& stage);
/// Rates of which counts are handed on, rising: the grid's and the technology's.
std::vector<double> rates_of_counts(flow::RunContext& run);
/// Rates at which every map is counted, not only where its search comes: those of the grid near the
/// searches' start, and of the mitigation that is built, the technology's among them.
std::vector<double> rates_of_every_map(flow::RunContext& run, const Mitigation& mitigation,
                                       std::vector<double> near_start);
/// Searches what maps first .. end - 1 of one of them tolerate, once prepared, and counts them near
/// that: every count taken, to the end, by map, then rate. All rates are of rates_of_counts().
std::vector<FaultAnswer> search_fault_maps(flow::RunContext& run, const Mitigation& mitigation,
                                           int first, int end);

}  // namespace minerva::faultsim
