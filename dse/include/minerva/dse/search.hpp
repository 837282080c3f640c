#pragma once
#include <cstdint>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/dse/explore.hpp"
#include "minerva/dse/options.hpp"

namespace minerva::dse {

/// The frontier of the machines that a search draws, for spaces too large to explore. Rows go to
/// the sink in the order of evaluation; no checkpoints. Spends exactly options.evaluations, none of
/// them twice on one combination, or all there are in a smaller space; combinations that are no
/// machine cost nothing and are not drawn twice either. The same bits at any thread count.
///
/// nsga2 is the algorithm of Deb, Pratap, Agarwal and Meyarivan ("A fast and elitist multiobjective
/// genetic algorithm: NSGA-II", 2002) on the digits of the grid: non-dominated sorting, crowding
/// distance (of the objectives' logarithms, since designs differ by factors), constrained
/// domination (illegal combinations behind legal ones, both by how far they are outside), uniform
/// crossover, steps and jumps as mutation. A child that was drawn before is mutated on; the
/// frontier is that of all machines evaluated. random draws uniformly.
Exploration search(const Problem& problem, const Grid& grid, const SearchOptions& options,
                   int threads, const RowSink& sink = {});

/// How much of the exact frontier a search found. Hypervolumes are of the objectives' natural
/// logarithms, up to 1.1 times the exact frontier's largest value of each objective.
struct FrontierComparison {
  double hypervolume_ratio = 0;    ///< found / exact
  std::uint64_t points_found = 0;  ///< exact frontier points with a found point of equal objectives
  std::uint64_t points_exact = 0;
  ObjectiveValues reference{};  ///< in the objectives' units
};
FrontierComparison compare_frontiers(const std::vector<ExploredPoint>& found,
                                     const std::vector<ExploredPoint>& exact,
                                     const std::vector<Objective>& objectives);

}  // namespace minerva::dse
