#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/design/training_noise.hpp"
#include "minerva/report/run_summary.hpp"

namespace minerva::training {

inline constexpr const char* kTrainStage = "train";
inline constexpr const char* kNoiseStage = "noise";

/// One point of the sweep (book, Fig. 4.3).
struct SweepRow {
  LayerGraph topology;
  std::int64_t weights = 0;
  double l1 = 0;
  double l2 = 0;
  double dropout = 0;
  double input_dropout = 0;
  double activation_l1 = 0;
  double learning_rate = 0;
  int batch_size = 0;
  int seeds = 1;
  int epochs = 0;               ///< most of its trainings
  std::string outcome;          ///< "whole"; "dropped" by halving; "diverged"
  double validation_wrong = 0;  ///< mean over the seeds, of those epochs
  double validation_error_percent = 0;
  double validation_sigma_percent = 0;  ///< over the seeds; 0 for one
  bool on_frontier = false;
  bool chosen = false;
};

/// How the sweep's points were searched.
struct SweepSummary {
  std::string search;              ///< "grid", ..; empty: no sweep
  std::int64_t epochs = 0;         ///< that the search asked for
  std::int64_t epochs_of_all = 0;  ///< that whole trainings of every point would have taken
  bool choice_trained = false;     ///< the network has the choice's topology and hyperparameters
};

/// The section of the stage train. Both parts are empty when no hyperparameters were swept.
struct TrainingSection {
  std::vector<SweepRow> sweep;
  SweepSummary search;
};
/// The section as JSON text.
std::string to_json(const TrainingSection& section);
/// The section of a text; UserError names `file` and the JSON path, below `path`, of what is wrong.
TrainingSection training_section_from_json(const std::string& text, const std::string& file,
                                           const std::string& path = "");
/// The section of a summary; empty when the stage did not run.
TrainingSection training_section(const RunSummary& summary);

/// The section of the stage noise.
struct NoiseSection {
  TrainingNoise noise;
};
/// The section as JSON text.
std::string to_json(const NoiseSection& section);
/// The section of a text; UserError names `file` and the JSON path, below `path`, of what is wrong.
NoiseSection noise_section_from_json(const std::string& text, const std::string& file,
                                     const std::string& path = "");
/// The section of a summary; empty when the stage did not run.
NoiseSection noise_section(const RunSummary& summary);

}  // namespace minerva::training
