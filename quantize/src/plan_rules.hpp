#pragma once
#include <vector>

#include "minerva/network/layer_graph.hpp"
#include "minerva/network/quantization_plan.hpp"
#include "plan_moves.hpp"

namespace minerva::quantize {

/// Which formats of a plan are free, and what the others are (docs/layers.md): layers that read one
/// tensor share its X, a maximum keeps the X of what it compares, a pool keeps the scale of its
/// tensor and has no W and P of its own, and an added word must be exact. In a chain of dense
/// layers every format is free.
class PlanRules {
 public:
  explicit PlanRules(const LayerGraph& graph);

  /// Whether the signal of layer k is chosen, and not given by another layer's.
  bool is_free(std::size_t k, const NamedSignal& signal) const;
  /// Sets what follows from the free formats and scales; false: the machine cannot run the plan.
  bool settle(QuantizationPlan& plan) const;
  /// The plan with the fewest fraction bits of P added, to all layers alike, with which it can run;
  /// `start`, which can, where none helps.
  QuantizationPlan legal_from(QuantizationPlan plan, const QuantizationPlan& start,
                              const PlanLimits& limits) const;

  const LayerGraph& graph() const { return graph_; }

 private:
  LayerGraph graph_;
  bool chain_;
  std::vector<std::size_t> activation_of_;  ///< the layer whose X each layer has
  std::vector<std::size_t> weights_of_;     ///< the layer whose W and P a pool shows; else itself
};

}  // namespace minerva::quantize
