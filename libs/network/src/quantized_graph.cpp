#include "minerva/network/quantized_graph.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "dense_layer.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

const LayerFormats& formats_of(const QuantizationPlan& plan, int k) {
  return plan.layers[static_cast<std::size_t>(k)];
}

int log2_rounded_up(std::int64_t value) {
  int log2 = 0;
  while ((std::int64_t{1} << log2) < value) ++log2;
  return log2;
}

class PlanCheck {
 public:
  PlanCheck(const LayerGraph& graph, const QuantizationPlan& plan, const std::string& key)
      : graph_(graph), plan_(plan), key_(key) {}

  void check(int k) const {
    const GraphLayer& layer = graph_.layer(k);
    const LayerFormats& formats = formats_of(plan_, k);
    check_formats(formats, key_ + ", " + layer_name(layer, k));
    const QFormat read = format_of(layer.reads);
    if (formats.activation != read) {
      refuse(k, "reads its input as X " + to_string(formats.activation) + ", but " +
                    layer_name(graph_.layer(format_owner(graph_, layer.reads)),
                               format_owner(graph_, layer.reads)) +
                    " reads the same tensor as " + to_string(read));
    }
    check_codebook_of(k, layer, formats);
    if (!layer.has_weights()) check_pool(k, layer, formats);
    if (layer.added) check_added(k, layer, formats);
  }

 private:
  [[noreturn]] void refuse(int k, const std::string& cause) const {
    throw UserError(key_, layer_name(graph_.layer(k), k), cause);
  }
  QFormat format_of(int tensor) const {
    return formats_of(plan_, format_owner(graph_, tensor)).activation;
  }
  /// One look-up stands before the multipliers of all layers, or none does.
  void check_codebook_of(int k, const GraphLayer& layer, const LayerFormats& formats) const {
    if (!layer.has_weights()) {
      if (!formats.codebook.empty()) refuse(k, "has a codebook, but a pool has no weights");
      return;
    }
    int first = 0;
    while (!graph_.layer(first).has_weights()) ++first;
    const bool shared = !formats_of(plan_, first).codebook.empty();
    if (formats.codebook.empty() != shared) return;
    refuse(k, std::string(shared ? "has no codebook, but " : "has a codebook, but ") +
                  layer_name(graph_.layer(first), first) + (shared ? " has one" : " has none"));
  }
  void check_pool(int k, const GraphLayer& layer, const LayerFormats& formats) const {
    if (formats.scale_exponent != tensor_scale_exponent(graph_, plan_, layer.reads)) {
      refuse(k, "has a scale of 2^" + std::to_string(formats.scale_exponent) +
                    "; a pool keeps that of the tensor that it reads, 2^" +
                    std::to_string(tensor_scale_exponent(graph_, plan_, layer.reads)));
    }
    if (layer.kind == GraphLayerKind::max_pool && format_of(k + 1) != formats.activation) {
      refuse(k, "compares codes of X " + to_string(formats.activation) +
                    ", but what it writes is read as " + to_string(format_of(k + 1)));
    }
  }
  void check_added(int k, const GraphLayer& layer, const LayerFormats& formats) const {
    const int t = layer.added.tensor;
    const QFormat x = format_of(t);
    const int shift = added_shift(graph_, plan_, k);
    const int room = accumulator_bits(formats.product, layer.fan_in());
    if (shift < 0 || x.bits() + shift > room) {
      refuse(k, "adds tensor " + std::to_string(t) + " of X " + to_string(x) +
                    ", which does not fit exactly into sums of P " + to_string(formats.product) +
                    (shift < 0 ? ": P needs " + std::to_string(-shift) + " more fraction bits"
                               : ": they need " + std::to_string(x.bits() + shift - room) +
                                     " more bits"));
    }
    if (tensor_factor(graph_, t) != 1) {
      refuse(k, "adds tensor " + std::to_string(t) +
                    ", an average over no power of two, whose divisor no weights make up for");
    }
  }

  const LayerGraph& graph_;
  const QuantizationPlan& plan_;
  const std::string& key_;
};

}  // namespace

int divisor_shift(const GraphLayer& layer) { return log2_rounded_up(layer.divisor); }

double tensor_factor(const LayerGraph& graph, int t) {
  double factor = 1;
  while (t > 0 && !graph.layer(t - 1).has_weights()) {
    const GraphLayer& pool = graph.layer(t - 1);
    factor *= std::ldexp(1.0, divisor_shift(pool)) / pool.divisor;
    t = pool.reads;
  }
  return factor;
}

int format_owner(const LayerGraph& graph, int t) {
  int adds = -1;
  for (int k = 0; k < graph.layers(); ++k) {
    if (graph.layer(k).reads == t) return k;
    if (adds < 0 && graph.layer(k).added.tensor == t) adds = k;
  }
  return adds;
}

int tensor_scale_exponent(const LayerGraph& graph, const QuantizationPlan& plan, int t) {
  expects(t <= graph.layers(), "a tensor that the graph does not have");
  return t == 0 ? 0 : formats_of(plan, t - 1).scale_exponent;
}

int added_shift(const LayerGraph& graph, const QuantizationPlan& plan, int k) {
  const int t = graph.layer(k).added.tensor;
  const QFormat x = formats_of(plan, format_owner(graph, t)).activation;
  return formats_of(plan, k).product.fraction_bits - x.fraction_bits +
         formats_of(plan, k).scale_exponent - tensor_scale_exponent(graph, plan, t);
}

