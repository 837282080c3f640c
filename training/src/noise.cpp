#include "minerva/training/noise.hpp"

#include <mutex>

#include "minerva/core/errors.hpp"
#include "parallel_runs.hpp"

namespace minerva::training {

NoiseMeasurement measure_noise(TrainingCache& cache, const TrainingOptions& options, int seeds,
                               std::uint64_t first_seed, int threads,
                               const EpochsProgress& progress) {
  expects(seeds >= 1 && threads >= 1, "training noise needs seeds and threads");
  NoiseMeasurement result;
  result.noise.validation_samples = cache.data().validation.size();
  result.noise.test_samples = cache.data().test.size();
  result.noise.runs.resize(static_cast<std::size_t>(seeds));
  const auto options_of = [&](int i) {
    TrainingOptions own = options;
    own.seed = first_seed + static_cast<std::uint64_t>(i);
    return own;
  };
  EpochCount count(std::int64_t{seeds} * options.epochs, progress);
  std::mutex reporting;
  run_in_parallel(seeds, threads, [&](int i) {
    const TrainingOptions own = options_of(i);
    const bool needs_network = i == 0 || !cache.known(own).test_wrong;
    EpochCount::Training counted(count, 0, own.epochs);
    const TrainingCache::Result trained =
        cache.train(own, 0, needs_network ? KeepNetwork::yes : KeepNetwork::no,
                    [&](const EpochRecord& epoch) { counted.trained(epoch.epoch); });
    counted.over(trained.epochs_trained == 0);
    result.noise.runs[static_cast<std::size_t>(i)] = {own.seed, *trained.record.validation_wrong,
                                                      0};
    const std::lock_guard<std::mutex> lock(reporting);
    if (i == 0) {
      result.first.history = trained.record.history;
      result.first.best_epoch = trained.record.best_epoch;
    }
    result.trainings_reused += trained.epochs_trained == 0 ? 1 : 0;
  });
  // Only now does anybody look at the test set.
  run_in_parallel(seeds, threads, [&](int i) {
    const TrainingOptions own = options_of(i);
    result.noise.runs[static_cast<std::size_t>(i)].test_wrong = cache.count_test_wrong(own);
    if (i == 0) {
      result.first.network = cache.network(own);
    } else {
      cache.drop_network(own);
    }
  });
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
