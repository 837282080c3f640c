#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/engine/saturation.hpp"

namespace minerva {

/// What saturates, of how many, for people: "4 of 12 biases of layer 1, 7 of 600 products of layer
/// 2 saturate", or "nothing saturates". Layers are counted from 1, as in saturation.csv; `counts`
/// are of count_saturations over `samples` samples.
std::string saturation_text(const QuantizedGraph& network,
                            const std::vector<LayerSaturations>& counts, std::int64_t samples);

/// Of how many values a layer's saturations are counted.
LayerSaturations saturable_values(const LayerGraph& graph, int k, std::int64_t samples);

}  // namespace minerva
