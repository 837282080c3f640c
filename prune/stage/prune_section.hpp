#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/report/run_summary.hpp"

namespace minerva::prune {

inline constexpr const char* kPruneStage = "prune";

/// Inputs of a layer by magnitude, over the validation set.
struct ActivationBin {
  double low = 0;   ///< least magnitude of the bin
  double high = 0;  ///< largest
  std::int64_t count = 0;
};

struct PruningRow {
  int layer = 1;  ///< 1-based
  double theta = 0;
  int theta_code = 0;
  double zero_percent = 0;     ///< inputs whose code is 0
  double skipped_percent = 0;  ///< inputs below the threshold
  std::int64_t weights = 0;    ///< of the layer, to weigh the skipped fraction
  // Exact sums over the test set. A weight read and a MAC are skipped for the same inputs.
  std::int64_t macs = 0;                       ///< done and skipped
  std::int64_t macs_skipped_by_zeros = 0;      ///< of inputs whose code is 0
  std::int64_t macs_skipped_by_threshold = 0;  ///< of inputs that are not 0 and below it
  std::int64_t weight_reads_skipped = 0;
  std::vector<ActivationBin> histogram;  ///< of the layer's inputs, by rising magnitude
};

/// Every layer with the same threshold (book, Fig. 4.7), on the set that was tuned on.
struct ThresholdCurveRow {
  double theta = 0;
  std::int64_t wrong = 0;
  double error_percent = 0;
  double skipped_percent = 0;  ///< of all MACs
};

/// What exact zeros alone skip, and what thresholds beyond them add, on the test set.
struct PruningParts {
  double zeros_skipped_percent = 0;  ///< of all MACs
  double skipped_percent = 0;
  double unpruned_mw = 0;  ///< power without comparators, which skips nothing
  double zeros_mw = 0;     ///< with thresholds of one step
  double power_mw = 0;

  double zeros_factor() const { return zeros_mw > 0 ? unpruned_mw / zeros_mw : 0; }
  double thresholds_factor() const { return power_mw > 0 ? zeros_mw / power_mw : 0; }
};

/// The section of the stage prune.
struct PruneSection {
  std::vector<PruningRow> layers;
  std::vector<ThresholdCurveRow> threshold_curve;
  PruningParts parts;
};
/// The section as JSON text.
std::string to_json(const PruneSection& section);
/// The section of a text; UserError names `file` and the JSON path, below `path`, of what is wrong.
PruneSection prune_section_from_json(const std::string& text, const std::string& file,
                                     const std::string& path = "");
/// The section of a summary; empty when the stage did not run.
PruneSection prune_section(const RunSummary& summary);

/// Fraction of all weights' reads that the thresholds skip, in percent; 0 without layers.
double skipped_percent(const std::vector<PruningRow>& rows);

}  // namespace minerva::prune
