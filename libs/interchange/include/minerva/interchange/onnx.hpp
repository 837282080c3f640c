#pragma once
#include <string>
#include <string_view>

#include "minerva/interchange/named_tensors.hpp"

namespace minerva {

/// Whether bytes parse as an ONNX model with a graph.
bool is_onnx(std::string_view bytes);

/// Reads a network from the bytes of an ONNX model: a chain of Gemm, or MatMul and Add, with Relu
/// between them, as PyTorch and Keras exporters write it. Operators that do not change the class
/// (Flatten, Dropout at inference, Softmax at the end, ..) are left out and named in the notes.
/// Throws UserError naming the file `name`, the node, its operator and the reason for everything
/// that the machine cannot run. Any bytes are safe to read. docs/interchange.md has the whole list.
ImportedNetwork read_onnx(std::string_view bytes, const std::string& name);

/// Writes the network as an ONNX model: a chain of Gemm and Relu, float32, input "input" (batch,
/// n_in), output "output" (batch, n_out), the sums of the last layer. IR version 7, operator
/// set 13.
std::string onnx_bytes(const Network& network);

}  // namespace minerva
