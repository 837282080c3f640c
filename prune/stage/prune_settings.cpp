#include "prune_settings.hpp"

#include "minerva/config/settings.hpp"

namespace minerva::prune {

void add_prune_settings(Settings& settings, PruneStageOptions& o, double& share_of_budget) {
  const KeyRows keys = settings.read_by({"prune"});
  keys.add("prune.goal_beyond_zeros_percent", &o.prune.goal_beyond_zeros_percent,
           ranges::kGoalBeyondZerosPercent, "% of MACs left",
           "The search stops raising the thresholds once they skip this share of the "
           "multiply-accumulates that exact zeros leave, even if some of the error budget is left.",
           "assumption: book, Sec. 4.4.2 and Fig. 4.7, skips about 75 % for MNIST and does not say "
           "what zeros are of it");
  keys.add("prune.goal_percent", &o.prune.goal_percent, ranges::kGoalPercent, "% of MACs",
           "The search stops raising the thresholds once this share of all multiply-accumulates is "
           "skipped, those of exact zeros counted; prune.goal_beyond_zeros_percent has no effect "
           "then. At -1 that goal counts.");
  keys.add(
      "prune.threshold_curve", &o.prune.curve, ranges::kTheta, {0, 1000}, "activation value",
      "The figure of error against threshold is measured at these thresholds, each of which is "
      "used in every layer.",
      "book, Fig. 4.7");
  keys.add("prune.thresholds_file", &o.thresholds_file,
           "search, or the thresholds in the run directory",
           "The thresholds are read from this file instead of being searched (--thresholds).");
  settings.by_content().add(
      "budget.share_prune", &share_of_budget, kShareRange, "1",
      "This share of the error budget may be used by the end of stage 4; what stage 3 did not use "
      "is available to it.",
      "docs/arithmetic.md");
  settings.rename("prune.sweep", "prune.threshold_curve");
}

}  // namespace minerva::prune
