#include "minerva/report/power_bars.hpp"

#include <charconv>
#include <cmath>

namespace minerva {

std::optional<double> leading_factor(const std::string& text) {
  const char* const end = text.data() + text.size();
  double first = 0;
  const auto [after, error] = std::from_chars(text.data(), end, first);
  if (error != std::errc() || !(first > 0) || !std::isfinite(first)) return std::nullopt;
  if (after == end || *after != '/') return first;
  double below = 0;
  const auto divided = std::from_chars(after + 1, end, below);
  if (divided.ec != std::errc() || !(below > 0) || !std::isfinite(below)) return std::nullopt;
  return first / below;
}

std::vector<PowerBar> power_bars(const RunSummary& summary) {
  std::vector<PowerBar> bars;
  for (const StageRow& row : summary.stages) {
    if (!(row.power_mw > 0)) continue;  // a network without an accelerator
    PowerBar bar{row.name,     &row.power,        row.power_mw, row.energy_per_prediction_nj,
                 row.area_mm2, row.factor_before, std::nullopt, std::nullopt};
    const std::optional<double> book = leading_factor(row.book_factor);
    if (book && !bars.empty()) bar.book_power_mw = bars.back().power_mw / *book;
    bars.push_back(bar);
  }
  if (bars.empty()) return bars;
  const double last_mw = bars.back().power_mw;
  for (const VariantRow& row : summary.variants) {
    PowerBar bar{row.name,     &row.power,   row.power_mw,        row.energy_per_prediction_nj,
                 row.area_mm2, std::nullopt, row.over_last_stage, std::nullopt};
    if (const auto book = leading_factor(row.book_factor)) bar.book_power_mw = last_mw * *book;
    bars.push_back(bar);
  }
  return bars;
}

}  // namespace minerva
