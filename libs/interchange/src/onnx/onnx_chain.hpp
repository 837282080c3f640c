#pragma once
#include <onnx/onnx_pb.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "minerva/interchange/named_tensors.hpp"
#include "network_folding.hpp"
#include "onnx/onnx_nodes.hpp"

namespace minerva {

/// Follows a model from its one input to its one output and takes the layers on the way.
/// onnx_chain.cpp walks; onnx_layers.cpp takes what is linear, onnx_activations.cpp what stands
/// between and behind the layers, onnx_quant_nodes.cpp the nodes of QONNX.
class OnnxChain : private OnnxNodes {
 public:
  /// `model`, `file` and `external` must outlive this. `largest_bytes` bounds what folded constants
  /// and folded layers may hold, each.
  OnnxChain(const onnx::ModelProto& model, const std::string& file, std::size_t largest_bytes,
            OnnxExternalData& external);

  /// Throws UserError for the first node, or tensor, that does not belong to such a chain.
  ImportedNetwork read();

 private:
  /// What the tensor at hand holds: `ends` are functions of the sums that keep their order.
  enum class Holds { inputs, sums, activations, ends, classes };
  /// How a node with one constant input uses it.
  struct Operand {
    ConstantPointer values;
    std::string name;
    bool first = false;  ///< the constant is the node's first input
  };

  // onnx_chain.cpp
  const onnx::NodeProto* next();
  std::string take(const onnx::NodeProto& node);
  void take_one(const onnx::NodeProto& node);
  void take_cast(const onnx::NodeProto& node);
  void take_reshape(const onnx::NodeProto& node);
  void finish();

  // onnx_layers.cpp
  void take_gemm(const onnx::NodeProto& node);
  void take_matmul(const onnx::NodeProto& node);
  void take_arithmetic(const onnx::NodeProto& node);
  void take_batch_normalization(const onnx::NodeProto& node);
  void check_before_layer(const onnx::NodeProto& node);
  void add_layer(const onnx::NodeProto& node, const std::string& weights, bool outputs_first);
  void set_biases(const onnx::NodeProto& node, const std::string& biases);
  Operand operand(const onnx::NodeProto& node, const std::string& role);
  std::vector<double> spread(const onnx::NodeProto& node, const OnnxConstant& constant);
  void fold(const onnx::NodeProto& node, const Elementwise& step);
  std::string where_it_folds() const;

  // onnx_activations.cpp
  void take_relu(const onnx::NodeProto& node);
  void take_clip(const onnx::NodeProto& node);
  void take_max(const onnx::NodeProto& node);
  void take_dropout(const onnx::NodeProto& node);
  void take_end(const onnx::NodeProto& node);
  void activate(const onnx::NodeProto& node);

  // onnx_quant_nodes.cpp
  void take_quant(const onnx::NodeProto& node);
  void take_shrink(const onnx::NodeProto& node);
  bool begins_products(const onnx::NodeProto& node);
  std::string take_products(const onnx::NodeProto& unsqueeze);
  const onnx::NodeProto& next_of(const std::string& op_type, const std::string& where);
  void check_axis(const onnx::NodeProto& node, std::int64_t axis);

  NetworkFolding folding_;
  std::string tensor_;  ///< at hand
  std::string output_;
  OnnxSizes sizes_;
  Holds holds_ = Holds::inputs;
  const onnx::NodeProto* layer_ = nullptr;  ///< the last one taken
  const onnx::NodeProto* end_ = nullptr;    ///< the last that keeps the order of the sums
  bool has_biases_ = true;                  ///< of the last layer
  LayerQuants pending_;                     ///< of the inputs that the next layer reads
};

}  // namespace minerva
