#include "lane_operands.hpp"

#include <algorithm>

#include "minerva/network/graph_schedule.hpp"
#include "neuron_operands.hpp"

namespace minerva::flow {
namespace {

using circuit::DatapathUnit;
using circuit::DatapathUnitKind;
using circuit::LaneOperation;
using circuit::LaneStream;
using circuit::LaneUnit;

LaneUnit lane_of(const QuantizedGraph& network, int lanes) {
  const DatapathWidths widths = graph_datapath_widths(network.graph, network.plan());
  std::size_t largest = 0;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    if (network.layers[k].weights.size() > network.layers[largest].weights.size()) largest = k;
  }
  LaneUnit lane;
  lane.weight_bits = widths.weight_bits;
  lane.activation_bits = widths.activation_bits;
  lane.product_bits = widths.product_bits;
  lane.accumulator_bits = widths.accumulator_bits;
  lane.drop_bits = dropped_of_products(network.layers[largest].formats);
  lane.rounding = network.rounding;
  lane.lanes = lanes;
  if (network.mitigation.masking != Masking::none) lane.mitigation = network.mitigation;
  lane.mitigation.detector = Detector::razor;
  // The last layer's sums leave as they are; a network of one layer has no rectifier.
  const auto last = static_cast<std::size_t>(network.graph.layers()) - 1;
  lane.result_drop_bits = largest < last
                              ? dropped_of_sums(network, static_cast<int>(largest))
                              : network.layers[0].formats.product.fraction_bits -
                                    network.layers[last].formats.activation.fraction_bits;
  return lane;
}

/// Both streams of a lane.
class LaneCollector {
 public:
  LaneCollector(const QuantizedGraph& network, const LaneUnit& lane)
      : network_(network), lane_(lane) {}

  void neuron(const DrawnNeuron& drawn, const GraphTrace& trace) {
    const QuantizedLayer& layer = network_.layer(drawn.layer);
    const bool hidden = drawn.layer + 1 < network_.graph.layers();
    const std::size_t before = kept_.operations.size();
    const std::vector<NeuronInput> inputs = inputs_of(network_, drawn, trace);
    for (const NeuronInput& input : inputs) {
      LaneOperation operation = operation_of(drawn, input.weight);
      operation.activation = input.x;
      operation.first = &input == &inputs.front();
      operation.last = hidden && &input == &inputs.back();
      all_.operations.push_back(operation);
      if (operation.activation == 0 || layer.skips(operation.activation)) continue;
      operation.first = kept_.operations.size() == before;
      operation.last = false;
      kept_.operations.push_back(operation);
    }
    if (kept_.operations.size() > before) kept_.operations.back().last = hidden;
  }

  LaneOperandsOfRun take() {
    LaneOperandsOfRun out;
    out.operands.lane = lane_;
    const auto kept = static_cast<double>(kept_.operations.size());
    out.kept_percent =
        100 * kept / static_cast<double>(std::max<std::size_t>(1, all_.operations.size()));
    for (LaneStream* stream : {&all_, &kept_}) {
      if (stream->operations.size() >= kFewest) out.operands.streams.push_back(std::move(*stream));
    }
    return out;
  }

 private:
  static constexpr std::size_t kFewest = 4;

  /// Word, flags and bias.
  LaneOperation operation_of(const DrawnNeuron& drawn, int j) const {
    const int k = drawn.layer;
    const int i = drawn.channel;
    const QuantizedLayer& layer = network_.layer(k);
    LaneOperation operation;
    operation.bias = layer.biases[static_cast<std::size_t>(i)];
    operation.weight = network_.weight_as_read(k, j, i);
    const int bits = layer.formats.weight.bits();
    if (layer.faulty_bits.empty() || network_.mitigation.detector != Detector::razor ||
        network_.mitigation.masking == Masking::none || bits != lane_.weight_bits ||
        !layer.formats.codebook.empty()) {  // a mask of indices stands before the look-up
      return operation;
    }
    const std::size_t at = layer.index(j, i);
    operation.faulty_bits = effective_faults(layer.faulty_bits[at], bits, network_.mitigation);
    operation.weight = layer.weights[at] ^ static_cast<std::int32_t>(operation.faulty_bits);
    return operation;
  }

