#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/report/run_summary.hpp"

namespace minerva {

/// Names of the power parts of all stages, in order of first appearance.
std::vector<std::string> power_part_names(const RunSummary& summary);
/// Dynamic plus leakage power of one part of a stage; 0 where the stage has no such part.
double part_power_mw(const StageRow& stage, const std::string& part);
/// Whether some stage's power has an interval, since its technology's rows have residuals.
bool has_power_intervals(const RunSummary& summary);
/// "5.1 to 7.4", in mW; empty: none.
std::string power_interval_text(const StageRow& stage);
/// "1.62 to 1.74x"; empty: none.
std::string factor_interval_text(const StageRow& stage);
/// A line on the last stage's error and its bound, or on chips, which have no verdict.
struct SetVerdict {
  std::string text;
  std::optional<Verdict> verdict;
};
/// What the last stage says about the bounds, a line a set, and of chips.
std::vector<SetVerdict> verdicts(const RunSummary& summary);

}  // namespace minerva
