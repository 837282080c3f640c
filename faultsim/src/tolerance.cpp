#include "minerva/faultsim/tolerance.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "minerva/base/errors.hpp"
#include "minerva/statistics/intervals.hpp"

namespace minerva::faultsim {
namespace {

TolerableRate tolerable_at_mean(FaultMapCounts& counts, std::int64_t most_wrong, int guess,
                                const std::vector<double>& grid, RatePoint& point) {
  const auto bound = static_cast<double>(most_wrong);
  const int size = static_cast<int>(grid.size());
  const auto at = [&](int i) { return grid[static_cast<std::size_t>(i)]; };
  const int found = largest_holding(size, guess, [&](int i) {
    return counts.measure_against(at(i), most_wrong).wrong_mean <= bound;
  });
  TolerableRate result;
  if (found >= 0) {
    result.rate = at(found);
    point = counts.measure_against(result.rate, most_wrong);
  }
  const auto interval = [&](int i) {
    return counts.measure_against(at(i), most_wrong).mean_interval;
  };
  if (found >= 0) {
    const int low =
        largest_holding(found + 1, found, [&](int i) { return interval(i).high <= bound; });
    if (low >= 0) result.low = at(low);
  }
  const int high = largest_holding(size, std::min(found + 1, size - 1),
                                   [&](int i) { return interval(i).low <= bound; });
  result.high = at(std::min(high + 1, size - 1));
  return result;
}

/// Shares of maps that hold, evaluated at rates of the grid.
class YieldSearch {
 public:
  YieldSearch(FaultMapCounts& counts, std::int64_t most_wrong, const std::vector<double>& grid)
      : counts_(counts), most_wrong_(most_wrong), grid_(grid) {}

  /// The largest rate of which the whole interval of the share is at or above the quantile; 0: none
  /// is, or there are too few maps to say so of any.
  double relied_on(int guess) {
    const FaultOptions& o = counts_.options();
    const double best = proportion_interval(o.maps_max, o.maps_max, o.confidence).low;
    if (best < o.yield_quantile) return 0;
    const int found =
        largest_holding(size(), guess, [&](int i) { return at(i).share.low >= o.yield_quantile; });
    return found < 0 ? 0 : grid_[static_cast<std::size_t>(found)];
  }

  /// From a rate at which all maps hold to one at which none does.
  void measure_fall(int start) {
    const int stride = std::max(1, counts_.options().rates_per_decade / 4);
    for (int i = start; at(i).within < counts_.options().maps_max && i > 0;) {
      i = std::max(i - stride, 0);
    }
    for (int i = start; at(i).within > 0 && i < size() - 1;) i = std::min(i + stride, size() - 1);
  }

  std::vector<YieldPoint> points() const {
    std::vector<YieldPoint> points;
    for (const auto& [index, point] : measured_) points.push_back(point);
    return points;
  }

 private:
  int size() const { return static_cast<int>(grid_.size()); }
  const YieldPoint& at(int i) {
    const auto found = measured_.find(i);
    if (found != measured_.end()) return found->second;
    const double rate = grid_[static_cast<std::size_t>(i)];
    return measured_[i] = measure_yield(counts_, rate, most_wrong_);
  }

  FaultMapCounts& counts_;
  std::int64_t most_wrong_;
  const std::vector<double>& grid_;
  std::map<int, YieldPoint> measured_;  ///< by index of the grid
};

}  // namespace

int largest_holding(int size, int guess, const std::function<bool(int)>& holds) {
  expects(size >= 1 && guess >= 0 && guess < size, "largest_holding: the guess is no index");
  int held = -1;
  int fails = size;
  int stride = 1;
  int next = guess;
  while (held + 1 < fails) {
    (holds(next) ? held : fails) = next;
    if (fails == size) {  // nothing failed yet: up
      next = std::min(held + stride, size - 1);
      stride *= 2;
    } else if (held == -1) {  // nothing held yet: down
      next = std::max(fails - stride, 0);
      stride *= 2;
    } else {
      next = (held + fails) / 2;
    }
  }
  return held;
}

MapSearch::MapSearch(FaultMapCounts& counts, std::int64_t most_wrong, Counting counting)
    : counts_(counts),
      most_wrong_(most_wrong),
      counting_(counting),
      grid_(rate_grid(counts.options())),
      start_(std::max(last_holding(0, static_cast<int>(grid_.size()) / 2), 0)) {}

int MapSearch::last_holding(int map, int guess) {
  return largest_holding(static_cast<int>(grid_.size()), guess, [&](int i) {
    const double rate = grid_[static_cast<std::size_t>(i)];
    return counting_ == Counting::exact ? counts_.wrong(rate, map) <= most_wrong_
                                        : counts_.within(rate, map, most_wrong_);
  });
}

std::vector<double> rates_near(int start, const FaultOptions& options) {
  const std::vector<double> grid = rate_grid(options);
  const int reach = std::max(1, options.rates_per_decade / 2);
  std::vector<double> rates;
  for (int i = std::max(start - reach, 0);
       i <= std::min(start + reach, static_cast<int>(grid.size()) - 1); ++i) {
    rates.push_back(grid[static_cast<std::size_t>(i)]);
  }
  return rates;
}

std::vector<double> MapSearch::rates_near_start() const {
  return rates_near(start_, counts_.options());
}

double MapSearch::tolerated_by(int map) {
  const int found = last_holding(map, start_);
  return found < 0 ? 0 : grid_[static_cast<std::size_t>(found)];
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

YieldPoint measure_yield(FaultMapCounts& counts, double rate, std::int64_t most_wrong) {
  const FaultOptions& options = counts.options();
  YieldPoint point{rate, options.maps_max, 0, {}};
  for (int map = 0; map < options.maps_max; ++map) {
    point.within += counts.within(rate, map, most_wrong) ? 1 : 0;
  }
  point.share = proportion_interval(point.within, point.maps, options.confidence);
  return point;
}

Tolerance find_tolerance(FaultMapCounts& counts, std::int64_t most_wrong) {
  const FaultOptions& options = counts.options();
  MapSearch maps(counts, most_wrong, MapSearch::Counting::judged);
  const std::vector<double>& grid = maps.grid();
  counts.take_possible_counts_of(grid[static_cast<std::size_t>(maps.start())]);
  Tolerance result;
  result.mitigation = counts.mitigation();
  result.at_mean = tolerable_at_mean(counts, most_wrong, maps.start(), grid, result.point);
  for (int map = 0; map < options.maps_max; ++map) {
    result.of_map.push_back(maps.tolerated_by(map));
  }
  result.at_quantile = quantile_rate(result.of_map, options.yield_quantile, options.confidence,
                                     options.highest_rate);
  YieldSearch yield(counts, most_wrong, grid);
  result.at_quantile.low = std::min(yield.relied_on(maps.start()), result.at_quantile.rate);
  yield.measure_fall(maps.start());
  result.yield = yield.points();
  for (const double rate : options.report_rates) {
    counts.measure(rate_on_grid(rate, grid), options.maps);
  }
  result.curve = counts.curve();
  result.evaluations = counts.evaluations();
  return result;
}

}  // namespace minerva::faultsim
