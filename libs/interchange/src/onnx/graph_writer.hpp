#pragma once
#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "minerva/network/graph_network.hpp"

namespace minerva {

/// Whether a model's input is (batch, channels, rows, columns): layers of windows read it, or
/// layers add it. Otherwise it is (batch, words), in storage order.
bool has_image_input(const LayerGraph& graph);

/// Writes the nodes of a network as ONNX has them, layer by layer: tensors of rows and columns
/// are (batch, channels, rows, columns), vectors (batch, words). `graph` and `layers` must outlive
/// this.
class OnnxGraphWriter {
 public:
  OnnxGraphWriter(onnx::GraphProto& graph, const LayerGraph& layers);

  /// The tensor that layer k reads, in the form that its operator takes.
  std::string read_tensor(int k);
  /// The numbers of layer k with the columns of a dense layer in the order in which its tensor is
  /// flattened here, channels first.
  LayerParameters in_onnx_order(int k, const LayerParameters& numbers) const;
  /// Adds the node of layer k and gives what it makes.
  std::string add_layer(int k, const std::string& operator_name,
                        const std::vector<std::string>& inputs);
  /// Adds what follows the sums of layer k: the added tensor, the ReLU, and the output behind the
  /// last layer.
  void finish(int k, const std::string& sums);

  /// The name of tensor t, and another in its place for all nodes that follow.
  const std::string& name(int t) const { return tensors_[static_cast<std::size_t>(t)].name; }
  void replace(int t, const std::string& name);

 private:
  struct Tensor {
    std::string name;
    bool is_image = false;
    std::string other_form;  ///< its name as a vector, or as an image, once it was needed
  };
  bool is_vector_output(int k) const;
  std::string as_vector(int t);
  std::string as_image(int t);
  std::string reshaped(const std::string& from, const TensorShape& shape, const std::string& to);
  std::string addend(int k);

  onnx::GraphProto& graph_;
  const LayerGraph& layers_;
  std::vector<Tensor> tensors_;
};

}  // namespace minerva
