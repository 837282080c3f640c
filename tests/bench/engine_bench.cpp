#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "eigen_forward.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/faultsim/fault_map.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/network/quantize_network.hpp"

// The bit-true engine beside a float forward pass of the same inputs, one thread each. With
// MINERVA_BENCH_NETWORK (a network file) and MINERVA_DATA_DIR, "mnist" is that network on the test
// set of MNIST; without them it is random, with 80 % of inputs zero and half of the neurons off.
// "dense" has no zero anywhere.
namespace minerva {
namespace {

struct Workload {
  Network network;
  Samples samples;
};

Workload random_workload(bool dense) {
  constexpr int kSamples = 10000;
  const std::vector<int> widths = {784, 256, 256, 256, 10};
  Workload w;
  KeyedRandom random(1, Stream::test, dense ? 1 : 0);
  for (std::size_t k = 0; k + 1 < widths.size(); ++k) {
    NetworkLayer layer;
    // A small mean keeps every sum above zero, so that no activation is.
    layer.weights = Eigen::MatrixXf::NullaryExpr(widths[k + 1], widths[k], [&] {
      return static_cast<float>(0.05 * random.normal() + (dense ? 0.02 : -0.005));
    });
    layer.biases = Eigen::VectorXf::Constant(widths[k + 1], dense ? 0.5F : 0.3F);
    w.network.layers.push_back(layer);
  }
  w.samples.inputs.dense() = Eigen::MatrixXf::NullaryExpr(widths.front(), kSamples, [&] {
    const bool zero = !dense && random.uniform() < 0.8;
    return zero ? 0.0F : static_cast<float>(0.1 + 0.9 * random.uniform());
  });
  w.samples.labels.assign(kSamples, 0);
  return w;
}

const Workload& dense_workload() {
  static const Workload w = random_workload(true);
  return w;
}

const Workload& sparse_workload() {
  static const Workload w = [] {
    const char* file = std::getenv("MINERVA_BENCH_NETWORK");
    const char* data = std::getenv("MINERVA_DATA_DIR");
    if (file == nullptr || data == nullptr) return random_workload(false);
    DataOptions options;
    options.set = "mnist";
    options.dir = data;
    return Workload{chain_network(read_network(file)), load_dataset(options).test};
  }();
  return w;
}

const Workload& workload(bool dense) { return dense ? dense_workload() : sparse_workload(); }

struct NamedFormats {
  const char* name;
  LayerFormats formats;
};
const NamedFormats kFormats[] = {{"W1.6_X2.6_P1.7", {{1, 6}, {2, 6}, {1, 7}}},
                                 {"W2.6_X2.4_P2.7", {{2, 6}, {2, 4}, {2, 7}}},
                                 {"Q6.10", {{6, 10}, {6, 10}, {6, 10}}}};

QuantizedNetwork quantized(const Network& network, const LayerFormats& formats, Rounding mode) {
  PruningThresholds zeros;  // one step: every zero is skipped
  zeros.theta.assign(network.layers.size(), formats.activation.step());
  return quantize_network(
      network, uniform_plan(static_cast<int>(network.layers.size()), formats, mode), zeros);
}

void eigen_float(benchmark::State& state, bool dense) {
  const Workload& w = workload(dense);
  std::vector<FloatLayerView> layers;
  for (const NetworkLayer& layer : w.network.layers) {
    layers.push_back({static_cast<int>(layer.weights.cols()),
                      static_cast<int>(layer.weights.rows()), layer.weights.data(),
                      layer.biases.data()});
  }
  Eigen::MatrixXf outputs(w.network.layers.back().weights.rows(), w.samples.size());
  for (auto _ : state) {
    eigen_forward(layers, w.samples.inputs.dense().data(), static_cast<int>(w.samples.size()),
                  outputs.data());
    benchmark::DoNotOptimize(outputs.data());
  }
}

/// Alternates between two networks that differ in the first layer's threshold from each other and
/// from every one before, so that nothing kept from an earlier call helps.
void fixed_engine(benchmark::State& state, bool dense, const LayerFormats& formats, Rounding mode) {
  const Workload& w = workload(dense);
  QuantizedNetwork network = quantized(w.network, formats, mode);
  FixedEvaluator evaluator(w.samples, {}, 1);
  evaluator.judge(network, -1);  // codes of the inputs
  FixedEvaluation evaluation;
  for (auto _ : state) {
    std::int32_t& bias = network.layers[0].biases[0];
    bias = bias == 0 ? 1 : bias > 0 ? -bias : 1 - bias;  // a new network each time
    evaluation = evaluator.evaluate(network);
  }
  double kept = 0;
  double all = 0;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const QuantizedLayer& layer = network.layers[k];
    kept += static_cast<double>(evaluation.activity.layers[k].kept_inputs) * layer.n_out;
    all += static_cast<double>(evaluation.samples) * layer.n_in * layer.n_out;
  }
  state.counters["kept_percent"] = 100 * kept / all;
}

/// Map, masking and evaluation of one trial after another.
void fault_trial(benchmark::State& state, double rate, bool from_base) {
  const Workload& w = workload(false);
  QuantizedNetwork network = quantized(w.network, kFormats[0].formats, Rounding::half_up);
  network.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  FixedEvaluator evaluator(w.samples, float_outputs(w.network, w.samples.inputs), 1);
  evaluator.judge(network, -1);
  if (from_base) evaluator.prepare_base(network);
  std::uint64_t trial = 0;
  for (auto _ : state) {
    faultsim::inject_faults(network, 1, trial++, rate);
    benchmark::DoNotOptimize(evaluator.evaluate(network));
  }
}

/// The map alone.
void fault_map(benchmark::State& state, double rate) {
  QuantizedNetwork network =
      quantized(workload(false).network, kFormats[0].formats, Rounding::half_up);
  network.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  std::uint64_t trial = 0;
  for (auto _ : state) faultsim::inject_faults(network, 1, trial++, rate);
}

/// Judges a network of far too few bits, which is wrong far beyond the bound.
void judge_bad_network(benchmark::State& state) {
  const Workload& w = workload(false);
  const QuantizedNetwork network =
      quantized(w.network, {{1, 2}, {1, 2}, {1, 4}}, Rounding::half_up);
  FixedEvaluator evaluator(w.samples, float_outputs(w.network, w.samples.inputs), 1);
  evaluator.judge(network, -1);
  for (auto _ : state) benchmark::DoNotOptimize(evaluator.judge(network, w.samples.size() / 50));
}

/// A change in the last layer alone, of a network seen before.
void evaluate_behind_a_prefix(benchmark::State& state) {
  const Workload& w = workload(false);
  QuantizedNetwork network = quantized(w.network, kFormats[0].formats, Rounding::half_up);
  FixedEvaluator evaluator(w.samples, {}, 1);
  evaluator.evaluate(network);
  evaluator.evaluate(network);
  for (auto _ : state) {
    ++network.layers.back().biases[0];
    benchmark::DoNotOptimize(evaluator.evaluate(network));
  }
}

void register_all() {
  for (const bool dense : {true, false}) {
    const std::string which = dense ? "/dense" : "/mnist";
    const auto add = [&](const std::string& name, auto function) {
      benchmark::RegisterBenchmark((name + which).c_str(), function)->Unit(benchmark::kMillisecond);
    };
    add("eigen_float", [dense](benchmark::State& s) { eigen_float(s, dense); });
    for (const NamedFormats& f : kFormats) {
      for (const Rounding mode : {Rounding::half_up, Rounding::half_even, Rounding::truncate}) {
        add(std::string("fixed_engine/") + f.name + "/" + to_string(mode),
            [dense, f, mode](benchmark::State& s) { fixed_engine(s, dense, f.formats, mode); });
      }
    }
  }
  const auto add = [](const std::string& name, auto function) {
    benchmark::RegisterBenchmark(name.c_str(), function)->Unit(benchmark::kMillisecond);
  };
  for (const double rate : {1e-5, 1e-4, 1e-3, 1e-2, 4.4e-2}) {
    const std::string at = "/" + std::to_string(rate);
    add("fault_map" + at, [rate](benchmark::State& s) { fault_map(s, rate); });
    add("fault_trial" + at, [rate](benchmark::State& s) { fault_trial(s, rate, false); });
    add("fault_trial_from_base" + at, [rate](benchmark::State& s) { fault_trial(s, rate, true); });
  }
  add("judge_bad_network", judge_bad_network);
  add("evaluate_behind_a_prefix", evaluate_behind_a_prefix);
}

}  // namespace
}  // namespace minerva

int main(int argc, char** argv) {
  minerva::register_all();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
