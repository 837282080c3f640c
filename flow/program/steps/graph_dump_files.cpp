#include "graph_dump_files.hpp"

#include <algorithm>

#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/design/graph_dump.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/engine/graph_trace.hpp"
#include "minerva/interchange/npy.hpp"

namespace minerva::flow {
namespace {

std::vector<std::size_t> shape_of(std::size_t samples, const TensorShape& tensor) {
  return {samples, static_cast<std::size_t>(tensor.height), static_cast<std::size_t>(tensor.width),
          static_cast<std::size_t>(tensor.channels)};
}

}  // namespace

std::int64_t dump_maps(OwnedFolder& folder, const EvaluationSetup& setup, int threads) {
  const QuantizedGraph& network = setup.network;
  const LayerGraph& graph = network.graph;
  const std::int64_t count = setup.samples.size();
  const auto samples = static_cast<std::size_t>(count);
  const auto layers = static_cast<std::size_t>(graph.layers());
  const std::vector<std::int16_t> codes =
      input_codes(setup.samples.inputs, network.layer(format_owner(graph, 0)).formats.activation,
                  network.rounding);
  std::vector<std::vector<std::int32_t>> x(layers);
  std::vector<std::vector<std::int64_t>> acc(layers);
  for (std::size_t k = 0; k < layers; ++k) {
    const GraphLayer& layer = graph.layer(static_cast<int>(k));
    x[k].resize(samples * static_cast<std::size_t>(layer.input.size()));
    acc[k].resize(samples * static_cast<std::size_t>(layer.output.size()));
  }
  std::vector<std::int32_t> classes(samples);
  for_each_index(count, threads, 1, [&](std::int64_t s) {
    throw_if_interrupted();
    const GraphTrace trace = trace_graph(network, codes.data() + s * graph.inputs());
    for (std::size_t k = 0; k < layers; ++k) {
      const GraphLayer& layer = graph.layer(static_cast<int>(k));
      const auto& read = trace.tensors[static_cast<std::size_t>(layer.reads)];
      std::copy(read.begin(), read.end(), x[k].begin() + s * layer.input.size());
      std::copy(trace.accumulators[k].begin(), trace.accumulators[k].end(),
                acc[k].begin() + s * layer.output.size());
    }
    classes[static_cast<std::size_t>(s)] = trace.predicted_class;
  });
  for (std::size_t k = 0; k < layers; ++k) {
    const GraphLayer& layer = graph.layer(static_cast<int>(k));
    const std::string n = std::to_string(k) + ".npy";
    folder.write("x" + n, npy_bytes(x[k], shape_of(samples, layer.input)));
    folder.write("acc" + n, npy_bytes(acc[k], shape_of(samples, layer.output)));
  }
  folder.write("class.npy", npy_bytes(classes, {samples}));
  return count_wrong(classes, setup.samples.labels);
}

void dump_graph_description(OwnedFolder& folder, const EvaluationSetup& setup,
                            FixedEvaluator& evaluator) {
  const QuantizedGraph& network = setup.network;
  DumpDescription description;
  description.plan.plan = network.plan();
  description.faults = setup.faults;
  description.mitigation = network.mitigation;
  description.point = setup.point;
  description.cycles = count_cycles(network.graph, setup.point);
  for (const QuantizedLayer& layer : network.layers) {
    description.plan.theta_codes.push_back(layer.theta_code);
  }
  std::vector<std::vector<GraphEventCounts>> counts(network.layers.size());
  for (const ActivityProfile& sample :
       evaluator.activity_of_each(network, setup.point.inputs_per_cycle())) {
    for (int k = 0; k < network.graph.layers(); ++k) {
      counts[static_cast<std::size_t>(k)].push_back(
          graph_events(network.graph, k, sample, network.layer(k).theta_code, setup.point.lanes));
    }
  }
  folder.write("plan.json", graph_dump_to_json(description, network.graph, counts));
}

}  // namespace minerva::flow
