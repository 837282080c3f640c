#include <benchmark/benchmark.h>

#include "minerva/accelsim/machine.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva {
namespace {

/// 784-256-256-256-10, 8-bit weights, 6-bit activations, 9-bit products; nothing is skipped, which
/// is most work.
QuantizedNetwork book_network() {
  KeyedRandom random(1, Stream::test, 0);
  const std::vector<int> widths = {784, 256, 256, 256, 10};
  QuantizedNetwork network;
  for (std::size_t k = 0; k + 1 < widths.size(); ++k) {
    QuantizedLayer layer;
    layer.n_in = widths[k];
    layer.n_out = widths[k + 1];
    layer.formats = {{1, 7}, {2, 4}, {2, 7}};
    layer.weights.resize(static_cast<std::size_t>(layer.n_in) *
                         static_cast<std::size_t>(layer.n_out));
    for (auto& weight : layer.weights) {
      weight = static_cast<std::int16_t>(static_cast<int>(random.below(256)) - 128);
    }
    layer.biases.assign(static_cast<std::size_t>(layer.n_out), 0);
    network.layers.push_back(layer);
  }
  return network;
}

/// LeNet-5 in the formats of book_network, its inputs and weights nothing but numbers.
QuantizedGraph lenet() {
  LayerGraph graph = parse_layer_graph("28x28x1 c6k5p2 m2 c16k5 m2 120 84 10", "network");
  check_graph(graph, "network");
  KeyedRandom random(1, Stream::test, 1);
  QuantizedGraph network{{}, graph};
  for (int k = 0; k < graph.layers(); ++k) {
    QuantizedLayer layer;
    layer.n_in = graph.layer(k).fan_in();
    layer.n_out = graph.layer(k).bias_count();
    layer.formats = {{1, 7}, {2, 4}, {2, 7}};
    layer.weights.resize(static_cast<std::size_t>(graph.layer(k).weight_count()));
    for (auto& weight : layer.weights) {
      weight = static_cast<std::int16_t>(static_cast<int>(random.below(256)) - 128);
    }
    layer.biases.assign(static_cast<std::size_t>(layer.n_out), 0);
    network.layers.push_back(layer);
  }
  return network;
}

/// Predictions of one machine; `required` in cycles per CPU second.
void simulate_predictions(benchmark::State& state, const QuantizedGraph& network,
                          SimulationModel model, const char* required) {
  KeyedRandom random(2, Stream::test, 0);
  std::vector<std::int16_t> input(784);
  for (auto& code : input) code = static_cast<std::int16_t>(random.below(2) * random.below(32));
  DesignPoint point;
  point.lanes = static_cast<int>(state.range(0));
  MachineOptions options;
  options.model = model;
  Machine machine(network, point, options);
  std::int64_t cycles = 0;
  for (auto _ : state) {
    machine.issue(input);
    machine.run();
    for (const LayerCycles& layer : machine.result().cycles) cycles += layer.total();
  }
  state.counters["cycles/s"] =
      benchmark::Counter(static_cast<double>(cycles), benchmark::Counter::kIsRate);
  state.SetLabel(required);
}

void stage_processes_16(benchmark::State& state) {
  simulate_predictions(state, quantized_graph(book_network()), SimulationModel::stage_processes,
                       "required: 5e5 cycles/s");
}
void stage_processes(benchmark::State& state) {
  simulate_predictions(state, quantized_graph(book_network()), SimulationModel::stage_processes,
                       "");
}
void lane_processes(benchmark::State& state) {
  simulate_predictions(state, quantized_graph(book_network()), SimulationModel::lane_processes, "");
}
void lane_processes_256(benchmark::State& state) {
  simulate_predictions(state, quantized_graph(book_network()), SimulationModel::lane_processes,
                       "required: 1e5 cycles/s");
}
void lenet_stage_processes(benchmark::State& state) {
  simulate_predictions(state, lenet(), SimulationModel::stage_processes, "");
}
void lenet_lane_processes(benchmark::State& state) {
  simulate_predictions(state, lenet(), SimulationModel::lane_processes, "required: 5e5 cycles/s");
}
BENCHMARK(lenet_stage_processes)->Arg(16);
BENCHMARK(lenet_lane_processes)->Arg(16);
BENCHMARK(stage_processes_16)->Arg(16);
BENCHMARK(stage_processes)->Arg(64)->Arg(256);
BENCHMARK(lane_processes)->Arg(16)->Arg(64);
BENCHMARK(lane_processes_256)->Arg(256);

}  // namespace
}  // namespace minerva
