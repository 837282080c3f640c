#pragma once
#include <onnx/onnx_pb.h>

#include <optional>
#include <string>
#include <vector>

#include "onnx/onnx_constants.hpp"

namespace minerva {

/// Sizes of a tensor on the way from input to output: -1 where the file does not say; nothing when
/// not even their number is known. The first is the number of samples.
using OnnxSizes = std::optional<std::vector<std::int64_t>>;

OnnxSizes sizes_of(const onnx::ValueInfoProto& input);
/// "1 x ? x 28".
std::string sizes_text(const OnnxSizes& sizes);

/// Operators that only name the same numbers of each sample otherwise.
bool is_reshaping(const std::string& op_type);

/// Reads the reshaping operators of one graph.
class OnnxReshapes {
 public:
  OnnxReshapes(const onnx::GraphProto& graph, const std::string& file, OnnxConstants& constants);

  /// Whether a node computes sizes of other tensors and nothing else.
  bool computes_sizes(const onnx::NodeProto& node) const;
  /// The sizes behind a reshaping node. Throws UserError when it would mix samples, or when its new
  /// sizes are not known before it runs.
  OnnxSizes apply(const onnx::NodeProto& node, const std::string& tensor, const OnnxSizes& sizes);

 private:
  std::vector<std::int64_t> target(const onnx::NodeProto& node, const std::string& tensor);
  std::vector<std::int64_t> axes(const onnx::NodeProto& node);
  bool is_sample_count(const std::string& name, const std::string& of_tensor) const;

  const onnx::GraphProto& graph_;
  const std::string& file_;
  OnnxConstants& constants_;
  std::map<std::string, const onnx::NodeProto*> size_nodes_;  ///< by what they make
};

}  // namespace minerva
