#include "plan_rules.hpp"

#include <algorithm>
#include <numeric>

#include "minerva/base/errors.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva::quantize {

PlanRules::PlanRules(const LayerGraph& graph) : graph_(graph), chain_(graph.is_dense_chain()) {
  const auto layers = static_cast<std::size_t>(graph.layers());
  activation_of_.resize(layers);
  weights_of_.resize(layers);
  std::iota(activation_of_.begin(), activation_of_.end(), std::size_t{0});
  std::iota(weights_of_.begin(), weights_of_.end(), std::size_t{0});
  if (chain_) return;
  // The first layer of those that must have one X has it.
  const auto join = [&](std::size_t a, std::size_t b) {
    const std::size_t from = std::max(activation_of_[a], activation_of_[b]);
    const std::size_t to = std::min(activation_of_[a], activation_of_[b]);
    std::replace(activation_of_.begin(), activation_of_.end(), from, to);
  };
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& layer = graph.layer(k);
    const auto at = static_cast<std::size_t>(k);
    join(at, static_cast<std::size_t>(format_owner(graph, layer.reads)));
    if (layer.kind == GraphLayerKind::max_pool) {
      join(at, static_cast<std::size_t>(format_owner(graph, k + 1)));
    }
    if (layer.has_weights()) continue;
    // The nearest layer with weights, before the pool or behind it.
    int nearest = k;
    while (nearest >= 0 && !graph.layer(nearest).has_weights()) --nearest;
    if (nearest < 0) nearest = k;
    while (nearest < graph.layers() && !graph.layer(nearest).has_weights()) ++nearest;
    expects(nearest < graph.layers(), "a network without weights has no formats to search");
    weights_of_[at] = static_cast<std::size_t>(nearest);
  }
}

bool PlanRules::is_free(std::size_t k, const NamedSignal& signal) const {
  return (signal.member == &LayerFormats::activation ? activation_of_ : weights_of_)[k] == k;
}

bool PlanRules::settle(QuantizationPlan& plan) const {
  if (chain_) return true;
  for (std::size_t k = 0; k < plan.layers.size(); ++k) {
    LayerFormats& formats = plan.layers[k];
    formats.activation = plan.layers[activation_of_[k]].activation;
    formats.weight = plan.layers[weights_of_[k]].weight;
    formats.product = plan.layers[weights_of_[k]].product;
    const GraphLayer& layer = graph_.layer(static_cast<int>(k));
    if (!layer.has_weights()) {
      formats.scale_exponent = tensor_scale_exponent(graph_, plan, layer.reads);
    }
  }
  try {
    check_graph_plan(graph_, plan, "plan");
  } catch (const UserError&) {
    return false;
  }
  return true;
}

QuantizationPlan PlanRules::legal_from(QuantizationPlan plan, const QuantizationPlan& start,
                                       const PlanLimits& limits) const {
  while (!settle(plan)) {
    if (!change_all(plan, kSignals[2], 0, 1, limits)) return start;
  }
  return plan;
}

}  // namespace minerva::quantize
