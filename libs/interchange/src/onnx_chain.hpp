#pragma once
#include <onnx/onnx_pb.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "minerva/interchange/named_tensors.hpp"
#include "onnx_constants.hpp"
#include "onnx_shape.hpp"

namespace minerva {

/// Follows a model from its one input to its one output and takes the layers on the way.
class OnnxChain {
 public:
  /// `model` and `file` must outlive this. `largest_bytes` bounds what folded constants may hold.
  OnnxChain(const onnx::ModelProto& model, const std::string& file, std::size_t largest_bytes);

  /// Throws UserError for the first node, or tensor, that does not belong to such a chain.
  ImportedNetwork read();

 private:
  /// What the tensor at hand holds.
  enum class Holds { inputs, sums, activations, probabilities, classes };

  const onnx::ValueInfoProto& the_input();
  void index_nodes();
  const onnx::NodeProto* next();
  void take(const onnx::NodeProto& node);
  void take_layer(const onnx::NodeProto& node);
  void take_gemm(const onnx::NodeProto& node);
  void take_matmul(const onnx::NodeProto& node);
  void take_add(const onnx::NodeProto& node);
  void take_relu(const onnx::NodeProto& node);
  void take_dropout(const onnx::NodeProto& node);
  void take_end(const onnx::NodeProto& node);
  void check_before_layer(const onnx::NodeProto& node);
  void add_layer(const onnx::NodeProto& node, const std::string& weights, bool outputs_first,
                 double factor);
  void set_biases(const onnx::NodeProto& node, const std::string& biases, double factor);
  void drop(const onnx::NodeProto& node, const std::string& why);
  void check_attributes(const onnx::NodeProto& node, const std::set<std::string>& known) const;
  ConstantPointer numbers(const onnx::NodeProto& node, const std::string& tensor,
                          const std::string& role);
  float scaled(const onnx::NodeProto& node, float value, double factor, const char* name) const;
  std::string text(const onnx::NodeProto& node) const;
  std::string full_text(const onnx::NodeProto& node) const;
  [[noreturn]] void refuse(const std::string& why) const { refuse_onnx(file_, why); }
  [[noreturn]] void refuse_operator(const onnx::NodeProto& node) const;

  const onnx::GraphProto& graph_;
  const std::string& file_;
  std::int64_t operator_set_ = 0;
  OnnxConstants constants_;
  OnnxReshapes reshapes_;
  std::map<std::string, std::vector<const onnx::NodeProto*>> readers_;  ///< by tensor
  std::set<const onnx::NodeProto*> taken_;
  std::string tensor_;  ///< at hand
  std::string output_;
  OnnxSizes sizes_;
  Holds holds_ = Holds::inputs;
  const onnx::NodeProto* layer_ = nullptr;  ///< the last one taken
  bool has_biases_ = true;                  ///< of the last layer
  ImportedNetwork imported_;
};

}  // namespace minerva
