#pragma once
#include <string>
#include <vector>

#include "minerva/base/text.hpp"
#include "minerva/report/run_summary.hpp"

namespace minerva {

/// Names of the power parts of all stages, in order of first appearance.
std::vector<std::string> power_part_names(const RunSummary& summary);
/// Dynamic plus leakage power of one part of a stage; 0 where the stage has no such part.
double part_power_mw(const StageRow& stage, const std::string& part);
/// A count of wrong samples: whole, or a mean to one decimal.
std::string wrong_text(double wrong);
/// "1.62x", or empty.
std::string factor_text(const std::optional<double>& factor);
/// "1.6x": two digits, as published factors have them.
std::string book_factor_text(const std::optional<double>& factor);
/// Fraction of all weights' reads that the thresholds skip, in percent; 0 without layers.
double skipped_percent(const std::vector<PruningRow>& rows);
/// "bit, sign zero, razor".
std::string mitigation_text(const Mitigation& mitigation);
/// "Q2.6 Q2.4 Q2.7".
std::string formats_text(const LayerFormats& formats);
/// Cells of a design as built: lanes, MACs, weight and activation bandwidth, write ports, weight
/// and activation banks, multiplier stages, clock period, words of a weight bank.
std::vector<std::string> machine_cells(const DesignSpaceRow& row);
/// What the last stage says about the bounds, a line a set.
std::vector<std::string> verdicts(const RunSummary& summary);

}  // namespace minerva
