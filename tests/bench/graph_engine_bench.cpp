#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <string>

#include "eigen_convolution.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/engine/graph_engine.hpp"
#include "minerva/network/graph_text.hpp"

// Convolutional networks, every product rounded, beside a float pass of the same samples, one
// thread each. Weights are random; with MINERVA_DATA_DIR the samples of LeNet-5 are the 10,000 test
// images of MNIST, and without it random ones of which 80 % are zero. No time depends on weights
// but by which products need to be clamped.
namespace minerva {
namespace {

GraphNetwork random_network(const std::string& text) {
  GraphNetwork network;
  network.graph = parse_layer_graph(text, "network");
  KeyedRandom random(1, Stream::test, 0);
  for (int k = 0; k < network.graph.layers(); ++k) {
    const GraphLayer& layer = network.graph.layer(k);
    const double deviation = std::sqrt(2.0 / std::max(layer.fan_in(), 1));
    network.layers.push_back({Eigen::MatrixXf::NullaryExpr(
                                  layer.bias_count(), layer.fan_in(),
                                  [&] { return static_cast<float>(deviation * random.normal()); }),
                              Eigen::VectorXf::Zero(layer.bias_count())});
  }
  return network;
}

Samples random_samples(int inputs, int count) {
  KeyedRandom random(2, Stream::test, 0);
  Samples samples;
  samples.inputs.dense() = Eigen::MatrixXf::NullaryExpr(inputs, count, [&] {
    return random.uniform() < 0.8 ? 0.0F : static_cast<float>(random.uniform());
  });
  samples.labels.assign(static_cast<std::size_t>(count), 0);
  return samples;
}

const GraphNetwork& lenet() {
  static const GraphNetwork network = random_network("28x28x1 c6k5p2 m2 c16k5 m2 120 84 10");
  return network;
}

const Samples& digits() {
  static const Samples samples = [] {
    const char* data = std::getenv("MINERVA_DATA_DIR");
    if (data == nullptr) return random_samples(784, 10000);
    DataOptions options;
    options.set = "mnist";
    options.dir = data;
    return load_dataset(options).test;
  }();
  return samples;
}

void eigen_lenet(benchmark::State& state) {
  const GraphNetwork& network = lenet();
  std::vector<FloatStage> stages;
  for (int k = 0; k < network.graph.layers(); ++k) {
    const GraphLayer& layer = network.graph.layer(k);
    FloatStage stage;
    stage.pool = !layer.has_weights();
    stage.height = layer.input.height;
    stage.width = layer.input.width;
    stage.channels = layer.input.channels;
    if (layer.kind == GraphLayerKind::dense) {  // reads a column a sample
      stage.channels = layer.input.size();
      stage.height = stage.width = 1;
    } else {
      stage.kernel = layer.window.height;
      stage.padding = layer.window.top;
    }
    stage.filters = layer.channels;
    stage.relu = layer.relu;
    stage.weights = network.layers[static_cast<std::size_t>(k)].weights.data();
    stage.biases = network.layers[static_cast<std::size_t>(k)].biases.data();
    stages.push_back(stage);
  }
  const Samples& samples = digits();
  Eigen::MatrixXf outputs(10, samples.size());
  for (auto _ : state) {
    eigen_convolution(stages, samples.inputs.dense().data(), static_cast<int>(samples.size()),
                      outputs.data());
    benchmark::DoNotOptimize(outputs.data());
  }
  const Eigen::MatrixXf own = graph_float_outputs(network, samples.inputs);
  if ((own - outputs).cwiseAbs().maxCoeff() > 1e-3F) state.SkipWithError("two float passes differ");
}

void float_lenet(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(graph_float_outputs(lenet(), digits().inputs));
}

void fixed(benchmark::State& state, const GraphNetwork& network, const Samples& samples,
           const LayerFormats& formats, Rounding mode) {
  const QuantizationPlan plan = uniform_plan(network.graph.layers(), formats, mode);
  PruningThresholds zeros;  // one step: every zero is skipped
  for (int k = 0; k < network.graph.layers(); ++k) {
    zeros.theta.push_back(network.graph.layer(k).has_weights() ? formats.activation.step() : 0);
  }
  const QuantizedGraph quantized = quantize_graph(network, plan, zeros);
  GraphEvaluator evaluator(samples, {}, 1);
  evaluator.evaluate(quantized);  // codes of the inputs
  for (auto _ : state) benchmark::DoNotOptimize(evaluator.evaluate(quantized).wrong);
}

const GraphNetwork& resnet20() {
  static const GraphNetwork network =
      random_network("32x32x3 c16k3p1 r16 r16 r16 r32s2 r32 r32 r64s2 r64 r64 a 10");
  return network;
}

const LayerFormats kNarrow{{1, 6}, {2, 6}, {1, 7}};
const LayerFormats kResnet{{1, 7}, {4, 4}, {4, 8}};

BENCHMARK(eigen_lenet)->Unit(benchmark::kMillisecond);
BENCHMARK(float_lenet)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fixed, lenet_W1_6_X2_6_P1_7_half_up, lenet(), digits(), kNarrow,
                  Rounding::half_up)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fixed, lenet_W1_7_X4_4_P4_8_half_up, lenet(), digits(), kResnet,
                  Rounding::half_up)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fixed, lenet_Q6_10_half_up, lenet(), digits(), LayerFormats{}, Rounding::half_up)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fixed, lenet_W1_7_X4_4_P4_8_half_even, lenet(), digits(), kResnet,
                  Rounding::half_even)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fixed, resnet20_W1_7_X4_4_P4_8_half_up_1000, resnet20(),
                  random_samples(3072, 1000), kResnet, Rounding::half_up)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace minerva
