#pragma once
#include "html_page.hpp"
#include "minerva/report/run_summary.hpp"

namespace minerva {

// The sections of a run's page, in its order. Those of stages that did not run are empty.

/// The stage table, what each stage settled, and its error in samples.
PageSection stage_section(const RunSummary& summary);
/// Training noise and the error budget.
PageSection noise_section(const RunSummary& summary);
/// Topologies and hyperparameters: error against weights.
PageSection sweep_section(const RunSummary& summary);
PageSection design_space_section(const DesignSpaceSummary& space);
PageSection formats_section(const RunSummary& summary);
PageSection pruning_section(const RunSummary& summary);
PageSection faults_section(const RunSummary& summary);
/// Power by part after each stage, and of the variants.
PageSection power_section(const RunSummary& summary);
PageSection verification_section(const RunSummary& summary);
/// Notes, versions, checksums, seeds.
PageSection provenance_section(const RunSummary& summary);

}  // namespace minerva
