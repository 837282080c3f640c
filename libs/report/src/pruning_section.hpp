#pragma once
#include <string>

#include "minerva/report/run_summary.hpp"

namespace minerva {

/// Thresholds of stage 4: what they skip, the sweep, the activations. Empty when the stage did not
/// run.
std::string pruning_section(const RunSummary& summary);

}  // namespace minerva
