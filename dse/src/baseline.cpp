#include "minerva/dse/baseline.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <tuple>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva::dse {
namespace {

/// The limits of a rule on a frontier.
struct Limits {
  double power_mw = 0;
  double smallest_mm2 = 0;
  double area_mm2 = 0;

  bool admit(const ExploredPoint& p) const {
    return p.power_mw <= power_mw && p.area_mm2 <= area_mm2;
  }
  /// The larger of a point's power and area over their limits.
  double excess(const ExploredPoint& p) const {
    return std::max(p.power_mw / power_mw, p.area_mm2 / area_mm2);
  }
};

Limits limits_of(const BaselineRule& rule, const std::vector<ExploredPoint>& frontier) {
  Limits limits;
  limits.power_mw = rule.power_budget_mw * rule.expected_saving;
  limits.smallest_mm2 = frontier.front().area_mm2;
  for (const ExploredPoint& p : frontier) {
    limits.smallest_mm2 = std::min(limits.smallest_mm2, p.area_mm2);
  }
  limits.area_mm2 = rule.area_factor * limits.smallest_mm2;
  return limits;
}

/// The least number of three digits that is not below the value.
double rounded_up(double value) {
  const double step = std::pow(10.0, std::floor(std::log10(value)) - 2);
  return std::ceil(value / step) * step;
}

/// "dse.power_budget_mw = 40.4" and the like: what admits the point.
std::string admitting_keys(const ExploredPoint& p, const BaselineRule& rule, const Limits& limits) {
  std::string keys;
  const auto add = [&](const char* key, double needed) {
    char text[80];
    std::snprintf(text, sizeof text, "%s = %.10g", key, rounded_up(needed));
    keys += (keys.empty() ? "" : " and ") + std::string(text);
  };
  if (p.power_mw > limits.power_mw) add("dse.power_budget_mw", p.power_mw / rule.expected_saving);
  if (p.area_mm2 > limits.area_mm2) add("dse.area_factor", p.area_mm2 / limits.smallest_mm2);
  return keys;
}

std::string times_text(double value, double limit) {
  if (value <= limit) return " (within)";
  const double times = value / limit;
  return " (" + (times < 1000 ? number_text(times, 3) : fixed_text(times, 0)) + " times the limit)";
}

}  // namespace

Baseline choose_baseline(const std::vector<ExploredPoint>& frontier, const BaselineRule& rule) {
  expects(!frontier.empty(), "choose_baseline: an empty frontier");
  check_in_range("dse.power_budget_mw", rule.power_budget_mw, ranges::kPowerBudgetMw);
  check_in_range("dse.expected_saving", rule.expected_saving, ranges::kExpectedSaving);
  check_in_range("dse.area_factor", rule.area_factor, ranges::kAreaFactor);
  const Limits limits = limits_of(rule, frontier);
  const auto order = [](const ExploredPoint& p) {
    return std::make_tuple(p.time_us, p.power_mw, p.combination);
  };
  const auto distance = [&](const ExploredPoint& p) {
    return std::make_tuple(limits.excess(p), p.time_us, p.power_mw, p.combination);
  };
  Baseline found;
  for (std::size_t i = 0; i < frontier.size(); ++i) {
    const ExploredPoint& p = frontier[i];
    if (distance(p) < distance(frontier[found.nearest])) found.nearest = i;
    if (!limits.admit(p)) continue;
    if (!found.index || order(p) < order(frontier[*found.index])) found.index = i;
  }
  char text[400];
  if (found.index) {
    const ExploredPoint& chosen = frontier[*found.index];
    std::snprintf(text, sizeof text,
                  "fastest of %zu frontier points with power %.1f mW within %.1f x %.1f mW and "
                  "area %.3f mm2 within %.2f x %.3f mm2",
                  frontier.size(), chosen.power_mw, rule.expected_saving, rule.power_budget_mw,
                  chosen.area_mm2, rule.area_factor, limits.smallest_mm2);
    found.reason = text;
    return found;
  }
  const ExploredPoint& near = frontier[found.nearest];
  found.reason =
      "none, no frontier point of " + std::to_string(frontier.size()) + " has power within " +
      number_text(rule.expected_saving) + " x " + number_text(rule.power_budget_mw) +
      " mW and area within " + number_text(rule.area_factor) + " x " +
      number_text(limits.smallest_mm2, 4) + " mm2; the nearest needs " +
      number_text(near.power_mw, 4) + " mW" + times_text(near.power_mw, limits.power_mw) + " and " +
      number_text(near.area_mm2, 4) + " mm2" + times_text(near.area_mm2, limits.area_mm2) + ": " +
      to_string(near.point) + "; " + admitting_keys(near, rule, limits) + " would admit it";
  return found;
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
