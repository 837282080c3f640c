#include "minerva/dse/baseline.hpp"

#include <algorithm>
#include <cstdio>
#include <tuple>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva::dse {

Baseline choose_baseline(const std::vector<ExploredPoint>& frontier, const BaselineRule& rule) {
  expects(!frontier.empty(), "choose_baseline: an empty frontier");
  check_in_range("dse.power_budget_mw", rule.power_budget_mw, ranges::kPowerBudgetMw);
  check_in_range("dse.expected_saving", rule.expected_saving, ranges::kExpectedSaving);
  check_in_range("dse.area_factor", rule.area_factor, ranges::kAreaFactor);
  const double limit_mw = rule.power_budget_mw * rule.expected_saving;
  double smallest_mm2 = frontier.front().area_mm2;
  for (const ExploredPoint& p : frontier) smallest_mm2 = std::min(smallest_mm2, p.area_mm2);
  const auto order = [](const ExploredPoint& p) {
    return std::make_tuple(p.time_us, p.power_mw, p.combination);
  };
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < frontier.size(); ++i) {
    const ExploredPoint& p = frontier[i];
    if (p.area_mm2 > rule.area_factor * smallest_mm2 || p.power_mw > limit_mw) continue;
    if (!best || order(p) < order(frontier[*best])) best = i;
  }
  if (!best) {
    throw UserError("dse.power_budget_mw", number_text(rule.power_budget_mw),
                    "leaves no frontier point together with dse.area_factor = " +
                        number_text(rule.area_factor));
  }
  char text[240];
  std::snprintf(text, sizeof text,
                "fastest of %zu frontier points with power %.1f mW within %.1f x %.1f mW and "
                "area %.3f mm2 within %.2f x %.3f mm2",
                frontier.size(), frontier[*best].power_mw, rule.expected_saving,
                rule.power_budget_mw, frontier[*best].area_mm2, rule.area_factor, smallest_mm2);
  return {*best, text};
}

std::optional<std::size_t> find_bend(const std::vector<ExploredPoint>& frontier) {
  std::optional<std::size_t> slowest;
  for (std::size_t i = 0; i < frontier.size(); ++i) {
    if (!frontier[i].over_partitioned) continue;
    if (!slowest || frontier[i].time_us > frontier[*slowest].time_us) slowest = i;
  }
  return slowest;
}

}  // namespace minerva::dse
