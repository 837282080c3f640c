#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace minerva::faultsim {

/// Wrong samples of one fault map, by the index of the rate among those at which maps are counted.
using CountsOfMap = std::map<int, std::int64_t>;

/// At which rates maps are counted, as indices of one list.
struct CountedRates {
  std::vector<int> of_grid;  ///< the rates of the grid, rising: the searches visit some of them
  /// Rates at which every map is counted besides, given where on the grid the searches begin.
  std::function<std::vector<int>(int start)> of_every_map;
};

/// A map whose counts are not those that its search takes.
struct MisfitMap {
  int map = 0;
  std::string what;  ///< "has no count at rate 7 of the plan, which its search takes"
};

/// Repeats MapSearch with exact counts, of which `counts[m]` holds those of map m: the first map
/// whose search takes a count that is not there, or does not take one that is. A count left out,
/// moved to another map or rate shows so, and mostly one changed to the other side of the bound.
std::optional<MisfitMap> first_misfit(const std::vector<CountsOfMap>& counts,
                                      const CountedRates& rates, std::int64_t most_wrong);

}  // namespace minerva::faultsim
