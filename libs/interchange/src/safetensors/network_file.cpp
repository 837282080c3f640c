#include "minerva/interchange/network_file.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "layer_dispatch.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/limits.hpp"
#include "minerva/network/graph_text.hpp"
#include "named_tensors/raw_layers.hpp"
#include "safetensors/safetensors.hpp"

namespace minerva {
namespace {
using Json = nlohmann::json;
constexpr const char* kFormat = "minerva-network-1";

static_assert(sizeof(float) == 4, "F32");
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Tensor data are written as they lie in memory, lowest byte first."
#endif

/// Whether the file is one of ours, which then must be sound.
bool is_ours(const SafetensorsFile& parsed, const std::string& file) {
  const auto value = [&](const char* key) {
    const auto found = parsed.metadata.find(key);
    return found == parsed.metadata.end() ? std::string() : found->second;
  };
  const std::string format = value("format");
  if (format.rfind("minerva-network-", 0) != 0) return false;
  if (format != kFormat) {
    throw UserError(file, printable(format), std::string("format must be ") + kFormat);
  }
  const std::string found = sha256(parsed.data.data(), parsed.data.size());
  if (value("sha256") != found) {
    throw UserError(file, printable(value("sha256")),
                    "SHA-256 of the data does not match: the data have " + found);
  }
  return true;
}

FloatType float_type(const std::string& dtype, const std::string& file, const std::string& name) {
  for (const FloatType type : {FloatType::f16, FloatType::bf16, FloatType::f32, FloatType::f64}) {
    if (dtype == to_string(type)) return type;
  }
  throw UserError(file, printable(name),
                  "has dtype " + dtype + ": tensor must have dtype F32, F64, F16 or BF16");
}
}  // namespace

std::string serialize_network(const Network& network) {
  check_network(network, "network");
  return serialize_network(graph_network(network));
}

std::string serialize_network(const GraphNetwork& network) {
  check_graph_network(network, "network");
  std::string data;
  Json header = Json::object();
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const GraphLayer& layer = network.graph.layer(static_cast<int>(k));
    for (const LayerTensor& tensor : layer_tensors(layer, network.layers[k], k)) {
      const std::size_t begin = data.size();
      data.append(reinterpret_cast<const char*>(tensor.values.data()),
                  sizeof(float) * tensor.values.size());
      header[tensor.name] = {
          {"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {begin, data.size()}}};
    }
  }
  header["__metadata__"] = {{"format", kFormat},
                            {"trained_by", network.trained_by},
                            {"sha256", sha256(data.data(), data.size())}};
  // The shapes of a chain of dense layers say all of it.
  if (!network.graph.is_dense_chain()) {
    header["__metadata__"][kNetworkText] = to_string(network.graph);
  }
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.append((8 - text.size() % 8) % 8, ' ');  // data start at a multiple of 8
  std::string bytes;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    bytes += static_cast<char>((std::uint64_t{text.size()} >> (8 * i)) & 0xff);
  }
  return bytes + text + data;
}

std::string read_network_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UserError(path, "", std::string("cannot be opened: ") + std::strerror(errno));
  // What is no file tells no size before it is read.
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(path, ignored);
  const std::size_t most = is_file ? limits::kNetworkBytes : limits::kTextBytes;
  const auto too_long = [&] {
    throw UserError(path, "",
                    is_file ? "is longer than 1 GiB" : "is a pipe or device of more than 64 MiB");
  };
  std::string bytes;
  if (is_file) {
    const std::uintmax_t size = std::filesystem::file_size(path, ignored);
    if (!ignored && size > most) too_long();
    if (!ignored) bytes.reserve(static_cast<std::size_t>(size));
  }
  char buffer[1 << 16];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    bytes.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (bytes.size() > most) too_long();
  }
  if (file.bad()) throw UserError(path, "", "cannot be read to its end, or is a folder");
  return bytes;
}

std::string numbers_sha256(const Network& network) {
  return numbers_sha256(graph_network(network));
}

std::string numbers_sha256(const GraphNetwork& network) {
  const std::string bytes = serialize_network(network);
  return parse_safetensors(bytes, "network").metadata.at("sha256");
}

bool is_safetensors(std::string_view bytes) { return looks_like_safetensors(bytes); }

ImportedNetwork read_safetensors(std::string_view bytes, const std::string& name,
                                 WeightsLayout layout, const std::string& described) {
  const SafetensorsFile parsed = parse_safetensors(bytes, name);
  const bool ours = is_ours(parsed, name);
  std::vector<NamedTensor> tensors;
  std::vector<std::string> notes;
  for (const auto& [key, tensor] : parsed.tensors) {
    if (is_batch_counter(key)) {
      notes.push_back(batch_counter_note(key));
      continue;
    }
    const FloatType type = float_type(tensor.dtype, name, key);
    ConvertedFloats floats = to_float32(type, tensor.bytes, false, name, printable(key));
    if (floats.rounded > 0) notes.push_back(rounding_note(key, floats));
    tensors.push_back({key, tensor.shape, std::move(floats.values)});
  }
  const auto own = parsed.metadata.find(kNetworkText);
  const std::string text =
      agreed_text(ours && own != parsed.metadata.end() ? own->second : "", described, name);
  ImportedNetwork imported = network_of_tensors(
      std::move(tensors), name, ours ? WeightsLayout::inputs_outputs : layout, text);
  imported.format = "safetensors";
  imported.notes.insert(imported.notes.begin(), notes.begin(), notes.end());
  const auto trained_by = parsed.metadata.find("trained_by");
  if (!ours) assume_classifier(imported, text);
  if (ours && trained_by != parsed.metadata.end()) {
    imported.network.trained_by = trained_by->second;
  }
  return imported;
}

GraphNetwork read_network(const std::string& path) {
  const std::string bytes = read_network_bytes(path);
  return read_safetensors(bytes, path).network;
}

}  // namespace minerva
