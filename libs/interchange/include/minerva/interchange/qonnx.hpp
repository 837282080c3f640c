#pragma once
#include <string>

#include "minerva/base/enum_names.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// How a QONNX graph computes a layer. sums: MatMul of exact products, which tools of QONNX know
/// and which is not what the machine does unless its products are wide enough. each_product: one
/// multiplication, one rounding to P and one sum a weight, the machine's arithmetic to the bit, in
/// operators that hardware tools do not take for a layer.
enum class QonnxProducts { sums, each_product };
constexpr EnumNames<QonnxProducts, 2> enum_names(QonnxProducts) {
  return {{{QonnxProducts::sums, "sums"}, {QonnxProducts::each_product, "each_product"}}};
}

/// The network as a QONNX model: weights, biases and the inputs of each layer pass Quant nodes
/// (domain qonnx.custom_op.general) of scale 2^-n, zero point 0 and m + n bits; thresholds are
/// Shrink nodes. Faults are left out. What the graph says otherwise than the machine stands in its
/// metadata. Throws UserError for a network that no such graph holds: an X of one bit, whose Quant
/// is bipolar, or a bias that float32 does not hold. Docs/interchange.md has the mapping.
std::string qonnx_bytes(const QuantizedNetwork& network,
                        QonnxProducts products = QonnxProducts::sums);

}  // namespace minerva
