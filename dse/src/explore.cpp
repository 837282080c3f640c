#include "minerva/dse/explore.hpp"

#include <omp.h>

#include <algorithm>
#include <cstdio>

#include "minerva/accelsim/ppa.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/core/pareto.hpp"

namespace minerva::dse {
namespace {

constexpr int kMaxMultiplierStages = 16;  // of check_design_point

void check_list(const char* key, const std::vector<int>& list, int low, int high) {
  if (list.empty()) throw UserError(key, "", "needs one value or more");
  for (const int value : list) {
    if (value < low || value > high) {
      throw UserError(key, std::to_string(value),
                      "needs " + std::to_string(low) + " to " + std::to_string(high));
    }
  }
}

void check_space(const Space& space, const Technology& technology) {
  check_list("dse.lanes", space.lanes, 1, 1024);
  check_list("dse.macs_per_lane", space.macs_per_lane, 1, 64);
  check_list("dse.weight_bandwidth", space.weight_bandwidths, 1, 64);
  check_list("dse.activation_bandwidth", space.activation_bandwidths, 1, 64);
  check_list("dse.write_ports", space.write_ports, 0, 1024);
  if (space.clock_periods_ns.empty()) {
    throw UserError("dse.clock_period_ns", "", "needs one value or more");
  }
  for (const double period_ns : space.clock_periods_ns) technology.check_clock_period(period_ns);
}

}  // namespace

std::vector<DesignPoint> legal_points(const Space& space, const DatapathWidths& widths,
                                      const Technology& technology) {
  check_space(space, technology);
  std::vector<DesignPoint> points;
  DesignPoint p;
  for (const int lanes : space.lanes) {
    p.lanes = lanes;
    for (const int macs : space.macs_per_lane) {
      p.macs_per_lane = macs;
      for (const int weight_bandwidth : space.weight_bandwidths) {
        p.weight_bandwidth = weight_bandwidth;
        for (const int activation_bandwidth : space.activation_bandwidths) {
          p.activation_bandwidth = activation_bandwidth;
          if (weight_bandwidth > activation_bandwidth || activation_bandwidth > macs) continue;
          for (const int ports : space.write_ports) {
            p.write_ports = ports == 0 ? activation_bandwidth : ports;
            for (const double period_ns : space.clock_periods_ns) {
              p.clock_period_ns = period_ns;
              p.multiplier_stages = multiplier_stages(widths, macs, period_ns, technology);
              if (p.multiplier_stages > kMaxMultiplierStages) continue;
              check_design_point(p);
              points.push_back(p);
            }
          }
        }
      }
    }
  }
  if (points.empty()) {
    throw UserError("dse.macs_per_lane", "", "leaves no legal point with these bandwidths");
  }
  return points;
}

Exploration explore(const Topology& topology, const DatapathWidths& widths, const Space& space,
                    const Technology& technology, int threads) {
  expects(threads >= 1, "explore: needs one thread or more");
  const std::vector<DesignPoint> points = legal_points(space, widths, technology);
  Design first;
  first.topology = topology;
  first.widths = widths;
  first.point = points.front();
  first.activity = full_activity(topology.widths, first.point.inputs_per_cycle());
  estimate_figures(first, technology);  // what it refuses in one point it refuses in all

  Exploration exploration;
  exploration.points.resize(points.size());
#pragma omp parallel num_threads(threads)
  {
    Design design = first;
#pragma omp for schedule(static)
    for (std::size_t i = 0; i < points.size(); ++i) {
      const int chunk = points[i].inputs_per_cycle();
      design.point = points[i];
      design.activity.chunk = chunk;
      for (int k = 0; k < topology.layers(); ++k) {
        design.activity.layers[static_cast<std::size_t>(k)].active_chunks =
            (topology.fan_in(k) + chunk - 1) / chunk;
      }
      const PpaFigures figures = estimate_figures(design, technology);
      exploration.points[i] = {points[i],        figures.cycles,    figures.time_ns / 1000,
                               figures.power_mw, figures.energy_nj, figures.area_mm2};
    }
  }
  std::vector<Objectives> objectives;
  for (const ExploredPoint& point : exploration.points) {
    objectives.push_back({point.time_us, point.power_mw});
  }
  exploration.frontier = pareto_frontier(objectives);
  return exploration;
}

Baseline choose_baseline(const Exploration& exploration, const BaselineRule& rule) {
  expects(!exploration.frontier.empty(), "choose_baseline: an empty frontier");
  const auto check = [](const char* key, double value, double low) {
    if (!(value >= low)) {
      throw UserError(key, std::to_string(value), "needs " + std::to_string(low) + " or more");
    }
  };
  check("dse.power_budget_mw", rule.power_budget_mw, 0);
  check("dse.expected_saving", rule.expected_saving, 1);
  check("dse.area_factor", rule.area_factor, 1);
  const double limit_mw = rule.power_budget_mw * rule.expected_saving;
  const auto at = [&](std::size_t i) -> const ExploredPoint& { return exploration.points[i]; };
  double smallest_mm2 = at(exploration.frontier.front()).area_mm2;
  for (const std::size_t i : exploration.frontier) {
    smallest_mm2 = std::min(smallest_mm2, at(i).area_mm2);
  }
  for (const std::size_t i : exploration.frontier) {
    if (at(i).area_mm2 > rule.area_factor * smallest_mm2 || at(i).power_mw > limit_mw) continue;
    char text[240];
    std::snprintf(text, sizeof text,
                  "fastest of %zu frontier points with power %.1f mW within %.1f x %.1f mW and "
                  "area %.3f mm2 within %.2f x %.3f mm2",
                  exploration.frontier.size(), at(i).power_mw, rule.expected_saving,
                  rule.power_budget_mw, at(i).area_mm2, rule.area_factor, smallest_mm2);
    return {i, text};
  }
  throw UserError("dse.power_budget_mw", std::to_string(rule.power_budget_mw),
                  "leaves no frontier point together with dse.area_factor = " +
                      std::to_string(rule.area_factor));
}

}  // namespace minerva::dse
