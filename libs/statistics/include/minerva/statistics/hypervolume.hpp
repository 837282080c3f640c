#pragma once
#include <vector>

#include "minerva/statistics/pareto.hpp"

namespace minerva {

/// The hypervolume of a set of points: the volume of the region that they dominate, up to
/// `reference`, with every objective minimised. It is exact but for the rounding of sums. A point
/// that does not lie below the reference in every objective adds nothing. `dimensions` is 1 to
/// kMaxObjectives. The method computes exclusive volumes against limited sets (While, Bradstreet
/// and Barone, "A fast way of calculating exact hypervolumes", 2012). Its time grows steeply with
/// points and dimensions: some thousand points are practical in 3 dimensions, some hundred in 5.
double hypervolume(const std::vector<ObjectiveValues>& points, const ObjectiveValues& reference,
                   int dimensions);

}  // namespace minerva
