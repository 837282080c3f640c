#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace minerva::faultsim {

/// Wrong samples of one fault map, by the index of the rate on the grid.
using CountsOfMap = std::map<int, std::int64_t>;

/// A map whose counts are not those that its search takes.
struct MisfitMap {
  int map = 0;
  std::string what;  ///< "has no count at rate 7 of the grid, which its search takes"
};

/// Repeats MapSearch with exact counts, of which `counts[m]` holds those of map m: the first map
/// whose search takes a count that is not there, or does not take one that is. A count left out,
/// moved to another map or rate shows so, and mostly one changed to the other side of the bound.
/// @param rates of the grid
std::optional<MisfitMap> first_misfit(const std::vector<CountsOfMap>& counts, int rates,
                                      std::int64_t most_wrong);

}  // namespace minerva::faultsim
