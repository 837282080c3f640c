#pragma once
#include <onnx/onnx_pb.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "minerva/network/layer_graph.hpp"
#include "onnx/graph/graph_integers.hpp"
#include "onnx/graph/graph_tensor.hpp"
#include "onnx/onnx_nodes.hpp"

namespace minerva {

/// Whether a model has windows, or adds tensors to each other: more than a chain of dense layers.
bool needs_graph(const onnx::GraphProto& graph);

/// Reads a model of convolutions, pools, dense layers and shortcuts. Nodes are taken in the order
/// of the file, in which each stands behind those that it reads. graph_reader.cpp walks;
/// graph_layers.cpp takes layers, graph_elementwise.cpp what is done number by number and
/// additions, graph_shapes.cpp what moves numbers, graph_emission.cpp makes the network of what was
/// found.
class OnnxGraphReader : private OnnxNodes {
 public:
  /// As OnnxChain.
  OnnxGraphReader(const onnx::ModelProto& model, const std::string& file, std::size_t largest_bytes,
                  OnnxExternalData& external);

  /// Throws UserError for the first node, or tensor, that the machine cannot run.
  ImportedNetwork read();

 private:
  /// A layer as it was found: `reads` and `added` name tensors by the order in which layers are
  /// found.
  struct FoundLayer {
    GraphLayer layer;
    FoldedLayer numbers;
    std::vector<GraphAxis>
        columns;  ///< of dense layers: how the tensor that it reads was flattened
    const onnx::NodeProto* node = nullptr;
    LayerQuants quants;
    bool has_biases = false;
  };

  // graph_reader.cpp
  void take_input();
  GraphTensor take(const onnx::NodeProto& node);
  GraphTensor input_of(const onnx::NodeProto& node, int input);
  GraphTensor take_quant(const onnx::NodeProto& node);
  GraphTensor take_shrink(const onnx::NodeProto& node);
  GraphTensor take_end(const onnx::NodeProto& node);
  std::string sizes_of_tensor(const GraphTensor& tensor) const;
  FoundLayer& found(int k) { return found_[static_cast<std::size_t>(k)]; }
  void charge(std::size_t numbers);

  // graph_layers.cpp
  GraphTensor take_convolution(const onnx::NodeProto& node);
  GraphTensor take_dense(const onnx::NodeProto& node);
  GraphTensor take_pool(const onnx::NodeProto& node);
  GraphTensor take_mean(const onnx::NodeProto& node);
  GraphTensor pool(const onnx::NodeProto& node, const GraphTensor& from, GraphLayer layer);
  GraphTensor add_layer(FoundLayer layer);
  TensorShape image(const onnx::NodeProto& node, const GraphTensor& tensor);
  Window window_of(const onnx::NodeProto& node, const TensorShape& shape, int rows, int columns,
                   const GraphTensor& tensor);
  void check_layer(const onnx::NodeProto& node, GraphLayer& layer, const TensorShape& reads);
  void take_pending(const onnx::NodeProto& node, FoundLayer& layer, const GraphTensor& from);
  void scale_groups(FoundLayer& layer, const Elementwise& step);
  std::vector<std::int64_t> integers_of(const onnx::NodeProto& node, const char* name,
                                        std::size_t count, std::int64_t otherwise) const;

  // graph_elementwise.cpp
  GraphTensor take_relu(const onnx::NodeProto& node, int input = 0);
  GraphTensor take_max(const onnx::NodeProto& node);
  GraphTensor take_arithmetic(const onnx::NodeProto& node);
  GraphTensor take_batch_normalization(const onnx::NodeProto& node);
  GraphTensor take_addition(const onnx::NodeProto& node);
  std::optional<AddedTensor> added_to(const GraphTensor& sums, const GraphTensor& addend);
  GraphTensor fold(const onnx::NodeProto& node, GraphTensor tensor, const PendingStep& step);
  PendingStep spread(const onnx::NodeProto& node, const GraphTensor& tensor,
                     const OnnxConstant& constant);
  void set_biases(const onnx::NodeProto& node, int k, const OnnxConstant& biases);

  // graph_shapes.cpp
  GraphTensor take_reshape(const onnx::NodeProto& node);
  GraphTensor take_transpose(const onnx::NodeProto& node);
  GraphTensor take_pad(const onnx::NodeProto& node);
  GraphTensor take_slice(const onnx::NodeProto& node);
  std::vector<std::int64_t> list_of(const onnx::NodeProto& node, int input, const char* name,
                                    const std::string& role);
  std::optional<std::vector<int>> roles_of(const GraphTensor& tensor) const;
  int role_of(const GraphTensor& tensor, const GraphAxis& axis) const;
  bool is_input_order(const GraphTensor& tensor) const;
  bool resolve_input(const std::vector<int>& roles, const GraphTensor& tensor);

  // graph_emission.cpp
  void finish(const std::string& output);
  std::vector<int> order_of_layers(int last) const;
  TensorShape input_shape() const;
  void adopt_own_shape();
  LayerParameters numbers_of(FoundLayer& layer, const TensorShape& shape);
  std::vector<Eigen::Index> storage_words(const FoundLayer& layer, const TensorShape& shape) const;
  void check_output(const GraphTensor& output) const;
  void finish_plan(const std::vector<int>& order);

  OnnxIntegers integers_;
  std::size_t numbers_left_;
  std::map<std::string, GraphTensor> tensors_;
  std::string output_;
  std::vector<FoundLayer> found_;
  std::vector<std::int64_t> input_sizes_;   ///< of the model's input, behind the samples
  std::vector<int> input_roles_;            ///< TensorRole of each of its dimensions; -1: not known
  std::optional<TensorShape> input_shape_;  ///< once a layer of windows said it
  bool input_is_read_ = false;
  const onnx::NodeProto* end_ = nullptr;  ///< the last that keeps the order of the outputs
};

}  // namespace minerva
