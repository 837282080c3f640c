#pragma once
#include <onnx/onnx_pb.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "onnx/onnx_external.hpp"
#include "qonnx/layer_quants.hpp"

namespace minerva {

/// Throws UserError naming the file: what the file holds cannot be taken, and why.
[[noreturn]] void refuse_onnx(const std::string& file, const std::string& why);
/// "node 'conv1'", or the number and output of one without a name.
std::string node_text(const onnx::GraphProto& graph, const onnx::NodeProto& node);

/// A tensor whose values stand in the file: numbers of a network as float32, or integers such as
/// the sizes of a shape.
struct OnnxConstant {
  std::vector<std::int64_t> shape;
  bool of_floats = true;
  std::vector<float> floats;  ///< row-major
  std::vector<std::int64_t> integers;
  std::optional<QuantSignal> quant;  ///< the Quant node that the numbers passed
};
using ConstantPointer = std::shared_ptr<const OnnxConstant>;

/// The values of a graph's initializers and Constant nodes, and of Identity, Transpose, Quant and
/// Cast to float of such. Values are read when they are asked for.
class OnnxConstants {
 public:
  /// `graph`, `file` and `external` must outlive this. `largest_bytes` bounds what folding may
  /// hold.
  OnnxConstants(const onnx::GraphProto& graph, const std::string& file, std::size_t largest_bytes,
                OnnxExternalData& external);

  /// Whether the tensor is constant.
  bool holds(const std::string& tensor) const { return sources_.count(tensor) != 0; }
  /// The values; throws UserError for a type that no network is made of, data kept in another file,
  /// or sizes and values that differ in number. The tensor must be constant.
  ConstantPointer values(const std::string& tensor);
  /// The numbers of a constant of any type in double precision, infinities among them, as limits
  /// and parameters of nodes have them. The tensor must be constant.
  std::vector<double> plain_numbers(const std::string& tensor);
  /// Whether this node makes nothing but a constant.
  bool made_by(const onnx::NodeProto& node) const;
  /// What was rounded.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  struct Source {
    const onnx::TensorProto* tensor = nullptr;  ///< an initializer or a Constant's value
    const onnx::NodeProto* node = nullptr;      ///< otherwise: what makes it of another constant
    ConstantPointer values;
  };
  void check_room(std::size_t bytes) const;
  void charge(std::size_t bytes);
  OnnxConstant read(const onnx::TensorProto& tensor, const std::string& name);
  OnnxConstant of_node(const onnx::NodeProto& node, const OnnxConstant& input);

  const onnx::GraphProto& graph_;
  const std::string& file_;
  std::size_t bytes_left_;
  OnnxExternalData& external_;
  std::map<std::string, Source> sources_;
  std::vector<std::string> notes_;
};

/// An attribute of a node, or null.
const onnx::AttributeProto* attribute(const onnx::NodeProto& node, const std::string& name);
std::int64_t integer_attribute(const onnx::NodeProto& node, const std::string& name,
                               std::int64_t otherwise);

}  // namespace minerva
