#include "minerva/faultsim/tolerance.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/core/errors.hpp"
#include "minerva/core/intervals.hpp"

namespace minerva::faultsim {
namespace {

/// Index of the last grid rate at or below `rate`, -1 when all are above.
int index_of(const std::vector<double>& grid, double rate) {
  return static_cast<int>(std::upper_bound(grid.begin(), grid.end(), rate) - grid.begin()) - 1;
}

TolerableRate tolerable_at_mean(FaultTrials& trials, std::int64_t most_wrong,
                                const std::vector<double>& grid, RatePoint& point) {
  const auto bound = static_cast<double>(most_wrong);
  const int size = static_cast<int>(grid.size());
  const auto at = [&](int i) { return grid[static_cast<std::size_t>(i)]; };
  // One map alone says about where to look.
  std::map<int, bool> of_first_map;
  const int guess = largest_holding(size, size / 2, of_first_map,
                                    [&](int i) { return trials.within(at(i), 0, most_wrong); });
  std::map<int, bool> known;
  const int found = largest_holding(size, std::max(guess, 0), known, [&](int i) {
    return trials.measure_against(at(i), most_wrong).wrong_mean <= bound;
  });
  TolerableRate result;
  if (found >= 0) {
    result.rate = at(found);
    point = trials.measure_against(result.rate, most_wrong);
  }
  const auto interval = [&](int i) {
    return trials.measure_against(at(i), most_wrong).mean_interval;
  };
  if (found >= 0) {
    std::map<int, bool> inside;
    const int low =
        largest_holding(found + 1, found, inside, [&](int i) { return interval(i).high <= bound; });
    if (low >= 0) result.low = at(low);
  }
  std::map<int, bool> not_outside;
  const int high = largest_holding(size, std::min(found + 1, size - 1), not_outside,
                                   [&](int i) { return interval(i).low <= bound; });
  result.high = at(std::min(high + 1, size - 1));
  return result;
}

}  // namespace

int largest_holding(int size, int guess, std::map<int, bool>& known,
                    const std::function<bool(int)>& holds) {
  expects(size >= 1 && guess >= 0 && guess < size, "largest_holding: the guess is no index");
  int stride = 1;
  while (true) {
    int fails = size;
    for (const auto& [index, held] : known) {
      if (!held) {
        fails = index;
        break;
      }
    }
    int held = -1;
    for (const auto& [index, holds_there] : known) {
      if (index < fails && holds_there) held = std::max(held, index);
    }
    if (held + 1 == fails) return held;
    int next = (held + fails) / 2;
    if (known.empty()) {
      next = guess;
    } else if (fails == size) {  // nothing failed yet: up
      next = std::min(held + stride, size - 1);
      stride *= 2;
    } else if (held == -1) {  // nothing held yet: down
      next = std::max(fails - stride, 0);
      stride *= 2;
    }
    known[next] = holds(next);
  }
}

TolerableRate quantile_rate(const std::vector<double>& of_map, double share, double confidence,
                            double highest_rate) {
  expects(!of_map.empty(), "quantile_rate: needs a map");
  std::vector<double> sorted = of_map;
  std::sort(sorted.begin(), sorted.end());
  const int n = static_cast<int>(sorted.size());
  // The largest rate that at least share n of the maps tolerate.
  const int needed = std::max(1, static_cast<int>(std::ceil(share * n - 1e-9)));
  const RankInterval ranks = quantile_ranks(1 - share, n, confidence);
  const auto of_rank = [&](int rank) { return sorted[static_cast<std::size_t>(rank - 1)]; };
  TolerableRate result;
  result.rate = of_rank(n - needed + 1);
  result.low = ranks.low >= 1 ? of_rank(ranks.low) : 0;
  result.high = ranks.high <= n ? of_rank(ranks.high) : highest_rate;
  return result;
}

YieldPoint yield_at(const std::vector<double>& of_map, double rate, double confidence) {
  YieldPoint point{rate, static_cast<int>(of_map.size()), 0, {}};
  for (const double tolerated : of_map) point.within += tolerated >= rate ? 1 : 0;
  point.share = proportion_interval(point.within, point.maps, confidence);
  return point;
}

Tolerance find_tolerance(FaultTrials& trials, std::int64_t most_wrong) {
  const FaultOptions& options = trials.options();
  const std::vector<double> grid = rate_grid(options);
  const int size = static_cast<int>(grid.size());
  Tolerance result;
  result.mitigation = trials.mitigation();
  result.at_mean = tolerable_at_mean(trials, most_wrong, grid, result.point);
  const int guess = std::max(index_of(grid, result.at_mean.rate), 0);
  for (int trial = 0; trial < options.trials_max; ++trial) {
    std::map<int, bool> known;
    for (const auto& [rate, held] : trials.known(trial, most_wrong)) {
      const int index = index_of(grid, rate);
      if (index >= 0 && grid[static_cast<std::size_t>(index)] == rate) known[index] = held;
    }
    const int found = largest_holding(size, guess, known, [&](int i) {
      return trials.within(grid[static_cast<std::size_t>(i)], trial, most_wrong);
    });
    result.of_map.push_back(found < 0 ? 0 : grid[static_cast<std::size_t>(found)]);
  }
  result.at_quantile = quantile_rate(result.of_map, options.yield_quantile, options.confidence,
                                     options.highest_rate);
  for (const double rate : options.report_rates) trials.measure(rate, options.trials);
  result.curve = trials.curve();
  result.evaluations = trials.evaluations();
  return result;
}

}  // namespace minerva::faultsim
