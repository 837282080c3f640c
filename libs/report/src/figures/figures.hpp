#pragma once
#include <vector>

#include "../figure.hpp"
#include "minerva/report/comparison.hpp"
#include "minerva/report/run_summary.hpp"

namespace minerva {

// The figures of each section of a page. A part of the summary that is empty has no figure.

/// Training noise: the error of every seed.
std::vector<Figure> noise_figures(const RunSummary& summary);
/// Error against weights.
std::vector<Figure> sweep_figures(const RunSummary& summary);
/// Power against time with the frontier; energy and area of the frontier.
std::vector<Figure> design_space_figures(const DesignSpaceSummary& space);
/// Bits per layer and signal; error around the chosen formats.
std::vector<Figure> format_figures(const RunSummary& summary);
/// Error and skipped operations against the threshold; inputs by magnitude.
std::vector<Figure> pruning_figures(const RunSummary& summary);
/// Error against fault rate, yield, fault rate and power against voltage.
std::vector<Figure> fault_figures(const RunSummary& summary);
/// Power by part after each stage and of the variants.
std::vector<Figure> power_figures(const RunSummary& summary);
/// Several runs side by side.
std::vector<Figure> comparison_figures(const std::vector<ComparedRun>& runs);

}  // namespace minerva
