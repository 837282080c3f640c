#pragma once
#include <string>
#include <vector>

#include "design_space_section.hpp"
#include "dse_report.hpp"
#include "fault_report.hpp"
#include "fault_section.hpp"
#include "minerva/report/run_summary.hpp"
#include "minerva/report/stage_report.hpp"
#include "prune_report.hpp"
#include "prune_section.hpp"
#include "quantize_report.hpp"
#include "quantize_section.hpp"
#include "training_report.hpp"
#include "training_section.hpp"

namespace minerva {

/// A run with the sections of its stages as values, which tests fill and change.
struct RunWithSections {
  RunSummary run;  ///< what every run has; its sections are empty
  training::TrainingSection swept;
  TrainingNoise noise;
  dse::DesignSpaceSection space;
  quantize::QuantizeSection plan;
  prune::PruneSection pruning;
  faultsim::FaultSection faults;

  /// The whole as a summary has it; a stage with nothing in its section has none.
  RunSummary summary() const {
    RunSummary whole = run;
    const auto add = [&](const char* stage, bool filled, const auto& section) {
      if (filled) whole.sections.push_back({stage, to_json(section)});
    };
    add(training::kTrainStage, !swept.sweep.empty(), swept);
    add(training::kNoiseStage, !noise.runs.empty(), training::NoiseSection{noise});
    add(dse::kDseStage, space.explored(), space);
    add(quantize::kQuantizeStage, !plan.searched.empty(), plan);
    add(prune::kPruneStage, !pruning.layers.empty(), pruning);
    add(faultsim::kFaultsStage, !faults.mitigations.empty(), faults);
    return whole;
  }
};

/// Of all stages, in their order.
inline const std::vector<StageReport>& all_reports() {
  static const std::vector<StageReport> reports = {
      training::train_report(),    training::noise_report(), dse::dse_report(),
      quantize::quantize_report(), prune::prune_report(),    faultsim::faults_report()};
  return reports;
}

}  // namespace minerva
