#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/report/run_summary.hpp"

namespace minerva {

/// A bar of the book's Fig. 4.11: the accelerator after a stage, or one of the two variants.
struct PowerBar {
  std::string name;
  const std::vector<PowerPart>* power = nullptr;  ///< of the summary
  double power_mw = 0;
  double energy_nj = 0;  ///< of one prediction
  double area_mm2 = 0;
  std::optional<double> factor;         ///< of a stage: power before over this one's
  std::optional<double> over_last;      ///< of a variant: this power over the last stage's
  std::optional<double> book_power_mw;  ///< what the book's factor makes of the bar compared with
};
/// Stages with an accelerator, then the variants.
std::vector<PowerBar> power_bars(const RunSummary& summary);

}  // namespace minerva
