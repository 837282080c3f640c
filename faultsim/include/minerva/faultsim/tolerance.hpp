#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "minerva/faultsim/fault_map.hpp"
#include "minerva/nn/fixed_engine.hpp"

namespace minerva::faultsim {

struct FaultOptions {
  std::uint64_t seed = 1;
  int trials = 10;            ///< fault maps a rate; the bound is held against their mean
  double lowest_rate = 1e-6;  ///< search grid, per bit
  double highest_rate = 0.5;
  int rates_per_decade = 12;
  /// Rates that are measured for every mitigation, beside those the search visits.
  std::vector<double> report_rates = {1e-4, 1e-3, 1e-2, 4.4e-2};
};

/// Throws UserError naming the key in section [faults].
void check_options(const FaultOptions& options);

/// Wrong samples at one fault rate.
struct RatePoint {
  double rate = 0;
  int trials = 0;
  double wrong_mean = 0;
  double wrong_deviation = 0;  ///< sample deviation over trials
  ActivityProfile activity;    ///< summed over samples and trials
};

/// Runs every trial at one rate; the activity is counted for `chunk` inputs a cycle.
RatePoint measure_rate(const QuantizedNetwork& network, FixedEvaluator& evaluator, double rate,
                       const FaultOptions& options, int chunk = 1);

struct Tolerance {
  Mitigation mitigation;
  /// Largest rate of the grid at which the mean stays within the bound, found by bisection; 0 when
  /// even the lowest fails.
  double rate = 0;
  RatePoint at_rate;
  std::vector<RatePoint> curve;  ///< every rate measured, rising
};

using FaultProgress = std::function<void(const std::string& what)>;

/// The tolerable fault rate of `network` (its own faults are replaced) under `mitigation`.
Tolerance find_tolerance(QuantizedNetwork network, const Mitigation& mitigation,
                         FixedEvaluator& evaluator, std::int64_t most_wrong,
                         const FaultOptions& options, const FaultProgress& progress = {});

}  // namespace minerva::faultsim
