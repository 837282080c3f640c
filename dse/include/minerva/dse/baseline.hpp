#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "minerva/dse/explored_point.hpp"

namespace minerva::dse {

/// The choice of book Sec. 4.3.2 and Fig. 4.4c: a point above the power budget, since the stages
/// that follow bring it down, before the area that over-partitioned memories cost climbs: the
/// fastest frontier point within power_budget_mw x expected_saving and within area_factor x the
/// smallest area on the frontier. Time, power and area are read off the points whatever the
/// objectives of the frontier are; of equally fast points the one of least power is taken, then the
/// one of the lowest combination.
struct BaselineRule {
  double power_budget_mw = 10;   ///< assumption: "10s of mW" (book, Sec. 4.5) at their low end
  double expected_saving = 8.1;  ///< mean of the five data sets of the book, Sec. 4.5
  double area_factor = 1.05;     ///< assumption: the end of the flat part of the area curve
};

struct Baseline {
  std::size_t index = 0;  ///< into the frontier
  std::string reason;     ///< the rule with its numbers, for reports
};

/// Throws UserError for a rule out of range and when no frontier point is within both limits.
Baseline choose_baseline(const std::vector<ExploredPoint>& frontier, const BaselineRule& rule = {});

/// Where over-partitioning starts: the first frontier point, going from the slowest to the fastest,
/// with weight banks below the technology's smallest macro. Nothing when no point has them.
std::optional<std::size_t> find_bend(const std::vector<ExploredPoint>& frontier);

}  // namespace minerva::dse
