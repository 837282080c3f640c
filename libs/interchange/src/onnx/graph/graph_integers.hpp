#pragma once
#include <onnx/onnx_pb.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "onnx/onnx_constants.hpp"

namespace minerva {

/// Lists of integers that a model computes of constants alone, as PyTorch's exporter writes the
/// sides that a Pad has: Concat, ConstantOfShape, Reshape, Slice, Transpose, Gather and others.
class OnnxIntegers {
 public:
  /// Computes them; longer lists than a model needs, and other operators, are left alone. `graph`
  /// must outlive this.
  OnnxIntegers(const onnx::GraphProto& graph, OnnxConstants& constants);

  bool holds(const std::string& tensor) const { return tensors_.count(tensor) != 0; }
  /// The integers, row-major; the tensor must be held.
  const std::vector<std::int64_t>& values(const std::string& tensor) const {
    return tensors_.at(tensor).values;
  }
  /// Whether a node makes such a list.
  bool made_by(const onnx::NodeProto& node) const { return makers_.count(&node) != 0; }

 private:
  struct Tensor {
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> values;
  };
  bool computed(const onnx::NodeProto& node, Tensor& out) const;
  bool slice(const onnx::NodeProto& node, Tensor& out) const;
  const Tensor& input(const onnx::NodeProto& node, int i) const {
    return tensors_.at(node.input(i));
  }

  std::map<std::string, Tensor> tensors_;
  std::set<const onnx::NodeProto*> makers_;
};

}  // namespace minerva
