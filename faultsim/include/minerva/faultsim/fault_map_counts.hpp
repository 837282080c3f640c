#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "minerva/engine/fixed_engine.hpp"
#include "minerva/faultsim/fault_map.hpp"
#include "minerva/faultsim/options.hpp"
#include "minerva/statistics/statistics.hpp"

namespace minerva::faultsim {

/// Wrong samples at one fault rate, over fault maps 0 .. maps - 1.
struct RatePoint {
  double rate = 0;
  int maps = 0;
  double wrong_mean = 0;
  double wrong_deviation = 0;  ///< sample deviation over maps
  Interval mean_interval;      ///< of wrong_mean, at the confidence of the options
};

/// A mean and its interval from the counts of one rate.
RatePoint rate_point(double rate, const std::vector<std::int64_t>& wrong, double confidence);

/// Whether counts of maps 0, 1, .. decide their mean against the bound, so that no map need be
/// added: the interval of the mean lies on one side of the bound, or reaches no further than
/// options.half_width from the mean. The first interval has the confidence divided among all looks,
/// so that a whole search errs no more often than the confidence says.
bool mean_is_decided(const std::vector<std::int64_t>& wrong, std::int64_t most_wrong,
                     const FaultOptions& options);

/// Wrong samples with one fault map at one rate, exactly.
struct FaultAnswer {
  double rate = 0;  ///< per bit
  int map = 0;
  std::int64_t wrong = 0;
};

using FaultProgress = std::function<void(const std::string& what)>;

/// One network under one mitigation on one set of samples: answers how many samples are wrong with
/// one fault map at one rate, and keeps the answers. The evaluator's base becomes this network
/// without faults: low rates are fast until the evaluator is given another base.
class FaultMapCounts {
 public:
  /// `threads` draw the maps; results do not depend on them. `evaluator` must outlive this; the
  /// network's own faults are replaced. Throws UserError for options and a mitigation that cannot
  /// work.
  FaultMapCounts(QuantizedNetwork network, const Mitigation& mitigation, FixedEvaluator& evaluator,
                 FaultOptions options, FaultProgress progress = {}, int threads = 1);

  /// Wrong samples with fault map `map` at `rate`, the share of faulty bits.
  std::int64_t wrong(double rate, int map);
  /// Whether at most `most_wrong` are; stops as soon as more are.
  bool within(double rate, int map, std::int64_t most_wrong);
  /// Maps 0 .. maps - 1.
  RatePoint measure(double rate, int maps);
  /// Adds maps in batches of options.maps until the mean is decided or there are
  /// options.maps_max; then the mean itself tells the side.
  RatePoint measure_against(double rate, std::int64_t most_wrong);
  /// Every rate with at least options.maps maps, rising.
  std::vector<RatePoint> curve() const;

  /// Takes counts over that a FaultMapCounts of the same network, mitigation, seed and samples gave
  /// out; that they are of the same is for the caller to know. They save evaluations and change
  /// nothing else. Breaks the contract when one contradicts an answer at hand.
  void import(const std::vector<FaultAnswer>& answers);
  /// Every exact count at hand, by rate, then map.
  std::vector<FaultAnswer> answers() const;

  const FaultOptions& options() const { return options_; }
  const Mitigation& mitigation() const { return network_.mitigation; }
  /// Maps evaluated so far; those whose answers were imported are not.
  std::int64_t evaluations() const { return evaluations_; }
  /// Is called after each of them, for a line of progress.
  void on_evaluation(std::function<void()> call) { on_evaluation_ = std::move(call); }

 private:
  const std::int64_t* find(double rate, int map) const;
  const std::vector<std::int64_t>& first(double rate, int maps);
  void count_evaluation();

  QuantizedNetwork network_;
  FixedEvaluator& evaluator_;
  FaultOptions options_;
  FaultProgress progress_;
  int threads_;
  std::map<double, std::vector<std::int64_t>> counts_;      ///< of maps 0, 1, ..
  std::map<std::pair<double, int>, std::int64_t> further_;  ///< of maps beyond those
  std::int64_t evaluations_ = 0;
  std::function<void()> on_evaluation_;
};

/// Wrong samples and activity of maps 0 .. maps - 1 of `network` under its own mitigation; the
/// activity is summed over samples and maps, for `chunk` inputs a cycle.
struct FaultActivity {
  RatePoint point;
  ActivityProfile activity;
};
FaultActivity measure_activity(const QuantizedNetwork& network, FixedEvaluator& evaluator,
                               double rate, int maps, const FaultOptions& options, int chunk,
                               int threads = 1);

}  // namespace minerva::faultsim
