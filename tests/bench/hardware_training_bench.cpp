#include <benchmark/benchmark.h>

#include <memory>

#include "minerva/arithmetic/random.hpp"
#include "minerva/training/hardware_training.hpp"
#include "minerva/training/trainer.hpp"

// Steps of a training for the hardware beside float steps of the same network, one thread, batches
// of 200 images of 784 pixels of which 81 % are 0. "whole" products lose nothing, "rounded" ones
// are rounded one by one by the kernels of the bit-true engine.
namespace minerva::training {
namespace {

constexpr int kBatch = 200;

Samples random_images(int count, std::uint64_t seed) {
  KeyedRandom random(seed, Stream::test);
  Samples samples;
  Eigen::MatrixXf images = Eigen::MatrixXf::NullaryExpr(784, count, [&] {
    return random.uniform() < 0.81 ? 0.0F : static_cast<float>(random.uniform());
  });
  samples.inputs = std::move(images);
  for (int i = 0; i < count; ++i) {
    samples.labels.push_back(static_cast<std::int32_t>(random.below(10)));
  }
  return samples;
}

const Dataset& images() {
  static const Dataset data = [] {
    Dataset set;
    set.name = "random images";
    set.classes = 10;
    set.input_shape = {28, 28, 1};
    set.train = random_images(20 * kBatch, 1);
    set.validation = random_images(1, 2);
    set.test = random_images(1, 3);
    return set;
  }();
  return data;
}

enum class Products { floats, whole, rounded };

TrainingOptions options_of(const std::vector<int>& hidden, Products products) {
  TrainingOptions options;
  options.hidden = hidden;
  options.batch_size = kBatch;
  options.epochs = 100000;
  options.regularization = {0, 0, 0, 0, 0};
  if (products == Products::floats) return options;
  auto hardware = std::make_shared<HardwareTraining>();
  for (std::size_t k = 0; k <= hidden.size(); ++k) {
    LayerFormats formats;
    if (products == Products::whole) {  // W and X of 3 bits
      formats = {{1, 2}, {k == 0 ? 1 : 3, k == 0 ? 2 : 0}, {k == 0 ? 1 : 3, k == 0 ? 4 : 2}, 2};
    } else {  // the sequential flow's widths
      formats = {{1, 7}, {2, 4}, {1, 8}, 0};
    }
    hardware->plan.layers.push_back(formats);
  }
  options.hardware = hardware;
  return options;
}

void steps(benchmark::State& state, const TrainingOptions& options) {
  Trainer trainer(images(), options);
  for (auto _ : state) trainer.step();
  state.counters["samples/s"] =
      benchmark::Counter(kBatch, benchmark::Counter::kIsIterationInvariantRate);
}

void large(benchmark::State& state, Products products) {
  steps(state, options_of({256, 256, 256}, products));
}
void small(benchmark::State& state, Products products) {
  steps(state, options_of({160, 128}, products));
}
BENCHMARK_CAPTURE(large, in_float, Products::floats)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(large, whole_products, Products::whole)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(large, rounded_products, Products::rounded)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(small, in_float, Products::floats)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(small, whole_products, Products::whole)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(small, rounded_products, Products::rounded)->Unit(benchmark::kMicrosecond);

/// With a fresh map of faults at 3 % of the bits in every step.
void faulty(benchmark::State& state) {
  TrainingOptions options = options_of({256, 256, 256}, Products::whole);
  options.faults.rate = 0.03;
  options.faults.steps_per_map = static_cast<int>(state.range(0));
  steps(state, options);
}
BENCHMARK(faulty)->Arg(1)->Arg(4)->Unit(benchmark::kMicrosecond);

/// Distorted images, in float: what a change of every image costs.
void distorted(benchmark::State& state) {
  TrainingOptions options = options_of({256, 256, 256}, Products::floats);
  options.augmentation.rotate_degrees = 10;
  options.augmentation.bend_pixels = 0.7;
  steps(state, options);
}
BENCHMARK(distorted)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace minerva::training
