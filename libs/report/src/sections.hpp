#pragma once
#include "minerva/report/html_page.hpp"
#include "minerva/report/run_summary.hpp"

namespace minerva {

// The sections of a run's page that every run has; behind the second stand those of
// the stages. Those that have nothing to say are empty.

/// The stage table, its details, and what each stage bought.
PageSection stage_section(const RunSummary& summary);
/// Power by part, stages side by side, and of the variants.
PageSection power_section(const RunSummary& summary);
/// Cycles, energy, formats and skipped products of each layer.
PageSection layer_section(const RunSummary& summary);
PageSection verification_section(const RunSummary& summary);
/// Notes, versions, checksums, seeds.
PageSection provenance_section(const RunSummary& summary);

/// The figures of the power section: power by part after each stage and of the variants.
std::vector<Figure> power_figures(const RunSummary& summary);
/// The figure of the layers of the last stage, where it has some.
std::vector<Figure> layer_energy_figures(const RunSummary& summary);

}  // namespace minerva
