#pragma once
#include <cstdint>

#include "minerva/design/training_noise.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/training/epoch_count.hpp"
#include "minerva/training/options.hpp"
#include "minerva/training/trainer.hpp"
#include "minerva/training/training_cache.hpp"

namespace minerva::training {

struct NoiseMeasurement {
  TrainingNoise noise;   ///< one run a seed, in the order of the seeds
  TrainedNetwork first;  ///< the network of the first seed
  std::int64_t trainings_reused = 0;
};

/// Trains `seeds` times with options.seed replaced by first_seed, first_seed + 1, .., `threads` of
/// them at a time (book, Sec. 4.1.1), but for those that the cache holds. The test errors are
/// counted when all trainings have ended. Results but for trainings_reused depend neither on
/// `threads` nor on the cache. Throws what a training throws, of the lowest seed that failed; no
/// new training starts after a failure.
NoiseMeasurement measure_noise(TrainingCache& cache, const TrainingOptions& options, int seeds,
                               std::uint64_t first_seed, int threads,
                               const EpochsProgress& progress = {});
/// The same with nothing kept.
NoiseMeasurement measure_noise(const Dataset& data, const TrainingOptions& options, int seeds,
                               std::uint64_t first_seed, int threads,
                               const EpochsProgress& progress = {});

}  // namespace minerva::training
