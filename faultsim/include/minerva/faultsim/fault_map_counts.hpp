#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "minerva/engine/fixed_engine.hpp"
#include "minerva/faultsim/fault_map.hpp"
#include "minerva/faultsim/options.hpp"
#include "minerva/statistics/intervals.hpp"

namespace minerva::faultsim {

/// Wrong samples at one fault rate, over fault maps with numbers that follow each other.
struct RatePoint {
  double rate = 0;
  int maps = 0;
  double wrong_mean = 0;
  double wrong_deviation = 0;  ///< sample deviation over maps
  Interval mean_interval;      ///< of wrong_mean
};

/// A mean and its interval (count_mean_interval) from the counts of one rate. At rate 0 all maps
/// are the same, and the interval is the mean.
RatePoint rate_point(double rate, const std::vector<std::int64_t>& wrong,
                     const CountRange& possible, double confidence);

/// Whether counts of maps 0, 1, .. decide their mean against the bound, so that no map need be
/// added: its interval lies on one side of the bound, or reaches no further than
/// options.half_width from the mean. The confidence is divided among all looks, so that a whole
/// search errs no more often than the confidence says.
bool mean_is_decided(const RatePoint& point, std::int64_t most_wrong, const FaultOptions& options);

/// The wrong samples with one fault map at one rate.
struct FaultAnswer {
  double rate = 0;  ///< per bit
  int map = 0;
  std::int64_t wrong = 0;
  bool over = false;  ///< more than `wrong` are; how many was not counted

  friend bool operator==(const FaultAnswer& a, const FaultAnswer& b) {
    return a.rate == b.rate && a.map == b.map && a.wrong == b.wrong && a.over == b.over;
  }
};

/// Maps with this number and above choose nothing: they confirm what the maps below have chosen.
/// Searches have fewer maps (ranges::kMaps).
inline constexpr int kFirstConfirmingMap = 1000000;

using FaultProgress = std::function<void(const std::string& what)>;

/// One network under one mitigation on one set of samples: answers how many samples are wrong with
/// one fault map at one rate, and keeps the answers. The evaluator's base becomes this network
/// without faults: low rates are fast until the evaluator is given another base.
class FaultMapCounts {
 public:
  /// `threads` draw the maps; results do not depend on them. `evaluator` must outlive this; the
  /// network's own faults are replaced. Throws UserError for options and a mitigation that cannot
  /// work.
  FaultMapCounts(QuantizedGraph network, const Mitigation& mitigation, FixedEvaluator& evaluator,
                 FaultOptions options, FaultProgress progress = {}, int threads = 1);

  /// Wrong samples with fault map `map` at `rate`, the share of faulty bits.
  std::int64_t wrong(double rate, int map);
  /// Whether at most `most_wrong` are; stops as soon as more are.
  bool within(double rate, int map, std::int64_t most_wrong);
  /// Maps 0 .. maps - 1, at options.confidence.
  RatePoint measure(double rate, int maps);
  /// Maps that choose nothing: kFirstConfirmingMap and the following, at options.confidence.
  RatePoint confirm(double rate, int maps);
  /// Adds maps in batches of options.maps until the mean is decided or there are
  /// options.maps_max; then the mean itself tells the side. The interval holds at every look.
  RatePoint measure_against(double rate, std::int64_t most_wrong);
  /// Assumes from now on, for intervals of means, that a map not seen counts no further out than
  /// the first options.maps maps do at `rate`. Without it, no further than the maps seen.
  void take_possible_counts_of(double rate);
  /// Every rate of which maps from 0 on were measured, rising, at the confidence of a look.
  std::vector<RatePoint> curve() const;

  /// Takes counts over that a FaultMapCounts of the same network, mitigation, seed and samples gave
  /// out; that they are of the same is for the caller to know. They save evaluations and change
  /// nothing else. Breaks the contract when one contradicts an answer at hand.
  void import(const std::vector<FaultAnswer>& answers);
  /// Whether each is an answer, and none contradicts one at hand.
  bool can_import(const std::vector<FaultAnswer>& answers) const;
  /// Every exact count at hand, by rate, then map.
  std::vector<FaultAnswer> answers() const;
  /// What was asked for, by rate, then map: a function of the questions alone, whatever was at hand
  /// before.
  std::vector<FaultAnswer> asked() const;

  const FaultOptions& options() const { return options_; }
  const Mitigation& mitigation() const { return network_.mitigation; }
  /// Maps evaluated so far; those whose answers were imported are not.
  std::int64_t evaluations() const { return evaluations_; }
  /// Is called after each of them, for a line of progress.
  void on_evaluation(std::function<void()> call) { on_evaluation_ = std::move(call); }

 private:
  void count_evaluation();
  struct Known {
    FaultAnswer answer;
    bool count_asked = false;              ///< the count itself was needed
    std::optional<std::int64_t> exceeded;  ///< the largest bound that was asked about in vain
  };
  Known& known(double rate, int map);
  std::vector<std::int64_t> wrong_of(double rate, int first, int maps);
  CountRange possible(const std::vector<std::int64_t>& wrong) const;

  QuantizedGraph network_;
  FixedEvaluator& evaluator_;
  FaultOptions options_;
  FaultProgress progress_;
  int threads_;
  std::map<std::pair<double, int>, Known> known_;  ///< by rate and map
  std::map<double, int> measured_;                 ///< most maps of a mean, from map 0 on
  std::optional<CountRange> possible_;
  std::int64_t evaluations_ = 0;
  std::function<void()> on_evaluation_;
};

/// Calls visit with `network` under each of the first `maps` confirming maps, one after the other,
/// or once with the network itself when the rate is 0.
void for_each_confirming_map(const QuantizedGraph& network, double rate, int maps,
                             const FaultOptions& options, int threads,
                             const std::function<void(const QuantizedGraph&)>& visit);

/// Activity of confirming maps of `network` under its own mitigation, summed over samples and the
/// first `maps` of them, for `chunk` inputs a cycle.
ActivityProfile measure_activity(const QuantizedGraph& network, FixedEvaluator& evaluator,
                                 double rate, int maps, const FaultOptions& options,
                                 const ActivityCounting& counting, int threads = 1);

}  // namespace minerva::faultsim
