#pragma once
#include <onnx/onnx_pb.h>

#include <optional>
#include <string>
#include <vector>

namespace minerva {

/// Reads the numbers that an ONNX model keeps in files beside it. A place in a model is untrusted:
/// it must be the plain name of a regular file in the model's own folder, and no link.
class OnnxExternalData {
 public:
  /// `file` names the model in messages and must outlive this. `folder` nothing: the model came as
  /// bytes, and tensors that lie elsewhere are refused. At most `largest_bytes` are read in all.
  OnnxExternalData(std::optional<std::string> folder, const std::string& file,
                   std::size_t largest_bytes)
      : folder_(std::move(folder)), file_(file), bytes_left_(largest_bytes) {}

  static bool holds(const onnx::TensorProto& tensor) {
    return tensor.data_location() == onnx::TensorProto::EXTERNAL || tensor.external_data_size() > 0;
  }
  /// The bytes of a tensor that holds() is true of, as raw_data would have them. Throws UserError
  /// naming the model and the tensor.
  std::string read(const onnx::TensorProto& tensor, const std::string& name);

 private:
  std::optional<std::string> folder_;
  const std::string& file_;
  std::size_t bytes_left_;
};

/// The paths of the files in which a model's tensors lie, each once, in the order of their names.
/// `folder` as above. Throws UserError for a place that is no plain name.
std::vector<std::string> external_files(const onnx::ModelProto& model, const std::string& folder,
                                        const std::string& file);
/// How long these files are together; a file that is not there counts as empty.
std::size_t external_bytes(const onnx::ModelProto& model, const std::string& folder,
                           const std::string& file);

}  // namespace minerva
