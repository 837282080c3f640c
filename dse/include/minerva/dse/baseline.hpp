#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "minerva/dse/explored_point.hpp"
#include "minerva/dse/options.hpp"

namespace minerva::dse {

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
