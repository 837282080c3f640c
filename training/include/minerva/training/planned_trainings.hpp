#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/training/epoch_count.hpp"
#include "minerva/training/options.hpp"
#include "minerva/training/sweep.hpp"
#include "minerva/training/training_cache.hpp"

namespace minerva::training {

/// A training that does not wait for the result of another one, and what of it is wanted besides
/// its record.
struct PlannedTraining {
  TrainingOptions options;
  std::int64_t weights = 0;    ///< without biases
  bool keeps_network = false;  ///< its network stays in the store
  bool counts_test = false;    ///< its record says how many samples of the test set are wrong
};

/// Weights between the neurons of a network for this data, without biases.
std::int64_t weights_of(const TrainingOptions& options, const Dataset& data);

/// Those of measure_noise, in the order of the seeds.
std::vector<PlannedTraining> noise_trainings(const Dataset& data, const TrainingOptions& options,
                                             int seeds, std::uint64_t first_seed);
/// Those of a sweep, point by point and seed by seed. Throws UserError for halving, whose rounds
/// wait for each other, and for what check() and check_fits() refuse.
std::vector<PlannedTraining> sweep_trainings(const Dataset& data, const SweepOptions& space,
                                             const TrainingOptions& base);

/// What becomes of the other trainings when one diverges. ends: no new one starts, and the
/// TrainingDiverged of the first in the list that did is thrown. is_a_result: they go on.
enum class Divergence { ends, is_a_result };

struct TrainingOutcome {
  TrainingRecord record;  ///< of a training that diverged, too
  bool reused = false;    ///< no epoch was trained
};

/// Does them, `threads` at a time and a lonely one with all threads, but for what the cache holds.
/// Test errors are counted when all trainings have ended; a network that is not to be kept goes
/// then. Outcomes in the order of the list; but for `reused` they depend neither on `threads` nor
/// on the cache.
std::vector<TrainingOutcome> do_trainings(TrainingCache& cache,
                                          const std::vector<PlannedTraining>& trainings,
                                          Divergence divergence, int threads,
                                          const EpochsProgress& progress = {});

}  // namespace minerva::training
