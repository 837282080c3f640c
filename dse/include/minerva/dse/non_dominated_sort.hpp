#pragma once
#include <vector>

#include "minerva/statistics/pareto.hpp"

namespace minerva::dse {

/// A member of a population as NSGA-II judges it.
struct Fitness {
  ObjectiveValues values{};
  double violation = 0;  ///< 0: obeys all rules and constraints
  int rank = 0;          ///< 0: dominated by none
  double crowding = 0;   ///< half the rim of the box between its neighbours; infinite at the ends
};

/// Sets rank and crowding of every member. Constrained domination: less violation wins, and among
/// those without violation the objectives decide.
void sort_by_domination(std::vector<Fitness>& population, int dimensions);

/// Better by rank, then by crowding.
bool preferred(const Fitness& a, const Fitness& b);

}  // namespace minerva::dse
