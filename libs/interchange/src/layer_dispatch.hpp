#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/network/graph_network.hpp"
#include "minerva/network/network.hpp"
#include "minerva/network/quantized_network.hpp"
#include "npz/zip_archive.hpp"

// The one place of this room that tells kinds of layers apart when a network is written. Readers
// find the kind in the file: named_tensors.cpp by the shapes, onnx_layers.cpp by the operator.

namespace minerva {

/// One array of a layer as files hold it: row-major, the last index fastest.
struct LayerTensor {
  std::string name;  ///< "w0" and "b0" are the weights and biases of layer 0
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// Weights and biases of layer k of a graph; none of a pool. A dense layer has (inputs, outputs),
/// its inputs in storage order; a convolution (filters, channels of a group, rows, columns).
std::vector<LayerTensor> layer_tensors(const GraphLayer& layer, const LayerParameters& numbers,
                                       std::size_t k);
/// The ONNX operator that computes a layer from what it reads, its weights and its biases.
const char* onnx_operator(const GraphLayer& layer);
/// The stored codes of layer k as .npy files.
std::vector<ZipMember> code_arrays(const QuantizedLayer& layer, std::size_t k);

}  // namespace minerva
