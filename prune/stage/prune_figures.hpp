#pragma once
#include <vector>

#include "minerva/report/figure.hpp"
#include "prune_section.hpp"

namespace minerva::prune {

/// Error and skipped operations against the threshold; inputs by magnitude. A part of the section
/// that is empty has no figure.
std::vector<Figure> pruning_figures(const RunSummary& summary, const PruneSection& pruning);

}  // namespace minerva::prune
