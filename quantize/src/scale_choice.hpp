#pragma once
#include <vector>

#include "minerva/network/layer_graph.hpp"
#include "minerva/network/quantization_plan.hpp"
#include "minerva/quantize/range_profile.hpp"

namespace minerva::quantize {

/// `plan` with the scales under which one binary point a signal wastes fewest bits over the layers,
/// by ranges of the network as it comes. A local minimum under the moves of rescaled().
QuantizationPlan scaled_by_ranges(const QuantizationPlan& plan,
                                  const std::vector<LayerRange>& ranges, const LayerGraph& graph);

}  // namespace minerva::quantize
