#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "minerva/engine/fixed_engine.hpp"
#include "minerva/prune/options.hpp"

namespace minerva::prune {

/// MACs skipped, of all MACs, in percent.
double skipped_percent(const QuantizedGraph& network, const ActivityProfile& activity);

/// One point of the threshold curve, which has the same theta in every layer (book, Fig. 4.7).
struct ThresholdPoint {
  double theta = 0;
  std::int64_t wrong = 0;
  double skipped_percent = 0;
};

/// MACs skipped, in percent of all, at which the search stops: the goal asked for, or what zeros
/// skip and the goal beyond them.
double goal_of(const PruneOptions& options, double skipped_by_zeros_percent);

struct PruneResult {
  PruningThresholds thresholds;
  FixedEvaluation evaluation;
  double skipped_percent = 0;
  double skipped_by_zeros_percent = 0;  ///< by thresholds of one step, which change no output
  double goal_percent = 0;              ///< of all MACs, as goal_of() says
  std::vector<ThresholdPoint> curve;
  bool goal_reached = false;
  std::int64_t evaluations = 0;
};

using SearchProgress = std::function<void(std::int64_t evaluations, const std::string& what)>;

/// Raises the layers' thresholds together, from one step of X, which skips exact zeros alone. Each
/// move raises one layer by one step: the one that skips most MACs per divergence added, among
/// those with at most `most_wrong` wrong samples; until the goal is reached or none is left.
PruneResult search_thresholds(const GraphNetwork& network, const QuantizationPlan& plan,
                              FixedEvaluator& evaluator, std::int64_t most_wrong,
                              const PruneOptions& options, const SearchProgress& progress = {});

}  // namespace minerva::prune
