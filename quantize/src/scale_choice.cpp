#include "scale_choice.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "plan_moves.hpp"
#include "plan_rules.hpp"

namespace minerva::quantize {
namespace {

/// Bits of each signal that layers leave unused at its widest layer's binary point, summed.
double wasted_bits(const QuantizationPlan& plan, const std::vector<LayerRange>& ranges,
                   const LayerGraph& graph) {
  const auto log2_of = [](double value) { return portable_log(value) / portable_log(2.0); };
  std::array<std::vector<double>, 3> reach;  // log2 of the magnitudes of W, X and P
  for (std::size_t k = 0; k < ranges.size(); ++k) {
    const int at = static_cast<int>(k);
    const int weight_scale = weight_scale_exponent(graph, plan, at);
    const int input_scale = tensor_scale_exponent(graph, plan, graph.layer(at).reads);
    const std::array<double, 3> values = {
        std::ldexp(ranges[k].weight, weight_scale), std::ldexp(ranges[k].activation, input_scale),
        std::ldexp(ranges[k].product, plan.layers[k].scale_exponent)};
    for (std::size_t s = 0; s < 3; ++s) {
      if (values[s] > 0) reach[s].push_back(log2_of(values[s]));
    }
  }
  double wasted = 0;
  for (const std::vector<double>& layers : reach) {
    // One integer bit, the sign, reaches 1 and cannot be saved.
    double widest = 0;
    for (const double r : layers) widest = std::max(widest, r);
    for (const double r : layers) wasted += widest - r;
  }
  return wasted;
}

}  // namespace

QuantizationPlan scaled_by_ranges(const QuantizationPlan& plan,
                                  const std::vector<LayerRange>& ranges, const LayerGraph& graph) {
  expects(plan.layers.size() == ranges.size(), "scaled_by_ranges: plan and ranges differ");
  const PlanRules rules(graph);
  QuantizationPlan best = plan;
  double least = wasted_bits(best, ranges, graph);
  for (bool better = true; better;) {
    better = false;
    for (QuantizationPlan& move : rescaled(best)) {
      if (!rules.settle(move)) continue;
      const double wasted = wasted_bits(move, ranges, graph);
      if (wasted < least - 1e-9) {  // equal sums in another order differ in their last bits
        best = move;
        least = wasted;
        better = true;
        break;
      }
    }
  }
  return best;
}

}  // namespace minerva::quantize
