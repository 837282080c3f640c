#include "lane_operands.hpp"

#include <algorithm>
#include <functional>

#include "minerva/arithmetic/random.hpp"
#include "minerva/engine/fixed_engine.hpp"

namespace minerva::flow {
namespace {

using circuit::DatapathUnit;
using circuit::DatapathUnitKind;
using circuit::LaneOperation;
using circuit::LaneStream;
using circuit::LaneUnit;

int drop_bits(const LayerFormats& formats) {
  return formats.weight.fraction_bits + formats.activation.fraction_bits -
         formats.product.fraction_bits;
}

LaneUnit lane_of(const QuantizedNetwork& network, int lanes) {
  const DatapathWidths widths = datapath_widths(network.plan(), network.topology());
  std::size_t largest = 0;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    if (network.layers[k].weights.size() > network.layers[largest].weights.size()) largest = k;
  }
  LaneUnit lane;
  lane.weight_bits = widths.weight_bits;
  lane.activation_bits = widths.activation_bits;
  lane.product_bits = widths.product_bits;
  lane.accumulator_bits = widths.accumulator_bits;
  lane.drop_bits = drop_bits(network.layers[largest].formats);
  lane.rounding = network.rounding;
  lane.lanes = lanes;
  if (network.mitigation.masking != Masking::none) lane.mitigation = network.mitigation;
  lane.mitigation.detector = Detector::razor;
  // The last layer's sums leave as they are; a network of one layer has no rectifier.
  const std::size_t next = std::min(largest + 1, network.layers.size() - 1);
  lane.result_drop_bits =
      network.layers[next == largest ? 0 : largest].formats.product.fraction_bits -
      network.layers[next].formats.activation.fraction_bits;
  return lane;
}

/// Calls `see` for each sample with what the network computes for it.
void for_each_prediction(const QuantizedNetwork& network, const Samples& samples,
                         const std::function<void(const FixedTrace&)>& see) {
  const std::vector<std::int16_t> codes =
      input_codes(samples.inputs, network.layers.front().formats.activation, network.rounding);
  const auto inputs = static_cast<std::size_t>(network.layers.front().n_in);
  for (std::size_t s = 0; s < static_cast<std::size_t>(samples.size()); ++s) {
    see(trace_prediction(network, codes.data() + s * inputs));
  }
}

/// Both streams of a lane.
class LaneCollector {
 public:
  LaneCollector(const QuantizedNetwork& network, const LaneUnit& lane)
      : network_(network), lane_(lane) {}

  void neuron(std::size_t k, const FixedTrace& trace, int i) {
    const QuantizedLayer& layer = network_.layers[k];
    const bool hidden = k + 1 < network_.layers.size();
    const std::size_t before = kept_.operations.size();
    for (int j = 0; j < layer.n_in; ++j) {
      LaneOperation operation = operation_of(k, j, i);
      operation.activation = trace.inputs[k][static_cast<std::size_t>(j)];
      operation.first = j == 0;
      operation.last = hidden && j + 1 == layer.n_in;
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
  LaneOperation operation_of(std::size_t k, int j, int i) const {
    const QuantizedLayer& layer = network_.layers[k];
    LaneOperation operation;
    operation.bias = layer.biases[static_cast<std::size_t>(i)];
    operation.weight = network_.weight_as_read(static_cast<int>(k), j, i);
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

  const QuantizedNetwork& network_;
  const LaneUnit& lane_;
  LaneStream all_{"run", {}};
  LaneStream kept_{"run_kept", {}};
};

}  // namespace

std::vector<DrawnNeuron> draw_neurons(const QuantizedNetwork& network, KeyedRandom& random) {
  std::uint64_t all = 0;
  for (const QuantizedLayer& layer : network.layers) {
    all += static_cast<std::uint64_t>(layer.n_out);
  }
  std::vector<DrawnNeuron> drawn;
  for (std::size_t n = 0; n < network.layers.size(); ++n) {
    std::uint64_t left = random.below(all);
    std::size_t k = 0;
    while (left >= static_cast<std::uint64_t>(network.layers[k].n_out)) {
      left -= static_cast<std::uint64_t>(network.layers[k++].n_out);
    }
    drawn.push_back({k, static_cast<int>(left)});
  }
  return drawn;
}

LaneOperandsOfRun lane_operands(const QuantizedNetwork& network, const Samples& samples,
                                std::uint64_t seed, int lanes) {
  const LaneUnit lane = lane_of(network, lanes);
  LaneCollector collector(network, lane);
  KeyedRandom random(seed, Stream::characterization);
  std::int64_t left_out = 0;
  for_each_prediction(network, samples, [&](const FixedTrace& trace) {
    for (const DrawnNeuron& drawn : draw_neurons(network, random)) {
      if (drop_bits(network.layers[drawn.layer].formats) == lane.drop_bits) {
        collector.neuron(drawn.layer, trace, drawn.neuron);
      } else {
        ++left_out;
      }
    }
  });
  LaneOperandsOfRun out = collector.take();
  out.left_out = left_out;
  return out;
}

std::vector<circuit::UnitOperands> comparator_operands(const QuantizedNetwork& network,
                                                       const Samples& samples) {
  const DatapathUnit unit =
      circuit::unit_of(DatapathUnitKind::comparator,
                       datapath_widths(network.plan(), network.topology()).activation_bits);
  circuit::UnitOperands operands{unit, {"run", {}}};
  for_each_prediction(network, samples, [&](const FixedTrace& trace) {
    for (std::size_t k = 0; k < network.layers.size(); ++k) {
      if (network.layers[k].theta_code == 0) continue;
      for (const std::int32_t x : trace.inputs[k]) {
        operands.stream.values.emplace_back(x, network.layers[k].theta_code);
      }
    }
  });
  if (operands.stream.values.size() < 2) return {};
  return {operands};
}

circuit::UnitOperands write_operands(const QuantizedNetwork& network, const Samples& samples,
                                     int lanes) {
  DatapathUnit unit =
      circuit::unit_of(DatapathUnitKind::write_multiplexer,
                       datapath_widths(network.plan(), network.topology()).accumulator_bits);
  unit.lanes = lanes;
  circuit::UnitOperands operands{unit, {"run", {}}};
  auto& values = operands.stream.values;
  for_each_prediction(network, samples, [&](const FixedTrace& trace) {
    for (std::size_t k = 1; k < network.layers.size(); ++k) {
      for (std::size_t i = 0; i < trace.inputs[k].size(); ++i) {
        values.emplace_back(trace.inputs[k][i], i % static_cast<std::size_t>(lanes));
      }
    }
    for (std::size_t i = 0; i < trace.accumulators.back().size(); ++i) {
      values.emplace_back(trace.accumulators.back()[i], i % static_cast<std::size_t>(lanes));
    }
  });
  return operands;
}

}  // namespace minerva::flow
