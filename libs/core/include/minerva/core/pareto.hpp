#pragma once
#include <cstddef>
#include <vector>

namespace minerva {

/// Two objectives of a point, both minimised.
struct Objectives {
  double first = 0;
  double second = 0;
};

/// Indices of the points that no other point dominates (as small in both and smaller in one), by
/// rising `first`. Of points equal in both, the lowest index stays.
std::vector<std::size_t> pareto_frontier(const std::vector<Objectives>& points);

}  // namespace minerva
