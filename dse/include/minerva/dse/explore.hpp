#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/accelsim/technology.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/quantization_plan.hpp"
#include "minerva/design/topology.hpp"

namespace minerva::dse {

/// The grid: every combination of these lists that makes a legal machine: weight bandwidth within
/// activation bandwidth within the MACs of a lane, and at most 16 multiplier stages. (More weight
/// banks than a cycle reads look cheap to a law of macro sizes, which has no wires between banks.)
/// The defaults give 1,890 combinations.
struct Space {
  std::vector<int> lanes = {1, 2, 4, 8, 16, 32, 64, 128, 256};
  std::vector<int> macs_per_lane = {1, 2, 4, 8, 16};
  std::vector<int> weight_bandwidths = {1, 2, 4, 8, 16};      ///< words/cycle of a lane
  std::vector<int> activation_bandwidths = {1, 2, 4, 8, 16};  ///< words/cycle of all lanes
  std::vector<int> write_ports = {0};  ///< words/cycle; 0: the activation bandwidth
  std::vector<double> clock_periods_ns = {1, 2, 3, 4, 5, 6};  ///< rows of the technology
};

/// Legal points in the order of the lists, the last list fastest. Multiplier stages follow from
/// widths, clock and technology. Throws UserError for an empty list, an entry out of range, a
/// period that the technology does not have, and for a space without a legal point.
std::vector<DesignPoint> legal_points(const Space& space, const DatapathWidths& widths,
                                      const Technology& technology);

struct ExploredPoint {
  DesignPoint point;
  std::int64_t cycles = 0;  ///< of one prediction
  double time_us = 0;       ///< of one prediction
  double power_mw = 0;
  double energy_nj = 0;  ///< of one prediction
  double area_mm2 = 0;
};

struct Exploration {
  std::vector<ExploredPoint> points;  ///< in the order of legal_points
  std::vector<std::size_t> frontier;  ///< indices, least time and power, by rising time
};

/// Power, performance and area of every legal point with nothing skipped (the safe machine of book
/// Sec. 4.3.2), and the frontier over time per prediction and power. The same bits at any thread
/// count.
Exploration explore(const Topology& topology, const DatapathWidths& widths, const Space& space,
                    const Technology& technology, int threads);

/// The choice of book Sec. 4.3.2 and Fig. 4.4c: a point above the power budget, since the stages
/// that follow bring it down, before the area that over-partitioned memories cost climbs: the
/// fastest frontier point within power_budget_mw x expected_saving and within area_factor x the
/// smallest area on the frontier.
struct BaselineRule {
  double power_budget_mw = 10;   ///< assumption: "10s of mW" (book, Sec. 4.5) at their low end
  double expected_saving = 8.1;  ///< mean of the five data sets of the book, Sec. 4.5
  double area_factor = 1.05;     ///< assumption: the end of the flat part of the area curve
};

struct Baseline {
  std::size_t index = 0;  ///< into Exploration::points
  std::string reason;     ///< the rule with its numbers, for reports
};

/// Throws UserError for a rule out of range and when no frontier point is within both limits.
Baseline choose_baseline(const Exploration& exploration, const BaselineRule& rule = {});

}  // namespace minerva::dse
