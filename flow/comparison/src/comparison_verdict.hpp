#pragma once
#include <string>
#include <vector>

#include "minerva/comparison/comparison.hpp"

namespace minerva {

/// Which run is best at what, and whether it is within the bound of its budget, in one or two
/// sentences; of runs on different data the one that saved most. Empty where no run has a machine.
std::string comparison_verdict(const std::vector<ComparedRun>& runs);

}  // namespace minerva
