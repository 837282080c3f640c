#pragma once
#include <string>

#include "minerva/network/network.hpp"
#include "minerva/network/quantized_network.hpp"

// The one place of this room that tells kinds of layers apart, beside layer_shape.

namespace minerva {

/// Throws UserError naming `where` and the layer unless the numbers are of this shape and finite.
/// @param source what the layer reads, for the message: "the layer before it has 10 neurons".
void check_layer(const NetworkLayer& layer, const LayerShape& shape, const std::string& source,
                 const std::string& where, const std::string& name);
/// Multiplies the weights by 2^weight_exponent and the biases by 2^bias_exponent.
void scale_layer(NetworkLayer& layer, int weight_exponent, int bias_exponent);
/// The layer in these formats, its weights times 2^weight_exponent and its biases times the scale
/// of the formats, rounded half up; without threshold.
QuantizedLayer quantize_in(const NetworkLayer& layer, const LayerFormats& formats,
                           int weight_exponent);

}  // namespace minerva
