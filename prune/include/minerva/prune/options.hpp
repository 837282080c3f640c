#pragma once
#include <vector>

#include "minerva/base/range.hpp"

namespace minerva::prune {

struct PruneOptions {
  /// Thresholds stop rising at a goal: pushed to the end of the budget they fail on samples they
  /// were not tuned on. This is the share that they skip of the MACs that exact zeros leave.
  double goal_beyond_zeros_percent = 10;
  /// The share of all MACs skipped, by zeros too, at which thresholds stop instead; kNoGoal: the
  /// goal beyond zeros counts.
  double goal_percent = -1;

  static constexpr double kNoGoal = -1;
  std::vector<double> curve = {0, 0.0625, 0.125, 0.25, 0.375, 0.5, 0.75, 1.0, 1.25, 1.5};
};

/// What each option may be. The keys of section [prune] and check_options() take it here.
namespace ranges {
inline constexpr Range<double> kGoalPercent{PruneOptions::kNoGoal, 100};
inline constexpr Range<double> kGoalBeyondZerosPercent{0, 100};
/// Activations of at most 16 integer bits, sign included, are below 2^15.
inline constexpr Range<double> kTheta{0, 32768};
}  // namespace ranges

/// Throws UserError naming the key in section [prune].
void check_options(const PruneOptions& options);

}  // namespace minerva::prune
