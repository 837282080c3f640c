#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "minerva/dse/explored_point.hpp"
#include "minerva/dse/options.hpp"

namespace minerva::dse {

struct Baseline {
  std::optional<std::size_t> index;  ///< into the frontier; nothing: no point is within both limits
  /// The rule with its numbers, for reports. Without a baseline: by how much the nearest point
  /// misses it, and which keys would admit that one.
  std::string reason;
  std::size_t nearest = 0;  ///< the point that exceeds the limits least, by its larger excess
};

/// Throws UserError for a rule out of range.
Baseline choose_baseline(const std::vector<ExploredPoint>& frontier, const BaselineRule& rule = {});

/// Where over-partitioning starts: the first frontier point, going from the slowest to the fastest,
/// with weight banks below the technology's smallest macro. Nothing when no point has them.
std::optional<std::size_t> find_bend(const std::vector<ExploredPoint>& frontier);

}  // namespace minerva::dse
