#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/network/topology.hpp"
#include "minerva/training/epoch_count.hpp"
#include "minerva/training/options.hpp"
#include "minerva/training/sweep_options.hpp"
#include "minerva/training/training_cache.hpp"

namespace minerva::training {

struct SweepPoint {
  TrainingOptions options;   ///< with the first seed
  std::int64_t weights = 0;  ///< without biases
  int seeds = 1;
  int epochs = 0;               ///< most that one of its trainings took
  bool finished = false;        ///< false: halving dropped it, or it diverged
  bool diverged = false;        ///< one of its trainings did; its error counts as 100 %
  double validation_wrong = 0;  ///< mean over the seeds
  double validation_error_percent = 0;
  double validation_sigma_percent = 0;  ///< over the seeds; 0 for one
  bool on_frontier = false;  ///< finished, and no other has as few weights and as low an error
};

struct SweepResult {
  std::vector<SweepPoint> points;
  std::size_t chosen = 0;
  std::int64_t trainings = 0;
  std::int64_t trainings_reused = 0;  ///< of which this call trained no epoch
  std::int64_t epochs = 0;            ///< that the search asked for
  std::int64_t epochs_of_all = 0;     ///< that every point would have taken
};

/// Trains the points, `threads` trainings at a time, the largest first, with the seed and the other
/// options of `base`. A training that diverges is a point without an error, not a failure; when all
/// do, the last one's TrainingDiverged is thrown. The test set is not used. But for
/// trainings_reused results depend neither on `threads` nor on what the cache holds.
SweepResult sweep(TrainingCache& cache, const TrainingOptions& base, const SweepOptions& space,
                  int threads, const EpochsProgress& progress = {});
/// The same with nothing kept.
SweepResult sweep(const Dataset& data, const TrainingOptions& base, const SweepOptions& space,
                  int threads, const EpochsProgress& progress = {});

/// Epochs that a sweep trains when no training ends early; for progress.
std::int64_t sweep_epochs(const SweepOptions& sweep, const TrainingOptions& base);

}  // namespace minerva::training
