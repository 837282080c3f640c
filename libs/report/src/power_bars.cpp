#include "minerva/report/power_bars.hpp"

namespace minerva {

std::vector<PowerBar> power_bars(const RunSummary& summary) {
  std::vector<PowerBar> bars;
  for (const StageRow& row : summary.stages) {
    if (!(row.power_mw > 0)) continue;  // a network without an accelerator
    PowerBar bar{row.name,     &row.power,        row.power_mw, row.energy_per_prediction_nj,
                 row.area_mm2, row.factor_before, std::nullopt, std::nullopt};
    if (row.book_factor.value_or(0) > 0 && !bars.empty()) {
      bar.book_power_mw = bars.back().power_mw / *row.book_factor;
    }
    bars.push_back(bar);
  }
  if (bars.empty()) return bars;
  const double last_mw = bars.back().power_mw;
  for (const VariantRow& row : summary.variants) {
    PowerBar bar{row.name,     &row.power,   row.power_mw,        row.energy_per_prediction_nj,
                 row.area_mm2, std::nullopt, row.over_last_stage, std::nullopt};
    if (row.book_over_last_stage) bar.book_power_mw = last_mw * *row.book_over_last_stage;
    bars.push_back(bar);
  }
  return bars;
}

}  // namespace minerva
