#pragma once
#include "minerva/report/html_page.hpp"
#include "prune_section.hpp"

namespace minerva::prune {

/// Skipped operations: thresholds, what they skip, inputs by magnitude. Empty when the stage did
/// not run.
PageSection pruning_page(const RunSummary& summary, const PruneSection& pruning);

}  // namespace minerva::prune
