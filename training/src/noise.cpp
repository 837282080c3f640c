#include "minerva/training/noise.hpp"

#include <mutex>

#include "minerva/core/errors.hpp"
#include "minerva/nn/float_engine.hpp"
#include "parallel_runs.hpp"

namespace minerva::training {

SeedError count_errors(const Network& network, const Dataset& data, std::uint64_t seed) {
  const auto wrong = [&](const Samples& samples) {
    return count_wrong(classes_of(float_outputs(network, samples.inputs)), samples.labels);
  };
  return {seed, wrong(data.validation), wrong(data.test)};
}

NoiseMeasurement measure_noise(const Dataset& data, const TrainingOptions& options, int seeds,
                               std::uint64_t first_seed, int threads,
                               const NoiseProgress& progress) {
  expects(seeds >= 1 && threads >= 1, "training noise needs seeds and threads");
  NoiseMeasurement result;
  result.noise.validation_samples = data.validation.size();
  result.noise.test_samples = data.test.size();
  result.noise.runs.resize(static_cast<std::size_t>(seeds));
  int finished = 0;
  std::mutex reporting;
  run_in_parallel(seeds, threads, [&](int i) {
    TrainingOptions own = options;
    own.seed = first_seed + static_cast<std::uint64_t>(i);
    TrainedNetwork trained = train(data, own);
    const SeedError run = count_errors(trained.network, data, own.seed);
    result.noise.runs[static_cast<std::size_t>(i)] = run;
    if (i == 0) result.first = std::move(trained);
    const std::lock_guard<std::mutex> lock(reporting);
    if (progress) progress(run, ++finished, seeds);
  });
  return result;
}

}  // namespace minerva::training
