#include <google/protobuf/stubs/logging.h>

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/base/limits.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/interchange/onnx.hpp"
#include "onnx_chain.hpp"
#include "onnx_limits.hpp"

namespace minerva {

bool is_onnx(std::string_view bytes) {
  // Exporters write the IR version first, field 1, a number below 128; then another field follows.
  // A safetensors file that is cut short, whose first byte may be the same, goes on with zeros.
  return bytes.size() > 2 && bytes[0] == '\x08' && bytes[1] > 0 && bytes[2] != 0;
}

ImportedNetwork read_onnx(std::string_view bytes, const std::string& name) {
  const google::protobuf::LogSilencer no_log;  // what is wrong goes into the error
  if (bytes.size() > limits::kNetworkBytes) throw UserError(name, "", "is longer than 1 GiB");
  check_model_limits(bytes, name);
  onnx::ModelProto model;
  if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !model.has_graph()) {
    throw UserError(name, "", "is no ONNX model, or a damaged one");
  }
  // Weights stand once in the file; a Transpose, or 16 bits becoming 32, holds them again.
  constexpr std::size_t kSmallest = std::size_t{1} << 20;
  return OnnxChain(model, name, std::min(4 * bytes.size() + kSmallest, limits::kUnpackedBytes))
      .read();
}

}  // namespace minerva
