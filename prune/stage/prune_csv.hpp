#pragma once
#include <string>

#include "prune_section.hpp"

namespace minerva::prune {

// Files of a run directory and data of figures.

std::string pruning_csv(const PruneSection& pruning);
std::string threshold_curve_csv(const PruneSection& pruning);

}  // namespace minerva::prune
