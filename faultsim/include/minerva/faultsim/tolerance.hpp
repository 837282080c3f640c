#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "minerva/faultsim/fault_map_counts.hpp"

namespace minerva::faultsim {

/// The largest index of [0, size) that holds, up to which every index visited holds too; -1 when
/// index 0 fails. Starts at `guess`, doubles its steps until it stands between an index that holds
/// and one that fails, then halves.
int largest_holding(int size, int guess, const std::function<bool(int)>& holds);

/// The rates of the grid within half a decade of its index `start`, rising.
std::vector<double> rates_near(int start, const FaultOptions& options);

/// Searches the largest rate of the grid that single maps tolerate. What comes out for a map, and
/// the rates that are visited for it, depend on network, mitigation, options, samples, bound and
/// the map's number alone: neither on the maps asked for before nor on options.maps_max nor on
/// the answers that `counts` already has. Maps may so be searched apart, in any order. first_misfit
/// (search_counts.hpp) repeats it by the counts alone.
class MapSearch {
 public:
  enum class Counting {
    judged,  ///< a map that is over the bound is left as soon as that is seen
    exact,   ///< every map visited is counted to the end, so that the mean can use it too
  };
  /// Every search starts where that of map 0, from the middle of the grid, ends; map 0 is searched
  /// here. `counts` must outlive this.
  MapSearch(FaultMapCounts& counts, std::int64_t most_wrong, Counting counting);

  /// The rate up to which every rate visited holds, the next of the grid failing; 0: none holds.
  double tolerated_by(int map);

  const std::vector<double>& grid() const { return grid_; }
  /// Index of the grid.
  int start() const { return start_; }
  /// Rates of the grid within half a decade of the start, of which shares of maps are most likely
  /// to be asked for.
  std::vector<double> rates_near_start() const;

 private:
  int last_holding(int map, int guess);

  FaultMapCounts& counts_;
  std::int64_t most_wrong_;
  Counting counting_;
  std::vector<double> grid_;
  int start_;
};

/// A fault rate with its interval.
struct TolerableRate {
  double rate = 0;  ///< 0: not even the lowest rate of the grid is tolerated
  double low = 0;   ///< 0: below the lowest rate, or undecided by so few maps
  double high = 0;
};

/// Maps that hold at one fault rate.
struct YieldPoint {
  double rate = 0;
  int maps = 0;
  int within = 0;
  Interval share;  ///< of chips within the bound (Clopper and Pearson)
};

/// Evaluates maps 0 .. options.maps_max - 1 at `rate` itself.
YieldPoint measure_yield(FaultMapCounts& counts, double rate, std::int64_t most_wrong);

/// What one mitigation tolerates.
struct Tolerance {
  Mitigation mitigation;
  /// By the mean over maps: the rate holds, the next of the grid does not. `low` is a rate at or
  /// below it at which the whole interval of the mean is within the bound, `high` one above it at
  /// which the whole interval is outside; the nearest such that a search by steps finds.
  TolerableRate at_mean;
  RatePoint point;  ///< at at_mean.rate; no maps when that is 0
  /// The largest rate of the grid that each map tolerates, by MapSearch, of maps 0, 1, ..
  std::vector<double> of_map;
  /// `rate` is an estimate: the one that options.yield_quantile of the maps tolerate. `low` is what
  /// may be relied on: a rate of the grid at which, evaluated there, so many maps hold that the
  /// whole interval of their share is at or above options.yield_quantile. `high` goes by ranks.
  TolerableRate at_quantile;
  /// Of every rate that was evaluated with all maps, rising: to find at_quantile.low, and from a
  /// rate at which all hold to one at which none does, in steps of a quarter of a decade.
  std::vector<YieldPoint> yield;
  std::vector<RatePoint> curve;  ///< every rate measured against the mean, rising
  std::int64_t evaluations = 0;  ///< maps evaluated
};

/// Finds both tolerable rates on the grid of the options and measures their report rates.
Tolerance find_tolerance(FaultMapCounts& counts, std::int64_t most_wrong);

/// The rate that a share of the maps tolerates, from the rate that each does, with an interval by
/// ranks.
TolerableRate quantile_rate(const std::vector<double>& of_map, double share, double confidence,
                            double highest_rate);

}  // namespace minerva::faultsim
