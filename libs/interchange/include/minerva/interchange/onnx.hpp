#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "minerva/interchange/named_tensors.hpp"

namespace minerva {

/// Whether bytes parse as an ONNX model with a graph.
bool is_onnx(std::string_view bytes);

/// Reads a network from the bytes of an ONNX model: a chain of Gemm, or MatMul and Add, with Relu
/// between them, as PyTorch and Keras exporters write it. Factors and offsets of constants,
/// BatchNormalization, and layers without a Relu between them are folded. Quant nodes of QONNX give
/// formats (ImportedNetwork::plan). Operators that do not change the class (Flatten, Dropout at
/// inference, Softmax at the end, ..) are left out; one output becomes two. The notes name all of
/// this. `folder`: where files beside the model lie that have its weights; nothing: such weights
/// are refused. Throws UserError naming the file `name`, the node, its operator and the reason for
/// everything that the machine cannot run. Any bytes are safe to read. docs/interchange.md has the
/// whole list.
ImportedNetwork read_onnx(std::string_view bytes, const std::string& name,
                          const std::optional<std::string>& folder = std::nullopt);
/// The paths of the files in `folder` that have weights of the model, in the order of their names.
/// Throws UserError for bytes that are no model, and for weights in other places.
std::vector<std::string> onnx_external_files(std::string_view bytes, const std::string& name,
                                             const std::string& folder);

/// Writes the network as an ONNX model: a chain of Gemm and Relu, float32, input "input" (batch,
/// n_in), output "output" (batch, n_out), the sums of the last layer. IR version 7, operator
/// set 13.
std::string onnx_bytes(const GraphNetwork& network);
std::string onnx_bytes(const Network& network);

}  // namespace minerva
