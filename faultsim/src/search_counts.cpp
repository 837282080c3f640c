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

/// The search of one map by its counts alone. Throws Missing.
int last_holding(const CountsOfMap& counts, int rates, int guess, std::int64_t most_wrong,
                 std::set<int>& taken) {
  return largest_holding(rates, guess, [&](int rate) {
    const auto found = counts.find(rate);
    if (found == counts.end()) throw Missing{rate};
    taken.insert(rate);
    return found->second <= most_wrong;
  });
}

}  // namespace

std::optional<MisfitMap> first_misfit(const std::vector<CountsOfMap>& counts, int rates,
                                      std::int64_t most_wrong) {
  expects(!counts.empty() && rates >= 1, "first_misfit: needs maps and rates");
  int start = 0;
  for (std::size_t m = 0; m < counts.size(); ++m) {
    const int map = static_cast<int>(m);
    std::set<int> taken;
    try {
      if (m == 0) {  // its own end is where every search begins, its own once more
        start = std::max(last_holding(counts[m], rates, rates / 2, most_wrong, taken), 0);
      }
      last_holding(counts[m], rates, start, most_wrong, taken);
    } catch (const Missing& missing) {
      return MisfitMap{map, "has no count at rate " + std::to_string(missing.rate) +
                                " of the grid, which its search takes"};
    }
    for (const auto& [rate, wrong] : counts[m]) {
      if (taken.count(rate) != 0) continue;
      return MisfitMap{map, "has a count at rate " + std::to_string(rate) +
                                " of the grid, which its search does not take"};
    }
  }
  return std::nullopt;
}

}  // namespace minerva::faultsim
