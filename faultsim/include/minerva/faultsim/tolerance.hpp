#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "minerva/faultsim/fault_trials.hpp"

namespace minerva::faultsim {

/// The largest index of [0, size) that holds, up to which every index visited holds too; -1 when
/// index 0 fails. Starts at `guess`, doubles its steps until it stands between an index that holds
/// and one that fails, then halves. `known` has answers of before and receives the new ones; a
/// known failure below others that hold counts.
int largest_holding(int size, int guess, std::map<int, bool>& known,
                    const std::function<bool(int)>& holds);

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

/// What one mitigation tolerates.
struct Tolerance {
  Mitigation mitigation;
  /// By the mean over maps: the rate holds, the next of the grid does not. `low` is a rate at or
  /// below it at which the whole interval of the mean is within the bound, `high` one above it at
  /// which the whole interval is outside; the nearest such that a search by steps finds.
  TolerableRate at_mean;
  RatePoint point;  ///< at at_mean.rate; no trials when that is 0
  /// The largest rate of the grid that each map tolerates (up to which every rate visited for this
  /// map holds), of maps 0, 1, ..; 0: not even the lowest.
  std::vector<double> of_map;
  /// The rate that options.yield_quantile of the maps tolerate, with an interval by ranks.
  TolerableRate at_quantile;
  std::vector<RatePoint> curve;  ///< every rate measured against the mean, rising
  std::int64_t evaluations = 0;  ///< maps evaluated
};

/// Finds both tolerable rates on the grid of the options and measures their report rates.
Tolerance find_tolerance(FaultTrials& trials, std::int64_t most_wrong);

/// The rate that a share of the maps tolerates, from the rate that each does.
TolerableRate quantile_rate(const std::vector<double>& of_map, double share, double confidence,
                            double highest_rate);

/// How many of the maps tolerate `rate`. A rate between two of the grid counts as the upper one
/// would: maps are never counted that were not seen to hold there.
YieldPoint yield_at(const std::vector<double>& of_map, double rate, double confidence);

}  // namespace minerva::faultsim
