#pragma once
#include <onnx/onnx_pb.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "folded_layer.hpp"
#include "minerva/interchange/named_tensors.hpp"
#include "onnx/onnx_constants.hpp"
#include "onnx/onnx_shape.hpp"

namespace minerva {

/// What reading the nodes of a model needs, whatever order they are read in: constants, readers of
/// a tensor, messages, and the operators that mean the same in a chain and in a graph.
class OnnxNodes {
 protected:
  /// `model`, `file` and `external` must outlive this. `largest_bytes` bounds what folded constants
  /// may hold.
  OnnxNodes(const onnx::ModelProto& model, const std::string& file, std::size_t largest_bytes,
            OnnxExternalData& external);

  const onnx::ValueInfoProto& the_input() const;
  /// Fills readers_, and taken_ with the nodes that make constants and sizes alone.
  void index_nodes();
  void drop(const onnx::NodeProto& node, const std::string& why);
  void check_attributes(const onnx::NodeProto& node, const std::set<std::string>& known) const;
  ConstantPointer numbers(const onnx::NodeProto& node, const std::string& tensor,
                          const std::string& role);
  /// "node 'y'", and "node 'y', an ArgMax".
  std::string text(const onnx::NodeProto& node) const;
  std::string full_text(const onnx::NodeProto& node) const;
  [[noreturn]] void refuse(const std::string& why) const { refuse_onnx(file_, why); }
  [[noreturn]] void refuse_operator(const onnx::NodeProto& node) const;

  /// Throws UserError for a Clip that is no ReLU, and for a Dropout of training.
  void check_clip(const onnx::NodeProto& node);
  void check_dropout(const onnx::NodeProto& node);
  /// Factor and offset of each channel. Throws UserError for a BatchNormalization of training.
  Elementwise channels_of(const onnx::NodeProto& batch_normalization);
  double epsilon_of(const onnx::NodeProto& batch_normalization) const;
  /// Factors and offsets of Add, Sub, Mul or Div with a constant; `first`: the constant is the
  /// node's first input.
  Elementwise arithmetic(const onnx::NodeProto& node, std::vector<double> values, bool first) const;
  /// Throws UserError unless Softmax, LogSoftmax, Sigmoid, Tanh or ArgMax work on the outputs of a
  /// sample, of which there are so many. `is_vector`: they are the second dimension alone.
  void check_end(const onnx::NodeProto& node, bool is_vector, std::int64_t outputs) const;
  /// The note of that operator, once the network is known.
  void name_end(const onnx::NodeProto& node, GraphNetwork& network);
  /// The note of one output without such an operator, which becomes two.
  void name_one_output(GraphNetwork& network);
  /// What this program's export keeps in the model's metadata; empty: nothing.
  std::string property(const std::string& key) const;
  std::string own_plan() const { return property("minerva_plan"); }

  const onnx::ModelProto& model_;
  const onnx::GraphProto& graph_;
  const std::string& file_;
  std::int64_t operator_set_ = 0;
  OnnxConstants constants_;
  OnnxReshapes reshapes_;
  std::map<std::string, std::vector<const onnx::NodeProto*>> readers_;  ///< by tensor
  std::set<const onnx::NodeProto*> taken_;
  ImportedNetwork imported_;
};

/// Whether the operators of a domain are those of ONNX itself.
inline bool is_plain_domain(const std::string& domain) {
  return domain.empty() || domain == "ai.onnx";
}

}  // namespace minerva
