#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "minerva/arithmetic/random.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/training/gradient.hpp"
#include "minerva/training/graph_gradient.hpp"

// Epochs of training, one thread unless a name says otherwise. "mnist" is 60,000 samples of the
// training set, without validation, where MINERVA_DATA_DIR is set, and 2,000 random ones with as
// many zeros otherwise; the rate of samples makes both comparable. "bags" are 11,293 random bags of
// 100 of 21,979 words, the shape of 20 newsgroups. compare_torch.py runs the same beside PyTorch.
namespace minerva::training {
namespace {

Samples random_images() {
  constexpr int kSamples = 2000;
  KeyedRandom random(1, Stream::test);
  Samples samples;
  Eigen::MatrixXf images = Eigen::MatrixXf::NullaryExpr(784, kSamples, [&] {
    return random.uniform() < 0.81 ? 0.0F : static_cast<float>(random.uniform());
  });
  samples.inputs = std::move(images);
  for (int i = 0; i < kSamples; ++i) {
    samples.labels.push_back(static_cast<std::int32_t>(random.below(10)));
  }
  return samples;
}

const Samples& images() {
  static const Samples samples = [] {
    const char* data = std::getenv("MINERVA_DATA_DIR");
    if (data == nullptr) return random_images();
    DataOptions options;
    options.set = "mnist";
    options.dir = data;
    options.validation_samples = 1;
    Dataset set = load_dataset(options);
    return std::move(set.train);
  }();
  return samples;
}

const Samples& bags() {
  static const Samples samples = [] {
    constexpr int kWords = 21979;
    constexpr int kBags = 11293;
    KeyedRandom random(2, Stream::test);
    std::vector<Eigen::Triplet<float, std::int32_t>> counts;
    Samples result;
    for (int bag = 0; bag < kBags; ++bag) {
      for (int i = 0; i < 100; ++i) {
        // Low words are common, as in a language.
        const double u = random.uniform();
        counts.emplace_back(static_cast<std::int32_t>(u * u * u * kWords), bag, 1.0F);
      }
      result.labels.push_back(static_cast<std::int32_t>(random.below(20)));
    }
    SparseInputs sparse(kWords, kBags);
    sparse.setFromTriplets(counts.begin(), counts.end());
    sparse.makeCompressed();
    result.inputs = SampleInputs(std::move(sparse));
    return result;
  }();
  return samples;
}

/// Epochs of Adam over shuffled samples.
template <typename Loss>
void descend_in_epochs(benchmark::State& state, const Samples& samples, int batch_size, Loss& loss,
                       std::vector<float>& parameters, KeyedRandom& random) {
  std::vector<float> first(parameters.size());
  std::vector<float> second(parameters.size());
  std::vector<std::int32_t> order(static_cast<std::size_t>(samples.size()));
  std::iota(order.begin(), order.end(), 0);
  std::uint64_t step = 0;
  double sum = 0;
  for (auto _ : state) {
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    sum = 0;
    for (std::size_t at = 0; at < order.size(); at += static_cast<std::size_t>(batch_size)) {
      const int size = std::min(batch_size, static_cast<int>(order.size() - at));
      Batch batch{&samples.inputs, samples.labels.data(), size, order.data() + at, 0, 1, step};
      sum += loss.descend(adam_descent(1e-3, step), batch,
                          {parameters.data(), first.data(), second.data()});
      ++step;
    }
  }
  state.counters["samples/s"] = benchmark::Counter(static_cast<double>(samples.size()),
                                                   benchmark::Counter::kIsIterationInvariantRate);
  state.counters["loss"] = sum * batch_size / static_cast<double>(order.size());
}

void epoch(benchmark::State& state, const Samples& samples, std::vector<int> widths,
           const Regularization& regularization, int threads) {
  const auto batch_size = static_cast<int>(state.range(0));
  const ParameterLayout layout(Topology{std::move(widths)});
  LossGradient<float> loss(layout, regularization, batch_size, threads);
  KeyedRandom random(3, Stream::test);
  std::vector<float> parameters(layout.size());
  for (int k = 0; k < layout.topology().layers(); ++k) {
    const double deviation = std::sqrt(2.0 / layout.topology().fan_in(k));
    for (std::size_t i = 0; i < layout.weights_size(k); ++i) {
      parameters[layout.weights_at(k) + i] = static_cast<float>(deviation * random.normal());
    }
  }
  descend_in_epochs(state, samples, batch_size, loss, parameters, random);
}

const std::vector<int> kImageWidths{784, 256, 256, 256, 10};

void mnist(benchmark::State& state) { epoch(state, images(), kImageWidths, {0, 0, 0, 0}, 1); }
BENCHMARK(mnist)->Arg(32)->Arg(128)->Unit(benchmark::kMillisecond);

/// Two trainings side by side, each with data of its own thread's choice: samples/s beside one.
BENCHMARK(mnist)
    ->Name("mnist_side_by_side")
    ->Arg(128)
    ->Threads(1)
    ->Threads(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void mnist_listed(benchmark::State& state) {
  static const Samples listed = [] {
    Samples samples = images();
    SparseInputs sparse = samples.inputs.dense().sparseView(0.0F, 0.0F);
    sparse.makeCompressed();
    samples.inputs = SampleInputs(std::move(sparse));
    return samples;
  }();
  epoch(state, listed, kImageWidths, {0, 0, 0, 0}, 1);
}
BENCHMARK(mnist_listed)->Arg(32)->Arg(128)->Unit(benchmark::kMillisecond);

void mnist_recipe(benchmark::State& state) { epoch(state, images(), kImageWidths, {}, 1); }
BENCHMARK(mnist_recipe)->Arg(200)->Unit(benchmark::kMillisecond);

void mnist_two_threads(benchmark::State& state) {
  epoch(state, images(), kImageWidths, {0, 0, 0, 0}, 2);
}
BENCHMARK(mnist_two_threads)->Arg(32)->Arg(128)->UseRealTime()->Unit(benchmark::kMillisecond);

void bags_of_words(benchmark::State& state) {
  epoch(state, bags(), {21979, 64, 64, 256, 20}, {1e-5, 1e-6, 0, 0}, 1);
}
BENCHMARK(bags_of_words)->Arg(100)->Unit(benchmark::kMillisecond);

/// LeNet-5 on the same images.
void lenet(benchmark::State& state) {
  const auto batch_size = static_cast<int>(state.range(0));
  const Samples& samples = images();
  const GraphParameterLayout layout(
      parse_layer_graph("28x28x1 c6k5p2 m2 c16k5 m2 120 84 10", "network"));
  GraphGradient<float> loss(layout, {0, 0, 0, 0}, batch_size, 1);
  std::vector<float> parameters = initial_parameters(layout, {});
  KeyedRandom random(3, Stream::test);
  descend_in_epochs(state, samples, batch_size, loss, parameters, random);
}
BENCHMARK(lenet)->Arg(32)->Arg(128)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace minerva::training
