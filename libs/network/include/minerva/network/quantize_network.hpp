#pragma once
#include <cstddef>

#include "minerva/network/network.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// The network in the formats of `plan`, thresholds as codes, no faults. Weights and biases are
/// always rounded half up. `thresholds` empty: none. Throws UserError when plan or thresholds do
/// not fit the network.
QuantizedNetwork quantize_network(const Network& network, const QuantizationPlan& plan,
                                  const PruningThresholds& thresholds = {});
/// Layer k alone, without a threshold; the plan must have a layer for each of the network's.
QuantizedLayer quantize_layer(const Network& network, const QuantizationPlan& plan, std::size_t k);

}  // namespace minerva
