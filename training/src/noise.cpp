#include "minerva/training/noise.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/training/planned_trainings.hpp"

namespace minerva::training {

NoiseMeasurement measure_noise(TrainingCache& cache, const TrainingOptions& options, int seeds,
                               std::uint64_t first_seed, int threads,
                               const EpochsProgress& progress) {
  expects(seeds >= 1 && threads >= 1, "training noise needs seeds and threads");
  NoiseMeasurement result;
  result.noise.validation_samples = cache.data().validation.size();
  result.noise.test_samples = cache.data().test.size();
  const std::vector<PlannedTraining> trainings =
      noise_trainings(cache.data(), options, seeds, first_seed);
  const std::vector<TrainingOutcome> outcomes =
      do_trainings(cache, trainings, Divergence::ends, threads, progress);
  for (std::size_t i = 0; i < trainings.size(); ++i) {
    const TrainingRecord& record = outcomes[i].record;
    result.noise.runs.push_back(
        {trainings[i].options.seed, *record.validation_wrong, *record.test_wrong});
    result.trainings_reused += outcomes[i].reused ? 1 : 0;
  }
  result.first.history = outcomes.front().record.history;
  result.first.best_epoch = outcomes.front().record.best_epoch;
  result.first.network = cache.network(trainings.front().options);
  return result;
}

NoiseMeasurement measure_noise(const Dataset& data, const TrainingOptions& options, int seeds,
                               std::uint64_t first_seed, int threads,
                               const EpochsProgress& progress) {
  MemoryStore store;
  TrainingCache cache(data, store, {});
  return measure_noise(cache, options, seeds, first_seed, threads, progress);
}

}  // namespace minerva::training
