#include "minerva/core/pareto.hpp"

#include <algorithm>
#include <numeric>

namespace minerva {

std::vector<std::size_t> pareto_frontier(const std::vector<Objectives>& points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (points[a].first != points[b].first) return points[a].first < points[b].first;
    if (points[a].second != points[b].second) return points[a].second < points[b].second;
    return a < b;
  });
  std::vector<std::size_t> frontier;
  for (const std::size_t i : order) {
    if (frontier.empty() || points[i].second < points[frontier.back()].second) {
      frontier.push_back(i);
    }
  }
  return frontier;
}

}  // namespace minerva
