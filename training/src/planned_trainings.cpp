#include "minerva/training/planned_trainings.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/training/trained_topology.hpp"

namespace minerva::training {

std::int64_t weights_of(const TrainingOptions& options, const Dataset& data) {
  return graph_of(options, data).weight_count();
}

std::vector<PlannedTraining> noise_trainings(const Dataset& data, const TrainingOptions& options,
                                             int seeds, std::uint64_t first_seed) {
  expects(seeds >= 1, "training noise needs seeds");
  PlannedTraining training{options, weights_of(options, data), false, true};
  std::vector<PlannedTraining> all;
  for (int i = 0; i < seeds; ++i) {
    training.options.seed = first_seed + static_cast<std::uint64_t>(i);
    training.keeps_network = i == 0;
    all.push_back(training);
  }
  return all;
}

std::vector<PlannedTraining> sweep_trainings(const Dataset& data, const SweepOptions& space,
                                             const TrainingOptions& base) {
  if (space.search == SweepSearch::halving) {
    throw UserError("sweep.search", to_string(space.search),
                    "needs grid or random, whose trainings do not wait for each other: each round "
                    "of halving goes on with the best of the round before");
  }
  check(space, base);
  std::vector<PlannedTraining> all;
  for (const TrainingOptions& point : sweep_points(space, base)) {
    check_fits(point, data);
    PlannedTraining training{point, weights_of(point, data), false, false};
    for (int s = 0; s < space.seeds; ++s) {
      training.options.seed = base.seed + static_cast<std::uint64_t>(s);
      all.push_back(training);
    }
  }
  return all;
}

std::vector<TrainingOutcome> do_trainings(TrainingCache& cache,
                                          const std::vector<PlannedTraining>& trainings,
                                          Divergence divergence, int threads,
                                          const EpochsProgress& progress) {
  expects(threads >= 1, "trainings need threads");
  std::int64_t epochs = 0;
  for (const PlannedTraining& training : trainings) epochs += training.options.epochs;
  EpochCount count(epochs, progress);
  const auto size = static_cast<std::int64_t>(trainings.size());
  const int threads_each = size == 1 ? threads : 1;
  std::vector<TrainingOutcome> outcomes(trainings.size());
  for_each_index(size, threads, 1, [&](std::int64_t i) {
    const PlannedTraining& training = trainings[static_cast<std::size_t>(i)];
    TrainingOutcome& outcome = outcomes[static_cast<std::size_t>(i)];
    // What is looked at now stays until it is used: other programs may share the store.
    if (training.keeps_network || training.counts_test) cache.hold(training.options);
    const bool needs_network = training.keeps_network ||
                               (training.counts_test && !cache.known(training.options).test_wrong);
    EpochCount::Training counted(count, 0, training.options.epochs);
    try {
      TrainingCache::Result result = cache.train(
          training.options, 0, needs_network ? KeepNetwork::yes : KeepNetwork::no,
          [&](const EpochRecord& epoch) { counted.trained(epoch.epoch); }, threads_each);
      outcome.reused = result.epochs_trained == 0;
      outcome.record = std::move(result.record);
    } catch (const TrainingDiverged&) {
      if (divergence == Divergence::ends) throw;
      outcome.record = cache.known(training.options);
    }
    counted.over(outcome.reused);
  });
  // Only now does anybody look at the test set.
  for_each_index(size, threads, 1, [&](std::int64_t i) {
    const PlannedTraining& training = trainings[static_cast<std::size_t>(i)];
    TrainingOutcome& outcome = outcomes[static_cast<std::size_t>(i)];
    if (!training.counts_test || outcome.record.diverged()) return;
    if (!outcome.record.test_wrong) {
      outcome.record.test_wrong = cache.count_test_wrong(training.options);
    }
    if (!training.keeps_network) cache.drop_network(training.options);
  });
  return outcomes;
}

}  // namespace minerva::training
