#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "minerva/arithmetic/random.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/faultsim/fault_map.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/network/quantize_network.hpp"

// One fault trial (map, masking, evaluation of 10,000 inputs) beside the engine's own evaluation,
// one thread. The rate is the last part of the name, in millionths. With MINERVA_BENCH_NETWORK (a
// safetensors file) and MINERVA_DATA_DIR the network and MNIST's validation set; otherwise random
// weights of the same shape and inputs of which four fifths are zero.
namespace minerva {
namespace {

const LayerFormats kFormats = {{1, 6}, {2, 6}, {1, 7}};  // 23 bits
constexpr int kSamples = 10000;

struct Problem {
  Samples samples;
  QuantizedNetwork network;
};

Network random_network() {
  KeyedRandom random(1, Stream::test, 7);
  Network network;
  const int widths[] = {784, 256, 256, 256, 10};
  for (int k = 0; k < 4; ++k) {
    NetworkLayer layer{Eigen::MatrixXf(widths[k + 1], widths[k]),
                       Eigen::VectorXf::Zero(widths[k + 1])};
    for (Eigen::Index i = 0; i < layer.weights.size(); ++i) {
      layer.weights.data()[i] = static_cast<float>(0.07 * (random.normal() - 0.3));
    }
    network.layers.push_back(layer);
  }
  return network;
}

Problem make_problem() {
  const char* file = std::getenv("MINERVA_BENCH_NETWORK");
  const char* folder = std::getenv("MINERVA_DATA_DIR");
  Problem problem;
  Network network;
  if (file != nullptr && folder != nullptr) {
    DataOptions options;
    options.set = "mnist";
    options.dir = folder;
    problem.samples = load_dataset(options).validation;
    network = chain_network(read_network(file));
  } else {
    KeyedRandom random(1, Stream::test, 8);
    problem.samples.inputs.dense().resize(784, kSamples);
    for (Eigen::Index i = 0; i < problem.samples.inputs.dense().size(); ++i) {
      const bool zero = random.uniform() < 0.8;
      problem.samples.inputs.dense().data()[i] = zero ? 0.0F : static_cast<float>(random.uniform());
    }
    problem.samples.labels.assign(kSamples, 0);
    network = random_network();
  }
  problem.network =
      quantize_network(network, uniform_plan(4, kFormats), {{0.0156, 0.0156, 0.0156, 0.0156}});
  problem.network.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  return problem;
}

const Problem& problem() {
  static const Problem made = make_problem();
  return made;
}

void EngineAlone(benchmark::State& state) {
  FixedEvaluator evaluator(problem().samples, {}, 1);
  QuantizedNetwork network = problem().network;
  std::int16_t code = 0;
  for (auto _ : state) {  // another network each time: the engine remembers those it has seen
    code = static_cast<std::int16_t>((code + 1) & 63);
    network.layers.front().weights.front() = code;
    benchmark::DoNotOptimize(evaluator.evaluate(network).wrong);
  }
}
BENCHMARK(EngineAlone)->Unit(benchmark::kMillisecond);

void FaultMap(benchmark::State& state) {
  QuantizedNetwork network = problem().network;
  const double rate = 1e-6 * static_cast<double>(state.range(0));
  std::uint64_t trial = 0;
  for (auto _ : state) {
    faultsim::inject_faults(network, 1, trial++, rate);
    benchmark::DoNotOptimize(network.layers.front().faulty_bits.data());
  }
}
BENCHMARK(FaultMap)->Arg(100)->Arg(1000)->Arg(10000)->Arg(44000)->Unit(benchmark::kMillisecond);

void FaultTrial(benchmark::State& state) {
  FixedEvaluator evaluator(problem().samples, {}, 1);
  QuantizedNetwork network = problem().network;
  evaluator.prepare_base(network);
  const double rate = 1e-6 * static_cast<double>(state.range(0));
  std::uint64_t trial = 0;
  for (auto _ : state) {
    faultsim::inject_faults(network, 1, trial++, rate);
    benchmark::DoNotOptimize(evaluator.evaluate(network).wrong);
  }
}
BENCHMARK(FaultTrial)->Arg(100)->Arg(1000)->Arg(10000)->Arg(44000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace minerva
