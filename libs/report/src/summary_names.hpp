#pragma once
#include <string>
#include <vector>

#include "minerva/report/run_summary.hpp"

namespace minerva {

/// Names of the power parts of all stages, in order of first appearance.
std::vector<std::string> power_part_names(const RunSummary& summary);
/// Dynamic plus leakage power of one part of a stage; 0 where the stage has no such part.
double part_power_mw(const StageRow& stage, const std::string& part);
/// What the last stage says about the bounds, a line a set.
std::vector<std::string> verdicts(const RunSummary& summary);

}  // namespace minerva
