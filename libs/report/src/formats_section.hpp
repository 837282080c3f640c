#pragma once
#include <string>

#include "minerva/report/run_summary.hpp"

namespace minerva {

/// Formats of stage 3: the datapath, what was searched, the error around it. Empty when the stage
/// did not run.
std::string formats_section(const RunSummary& summary);

}  // namespace minerva
