#include "prune_csv.hpp"

#include "minerva/report/csv.hpp"

namespace minerva::prune {

std::string pruning_csv(const PruneSection& pruning) {
  Csv csv({"layer", "theta", "theta_code", "zero_percent", "skipped_percent", "weights", "macs",
           "macs_skipped_by_zeros", "macs_skipped_by_threshold", "weight_reads_skipped"});
  for (const PruningRow& row : pruning.layers) {
    csv.add({row.layer, row.theta, row.theta_code, row.zero_percent, row.skipped_percent,
             row.weights, row.macs, row.macs_skipped_by_zeros, row.macs_skipped_by_threshold,
             row.weight_reads_skipped});
  }
  return csv.text();
}

std::string threshold_curve_csv(const PruneSection& pruning) {
  Csv csv({"theta", "wrong_samples", "error_percent", "skipped_percent_of_macs"});
  for (const ThresholdCurveRow& row : pruning.threshold_curve) {
    csv.add({row.theta, row.wrong, row.error_percent, row.skipped_percent});
  }
  return csv.text();
}

}  // namespace minerva::prune
