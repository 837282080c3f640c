#pragma once
#include <cstdint>
#include <vector>

#include "float_layer.hpp"
#include "minerva/network/network.hpp"
#include "minerva/network/quantized_network.hpp"
#include "prepared_layer.hpp"
#include "sample_pass.hpp"

// The one place of this room that tells kinds of layers apart. SampleRunner::run_layer is defined
// here, too.

namespace minerva {

/// The layer laid out for the float engine.
FloatLayer prepare_float_layer(const NetworkLayer& layer);
/// Writes the layer's sums, layer.row of them, to `acc`, which may be what `words` points to.
/// @param kept working memory.
void float_sums(const FloatLayer& layer, const FloatWords& words,
                std::vector<kernels::FloatInput>& kept, float* acc);

/// The accumulators of layer k for the inputs x, in plain 64-bit integers: the reference.
std::vector<std::int64_t> exact_sums(const QuantizedLayers& network, int k,
                                     const std::vector<std::int32_t>& x);
/// The layer laid out for the kernels.
PreparedLayer prepare_layer(const QuantizedLayers& network, int k);
/// The weights, as read, in which two layers that are equal but for their weights differ.
ChangedWeights changed_weights(const PreparedLayer& before, const PreparedLayer& after);
/// Products beyond P of a layer with the inputs x.
std::int64_t saturated_products(const PreparedLayer& layer, const std::int16_t* x);

}  // namespace minerva
