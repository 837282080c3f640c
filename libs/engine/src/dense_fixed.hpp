#pragma once
#include <cstdint>
#include <vector>

#include "minerva/network/quantized_network.hpp"
#include "prepared_layer.hpp"

// What layer_dispatch.hpp promises, for a dense layer.

namespace minerva {

std::vector<std::int64_t> exact_dense_sums(const QuantizedLayers& network, int k,
                                           const std::vector<std::int32_t>& x);
PreparedLayer prepare_dense_layer(const QuantizedLayers& network, int k);
std::int64_t saturated_dense_products(const PreparedLayer& layer, const std::int16_t* x);

}  // namespace minerva
