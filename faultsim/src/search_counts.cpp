#include "minerva/faultsim/search_counts.hpp"

#include <algorithm>
#include <set>

#include "minerva/base/errors.hpp"
#include "minerva/faultsim/tolerance.hpp"

namespace minerva::faultsim {
namespace {

/// A count that a search takes and that is not there.
struct Missing {
  int rate;
};

/// The count of a map at a rate, which is then taken. Throws Missing.
std::int64_t take(const CountsOfMap& counts, int rate, std::set<int>& taken) {
  const auto found = counts.find(rate);
  if (found == counts.end()) throw Missing{rate};
  taken.insert(rate);
  return found->second;
}

/// The search of one map by its counts alone: an index of the grid. Throws Missing.
int last_holding(const CountsOfMap& counts, const std::vector<int>& grid, int guess,
                 std::int64_t most_wrong, std::set<int>& taken) {
  return largest_holding(static_cast<int>(grid.size()), guess, [&](int i) {
    return take(counts, grid[static_cast<std::size_t>(i)], taken) <= most_wrong;
  });
}

}  // namespace

std::optional<MisfitMap> first_misfit(const std::vector<CountsOfMap>& counts,
                                      const CountedRates& rates, std::int64_t most_wrong) {
  expects(!counts.empty() && !rates.of_grid.empty(), "first_misfit: needs maps and rates");
  const int middle = static_cast<int>(rates.of_grid.size()) / 2;
  int start = 0;
  std::vector<int> of_every_map;
  for (std::size_t m = 0; m < counts.size(); ++m) {
    const int map = static_cast<int>(m);
    std::set<int> taken;
    try {
      if (m == 0) {  // its own end is where every search begins, its own once more
        start = std::max(last_holding(counts[m], rates.of_grid, middle, most_wrong, taken), 0);
        of_every_map = rates.of_every_map(start);
      }
      last_holding(counts[m], rates.of_grid, start, most_wrong, taken);
      for (const int rate : of_every_map) take(counts[m], rate, taken);
    } catch (const Missing& missing) {
      return MisfitMap{map, "has no count at rate " + std::to_string(missing.rate) +
                                " of the plan, which its search takes"};
    }
    for (const auto& [rate, wrong] : counts[m]) {
      if (taken.count(rate) != 0) continue;
      return MisfitMap{map, "has a count at rate " + std::to_string(rate) +
                                " of the plan, which its search does not take"};
    }
  }
  return std::nullopt;
}

}  // namespace minerva::faultsim