  const QuantizedGraph& network_;
  const LaneUnit& lane_;
  LaneStream all_{"run", {}};
  LaneStream kept_{"run_kept", {}};
};

}  // namespace

LaneOperandsOfRun lane_operands(const QuantizedGraph& network, const Samples& samples,
                                std::uint64_t seed, int lanes) {
  const LaneUnit lane = lane_of(network, lanes);
  LaneCollector collector(network, lane);
  KeyedRandom random(seed, Stream::characterization);
  const NeuronDraw draw(network.graph);
  std::int64_t left_out = 0;
  for_each_prediction(network, samples, [&](const GraphTrace& trace) {
    for (const DrawnNeuron& drawn : draw.draw(random)) {
      if (dropped_of_products(network.layer(drawn.layer).formats) == lane.drop_bits) {
        collector.neuron(drawn, trace);
      } else {
        ++left_out;
      }
    }
  });
  LaneOperandsOfRun out = collector.take();
  out.left_out = left_out;
  return out;
}

std::vector<circuit::UnitOperands> comparator_operands(const QuantizedGraph& network,
                                                       const Samples& samples) {
  const DatapathUnit unit =
      circuit::unit_of(DatapathUnitKind::comparator,
                       graph_datapath_widths(network.graph, network.plan()).activation_bits);
  circuit::UnitOperands operands{unit, {"run", {}}};
  for_each_prediction(network, samples, [&](const GraphTrace& trace) {
    for (int k = 0; k < network.graph.layers(); ++k) {
      const int theta_code = network.layer(k).theta_code;
      if (theta_code == 0) continue;
      // The channels of a group share the words of a window.
      const GraphLayer& layer = network.graph.layer(k);
      for (const Position& position : computed_positions(network.graph, k)) {
        for (int group = 0; group < layer.groups; ++group) {
          const int channel = group * (layer.channels / layer.groups);
          for (const NeuronInput& input : inputs_of(network, {k, position, channel}, trace)) {
            operands.stream.values.emplace_back(input.x, theta_code);
          }
        }
      }
    }
  });
  if (operands.stream.values.size() < 2) return {};
  return {operands};
}

circuit::UnitOperands write_operands(const QuantizedGraph& network, const Samples& samples,
                                     int lanes) {
  DatapathUnit unit =
      circuit::unit_of(DatapathUnitKind::write_multiplexer,
                       graph_datapath_widths(network.graph, network.plan()).accumulator_bits);
  unit.lanes = lanes;
  circuit::UnitOperands operands{unit, {"run", {}}};
  auto& values = operands.stream.values;
  const LayerGraph& graph = network.graph;
  const auto lane_of_word = [&](const TensorShape& shape, std::size_t word) {
    return static_cast<std::int64_t>(word % static_cast<std::size_t>(shape.channels)) % lanes;
  };
  for_each_prediction(network, samples, [&](const GraphTrace& trace) {
    for (int t = 1; t < graph.layers(); ++t) {
      if (fused_pool(graph, t - 1) >= 0) continue;  // the pool's words are written
      const std::vector<std::int32_t>& words = trace.tensors[static_cast<std::size_t>(t)];
      for (std::size_t i = 0; i < words.size(); ++i) {
        values.emplace_back(words[i], lane_of_word(graph.tensor(t), i));
      }
    }
    const std::vector<std::int64_t>& sums = trace.accumulators.back();
    for (std::size_t i = 0; i < sums.size(); ++i) {
      values.emplace_back(sums[i], lane_of_word(graph.tensor(graph.layers()), i));
    }
  });
  return operands;
}

}  // namespace minerva::flow
