#include <google/protobuf/stubs/logging.h>

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/base/limits.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/interchange/onnx.hpp"
#include "onnx/graph/graph_reader.hpp"
#include "onnx/onnx_chain.hpp"
#include "onnx/onnx_limits.hpp"

namespace minerva {
namespace {

onnx::ModelProto parsed_model(std::string_view bytes, const std::string& name) {
  const google::protobuf::LogSilencer no_log;  // what is wrong goes into the error
  if (bytes.size() > limits::kNetworkBytes) throw UserError(name, "", "is longer than 1 GiB");
  check_model_limits(bytes, name);
  onnx::ModelProto model;
  if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !model.has_graph()) {
    throw UserError(name, "", "is no ONNX model, or a damaged one");
  }
  return model;
}

}  // namespace

bool is_onnx(std::string_view bytes) {
  // Exporters write the IR version first, field 1, a number below 128; then another field follows.
  // A safetensors file that is cut short, whose first byte may be the same, goes on with zeros.
  return bytes.size() > 2 && bytes[0] == '\x08' && bytes[1] > 0 && bytes[2] != 0;
}

ImportedNetwork read_onnx(std::string_view bytes, const std::string& name,
                          const std::optional<std::string>& folder) {
  const onnx::ModelProto model = parsed_model(bytes, name);
  OnnxExternalData external(folder, name, limits::kNetworkBytes - bytes.size());
  // Weights stand once in the file; a Transpose, or 16 bits becoming 32, holds them again.
  constexpr std::size_t kSmallest = std::size_t{1} << 20;
  const std::size_t numbers = folder ? external_bytes(model, *folder, name) : 0;
  const std::size_t most =
      std::min(4 * (bytes.size() + numbers) + kSmallest, limits::kUnpackedBytes);
  if (needs_graph(model.graph())) return OnnxGraphReader(model, name, most, external).read();
  return OnnxChain(model, name, most, external).read();
}

std::vector<std::string> onnx_external_files(std::string_view bytes, const std::string& name,
                                             const std::string& folder) {
  return external_files(parsed_model(bytes, name), folder, name);
}

}  // namespace minerva
