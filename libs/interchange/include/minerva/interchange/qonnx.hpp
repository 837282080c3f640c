#pragma once
#include <string>

#include "minerva/base/enum_names.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// How a QONNX graph computes a layer. sums: a MatMul of exact products, which QONNX tools know,
/// but which differs from the machine unless its products are wide enough. each_product: one
/// multiplication, one rounding to P and one sum for each weight, which is the machine's arithmetic
/// to the bit, in operators that hardware tools do not recognise as a layer.
enum class QonnxProducts { sums, each_product };
constexpr EnumNames<QonnxProducts, 2> enum_names(QonnxProducts) {
  return {{{QonnxProducts::sums, "sums"}, {QonnxProducts::each_product, "each_product"}}};
}

/// Writes the network as a QONNX model: weights, biases and the inputs of each layer pass Quant
/// nodes (domain qonnx.custom_op.general) of scale 2^-n, zero point 0 and m + n bits; thresholds
/// are Shrink nodes. Faults are left out. The metadata of the graph say where it differs from the
/// machine. Throws UserError for a network that such a graph cannot represent: one with an X of one
/// bit, whose Quant is bipolar, or with a bias that float32 cannot represent. docs/interchange.md
/// has the mapping.
std::string qonnx_bytes(const QuantizedNetwork& network,
                        QonnxProducts products = QonnxProducts::sums);
/// Of any layers. Convolutions are graphs of sums alone, and windows of sums and averages have a
/// power of two of words. Weights are not scaled: the scales of the plan move the points of the
/// Quant nodes.
std::string qonnx_bytes(const QuantizedGraph& network,
                        QonnxProducts products = QonnxProducts::sums);

}  // namespace minerva
