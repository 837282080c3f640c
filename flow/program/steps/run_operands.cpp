#include "run_operands.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "neuron_operands.hpp"

namespace minerva::flow {
namespace {

using circuit::DatapathUnit;
using circuit::DatapathUnitKind;

/// Operations by unit and stream, in the order in which units first appear.
class Collector {
 public:
  explicit Collector(const QuantizedGraph& network)
      : network_(network), widths_(graph_datapath_widths(network.graph, network.plan())) {}

  void neuron(const DrawnNeuron& drawn, const GraphTrace& trace) {
    const QuantizedLayer& layer = network_.layer(drawn.layer);
    const LayerFormats& formats = layer.formats;
    const int product_fraction = formats.weight.fraction_bits + formats.activation.fraction_bits;
    const DatapathUnit multiplier =
        unit(DatapathUnitKind::multiplier, widths_.weight_bits, widths_.activation_bits);
    const DatapathUnit adder = unit(DatapathUnitKind::adder, widths_.accumulator_bits);
    const DatapathUnit comparator = unit(DatapathUnitKind::comparator, widths_.activation_bits);
    const DatapathUnit weight = unit(DatapathUnitKind::gated_register, widths_.weight_bits);
    const DatapathUnit accumulator =
        unit(DatapathUnitKind::gated_register, widths_.accumulator_bits);
    DatapathUnit rounding =
        unit(DatapathUnitKind::round_saturate, widths_.weight_bits + widths_.activation_bits);
    rounding.out_bits = widths_.product_bits;
    rounding.drop_bits = dropped_of_products(formats);
    rounding.rounding = network_.rounding;

    std::int64_t sum = layer.biases[static_cast<std::size_t>(drawn.channel)];
    std::int64_t kept_sum = sum;
    for (const NeuronInput& input : inputs_of(network_, drawn, trace)) {
      const std::int64_t x = input.x;
      const std::int64_t w = network_.weight_as_read(drawn.layer, input.weight, drawn.channel);
      const std::int64_t product =
          round_code(formats.product, w * x, product_fraction, network_.rounding);
      const bool kept = x != 0 && !layer.skips(static_cast<int>(x));
      add(multiplier, kAll, w, x);
      add(adder, kAll, sum, product);
      sum += product;
      if (layer.theta_code > 0) add(comparator, kAll, x, layer.theta_code);
      if (rounding.drop_bits >= 0) add(rounding, kAll, w * x, 0);
      add(weight, kAll, w, kept);
      add(accumulator, kAll, kept ? kept_sum + product : kept_sum, kept);
      if (!kept) continue;
      add(multiplier, kKept, w, x);
      add(adder, kKept, kept_sum, product);
      kept_sum += product;
      if (rounding.drop_bits >= 0) add(rounding, kKept, w * x, 0);
    }
  }

  /// Every accumulator of a hidden layer, on its way to the next.
  void outputs(int k, const GraphTrace& trace) {
    const GraphLayer& layer = network_.graph.layer(k);
    if (k + 1 == network_.graph.layers() || !layer.has_weights()) return;
    DatapathUnit rectifier = unit(DatapathUnitKind::rectifier, widths_.accumulator_bits);
    rectifier.out_bits = widths_.activation_bits;
    rectifier.drop_bits = dropped_of_sums(network_, k);
    rectifier.rounding = network_.rounding;
    if (rectifier.drop_bits < 0) return;
    const std::vector<std::int64_t>& sums = trace.accumulators[static_cast<std::size_t>(k)];
    for (const Position& at : computed_positions(network_.graph, k)) {
      for (int c = 0; c < layer.channels; ++c) {
        add(rectifier, kAll, sums[storage_word(layer.output, at.y, at.x, c)], 0);
      }
    }
  }

  std::vector<circuit::UnitOperands> take() {
    std::vector<circuit::UnitOperands> all;
    for (circuit::UnitOperands& each : streams_) {
      if (each.stream.values.size() >= 2) all.push_back(std::move(each));
    }
    return all;
  }

 private:
  static constexpr const char* kAll = "run";
  static constexpr const char* kKept = "run_kept";

  static DatapathUnit unit(DatapathUnitKind kind, int a_bits, int b_bits = 0) {
    DatapathUnit made;
    made.kind = kind;
    made.a_bits = a_bits;
    made.b_bits = b_bits;
    return made;
  }
  void add(const DatapathUnit& of, const char* stream, std::int64_t a, std::int64_t b) {
    const auto [at, is_new] =
        numbers_.emplace(std::make_pair(of.name(), std::string(stream)), streams_.size());
    if (is_new) streams_.push_back({of, {stream, {}}});
    streams_[at->second].stream.values.emplace_back(a, b);
  }

  const QuantizedGraph& network_;
  DatapathWidths widths_;
  std::vector<circuit::UnitOperands> streams_;
  std::map<std::pair<std::string, std::string>, std::size_t> numbers_;
};

}  // namespace

std::vector<circuit::UnitOperands> run_operands(const QuantizedGraph& network,
                                                const Samples& samples, std::uint64_t seed) {
  Collector collector(network);
  KeyedRandom random(seed, Stream::characterization);
  const NeuronDraw draw(network.graph);
  for_each_prediction(network, samples, [&](const GraphTrace& trace) {
    for (const DrawnNeuron& drawn : draw.draw(random)) collector.neuron(drawn, trace);
    for (int k = 0; k < network.graph.layers(); ++k) collector.outputs(k, trace);
  });
  // Units of one netlist follow each other.
  std::vector<circuit::UnitOperands> all = collector.take();
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::make_pair(a.unit.kind, a.unit.name()) < std::make_pair(b.unit.kind, b.unit.name());
  });
  return all;
}

}  // namespace minerva::flow
