#include "minerva/statistics/hypervolume.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

using Points = std::vector<ObjectiveValues>;

Points non_dominated(const Points& points, int dimensions) {
  ParetoArchive archive(dimensions);
  for (std::size_t i = 0; i < points.size(); ++i) archive.add(i, points[i]);
  Points kept;
  for (const ParetoArchive::Member& member : archive.sorted()) kept.push_back(member.values);
  return kept;
}

double box(const ObjectiveValues& point, const ObjectiveValues& reference, int dimensions) {
  double volume = 1;
  for (std::size_t d = 0; d < static_cast<std::size_t>(dimensions); ++d) {
    volume *= reference[d] - point[d];
  }
  return volume;
}

/// Of points none of which dominates another, by rising first objective, all below the reference.
double volume(Points points, const ObjectiveValues& reference, int dimensions) {
  if (points.empty()) return 0;
  if (dimensions == 1) return reference[0] - points.front()[0];
  double sum = 0;
  if (dimensions == 2) {
    double above = reference[1];
    for (const ObjectiveValues& p : points) {
      sum += (reference[0] - p[0]) * (above - p[1]);
      above = p[1];
    }
    return sum;
  }
  // The largest last objective first: what a point shares with those after it then lies in one
  // slab, whose cross-section has a dimension less.
  const auto last = static_cast<std::size_t>(dimensions) - 1;
  std::sort(points.begin(), points.end(),
            [last](const ObjectiveValues& a, const ObjectiveValues& b) {
              return a[last] != b[last] ? a[last] > b[last] : a < b;
            });
  for (std::size_t k = 0; k < points.size(); ++k) {
    Points limited;
    for (std::size_t j = k + 1; j < points.size(); ++j) {
      ObjectiveValues corner = points[j];
      for (std::size_t d = 0; d < last; ++d) corner[d] = std::max(corner[d], points[k][d]);
      limited.push_back(corner);
    }
    const double cross = box(points[k], reference, dimensions - 1) -
                         volume(non_dominated(limited, dimensions - 1), reference, dimensions - 1);
    sum += cross * (reference[last] - points[k][last]);
  }
  return sum;
}

}  // namespace

double hypervolume(const std::vector<ObjectiveValues>& points, const ObjectiveValues& reference,
                   int dimensions) {
  expects(dimensions >= 1 && dimensions <= kMaxObjectives,
          "hypervolume: needs 1 to kMaxObjectives dimensions");
  Points inside;
  for (const ObjectiveValues& point : points) {
    bool below = true;
    for (std::size_t d = 0; d < static_cast<std::size_t>(dimensions); ++d) {
      expects(std::isfinite(reference[d]) && !std::isnan(point[d]) &&
                  point[d] > -std::numeric_limits<double>::infinity(),
              "hypervolume: needs finite numbers");
      below = below && point[d] < reference[d];
    }
    if (below) inside.push_back(point);
  }
  return volume(non_dominated(inside, dimensions), reference, dimensions);
}

}  // namespace minerva
