#pragma once
#include <vector>

#include "minerva/statistics/pareto.hpp"

namespace minerva {

/// Volume of all that the points dominate up to `reference`, every objective minimised; exact but
/// for the rounding of sums. A point that does not lie below the reference in every objective adds
/// nothing. 1 to kMaxObjectives dimensions. Method: exclusive volumes against limited sets (While,
/// Bradstreet and Barone, "A fast way of calculating exact hypervolumes", 2012); the time grows
/// steeply with points and dimensions: some thousand points in 3, some hundred in 5.
double hypervolume(const std::vector<ObjectiveValues>& points, const ObjectiveValues& reference,
                   int dimensions);

}  // namespace minerva