int graph_accumulator_bits(const GraphLayer& layer, const LayerFormats& formats) {
  if (!layer.has_weights()) {
    return formats.activation.bits() +
           (layer.kind == GraphLayerKind::sum_pool ? log2_rounded_up(layer.window.words()) : 0);
  }
  return accumulator_bits(formats.product, layer.fan_in()) + (layer.added ? 1 : 0);
}

DatapathWidths graph_datapath_widths(const LayerGraph& graph, const QuantizationPlan& plan) {
  expects(static_cast<int>(plan.layers.size()) == graph.layers(),
          "graph_datapath_widths: plan and graph differ in layers");
  DatapathWidths widths{0, 0, 0, 0};
  for (int k = 0; k < graph.layers(); ++k) {
    const LayerFormats& f = formats_of(plan, k);
    widths.activation_bits = std::max(widths.activation_bits, f.activation.bits());
    widths.accumulator_bits =
        std::max(widths.accumulator_bits, graph_accumulator_bits(graph.layer(k), f));
    if (!graph.layer(k).has_weights()) continue;
    widths.weight_bits = std::max(widths.weight_bits, f.weight.bits());
    widths.product_bits = std::max(widths.product_bits, f.product.bits());
    widths.add(f.codebook);
  }
  return widths;
}

void check_graph_plan(const LayerGraph& graph, const QuantizationPlan& plan,
                      const std::string& key) {
  if (static_cast<int>(plan.layers.size()) != graph.layers()) {
    throw UserError(key, std::to_string(plan.layers.size()) + " layers",
                    "the network has " + std::to_string(graph.layers()) + " layers");
  }
  LayerGraph ended = graph;
  check_graph(ended, key);
  expects(ended == graph, "a graph that check_graph has not ended");
  const PlanCheck check(graph, plan, key);
  for (int k = 0; k < graph.layers(); ++k) check.check(k);
}

int weight_scale_exponent(const LayerGraph& graph, const QuantizationPlan& plan, int k) {
  return formats_of(plan, k).scale_exponent -
         tensor_scale_exponent(graph, plan, graph.layer(k).reads);
}

GraphNetwork scaled_graph_network(const GraphNetwork& network, const QuantizationPlan& plan) {
  expects(plan.layers.size() == network.layers.size(),
          "scaled_graph_network: plan and network differ in layers");
  GraphNetwork scaled = network;
  for (int k = 0; k < network.graph.layers(); ++k) {
    LayerParameters& layer = scaled.layers[static_cast<std::size_t>(k)];
    layer.weights *= std::ldexp(1.0F, weight_scale_exponent(network.graph, plan, k));
    layer.biases *= std::ldexp(1.0F, formats_of(plan, k).scale_exponent);
  }
  return scaled;
}

QuantizedLayer quantize_graph_layer(const GraphNetwork& network, const QuantizationPlan& plan,
                                    int k) {
  const LayerParameters& numbers = network.layers[static_cast<std::size_t>(k)];
  const double factor = std::ldexp(tensor_factor(network.graph, network.graph.layer(k).reads),
                                   weight_scale_exponent(network.graph, plan, k));
  return quantize_matrix(numbers.weights, numbers.biases, formats_of(plan, k), factor);
}

QuantizedGraph quantized_graph(const QuantizedNetwork& network) {
  for (std::size_t k = 1; k < network.layers.size(); ++k) {
    expects(network.layers[k].n_in == network.layers[k - 1].n_out,
            "a layer of the chain reads what the layer before it writes");
  }
  return {{network.rounding, network.mitigation, network.layers}, LayerGraph(network.topology())};
}

QuantizedNetwork chain_network(const QuantizedGraph& network) {
  expects(network.graph.is_dense_chain(), "only a dense chain is a QuantizedNetwork");
  return {{network.rounding, network.mitigation, network.layers}, network.graph.input()};
}

QuantizedGraph quantize_graph(const GraphNetwork& network, const QuantizationPlan& plan,
                              const PruningThresholds& thresholds) {
  const LayerGraph& graph = network.graph;
  check_graph_plan(graph, plan, "plan");
  if (!thresholds.theta.empty() && thresholds.theta.size() != network.layers.size()) {
    throw UserError("thresholds", std::to_string(thresholds.theta.size()) + " layers",
                    "the network has " + std::to_string(graph.layers()) + " layers");
  }
  QuantizedGraph quantized{{plan.rounding, {}, {}}, graph};
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& layer = graph.layer(k);
    const LayerFormats& formats = formats_of(plan, k);
    QuantizedLayer to = quantize_graph_layer(network, plan, k);
    if (!thresholds.theta.empty()) {
      const double theta = thresholds.theta[static_cast<std::size_t>(k)];
      const std::string key = "threshold of " + layer_name(layer, k);
      to.theta_code = threshold_code(theta, formats.activation, key);
      if (to.theta_code > 0 && !layer.has_weights()) {
        throw UserError(key, std::to_string(theta), "must be 0: a pool skips nothing");
      }
    }
    quantized.layers.push_back(std::move(to));
  }
  return quantized;
}

}  // namespace minerva
