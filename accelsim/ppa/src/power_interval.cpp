#include "minerva/accelsim/power_interval.hpp"

#include <algorithm>
#include <cmath>

#include "cost.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

/// Power with one row at another value.
double power_with(const MachineConfiguration& machine, const ActivityProfile& activity,
                  const SramPoint& supply, const Technology& technology, std::size_t row,
                  double value) {
  std::vector<FigureRow> rows = technology.rows;
  rows[row].value = value;
  const Technology changed = assemble_technology(technology.name, std::move(rows));
  return unchecked_figures(machine, activity, supply, changed).power_mw;
}

/// Of the changes to either side.
struct Squares {
  double below = 0;
  double above = 0;
};

void add_effect(const RowEffect& effect, double power_mw, PowerInterval& interval,
                Squares& squares) {
  interval.rows.push_back(effect);
  const double above = std::max({0.0, effect.lower_mw - power_mw, effect.higher_mw - power_mw});
  const double below = std::max({0.0, power_mw - effect.lower_mw, power_mw - effect.higher_mw});
  squares.above += above * above;
  squares.below += below * below;
  const double half = (above + below) / 2;
  const double percent = 100 * half / power_mw;
  if (!interval.deciding_row.empty() && percent <= interval.deciding_percent) return;
  interval.deciding_row = effect.row;
  interval.deciding_percent = percent;
}

void set_bounds(double power_mw, const Squares& squares, PowerInterval& interval) {
  interval.low_mw = power_mw - std::min(power_mw, std::sqrt(squares.below));
  interval.high_mw = power_mw + std::sqrt(squares.above);
}

}  // namespace

std::optional<PowerInterval> power_interval(const MachineConfiguration& machine,
                                            const ActivityProfile& activity,
                                            const SramPoint& supply, const Technology& technology) {
  const bool any =
      std::any_of(technology.rows.begin(), technology.rows.end(),
                  [](const FigureRow& row) { return row.residual_percent.has_value(); });
  if (!any) return std::nullopt;
  const double power_mw = unchecked_figures(machine, activity, supply, technology).power_mw;
  Squares squares;
  PowerInterval interval;
  for (std::size_t r = 0; r < technology.rows.size(); ++r) {
    const FigureRow& row = technology.rows[r];
    if (!row.residual_percent || row.value == 0) continue;
    // A figure is never below 0, however far it may be off.
    const double residual = *row.residual_percent / 100;
    const auto power_at = [&](double factor) {
      return power_with(machine, activity, supply, technology, r, row.value * factor);
    };
    const RowEffect effect{row.key(), power_at(std::max(0.0, 1 - residual)),
                           power_at(1 + residual)};
    if (effect.lower_mw == power_mw && effect.higher_mw == power_mw) continue;
    add_effect(effect, power_mw, interval, squares);
  }
  set_bounds(power_mw, squares, interval);
  return interval;
}

PowerInterval with_effect(PowerInterval interval, double power_mw, const RowEffect& effect) {
  const double below = power_mw - interval.low_mw;
  const double above = interval.high_mw - power_mw;
  Squares squares{below * below, above * above};
  add_effect(effect, power_mw, interval, squares);
  set_bounds(power_mw, squares, interval);
  return interval;
}

}  // namespace minerva
