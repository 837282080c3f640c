#include "minerva/data/network_file.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "minerva/core/checksum.hpp"
#include "minerva/core/errors.hpp"

namespace minerva {
namespace {
using Json = nlohmann::json;
constexpr const char* kFormat = "minerva-network-1";
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // the limit of the safetensors library
constexpr std::size_t kLengthBytes = 8;

static_assert(sizeof(float) == 4, "F32");
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Tensor data are copied as they lie in memory, lowest byte first."
#endif

struct Tensor {
  std::vector<std::uint64_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// A file under examination: its name and what is in it.
struct NetworkFile {
  std::string path;
  std::string data;
  std::map<std::string, Tensor> tensors;
  Json metadata = Json::object();

  [[noreturn]] void fail(const std::string& value, const std::string& allowed) const {
    throw UserError(path, value, allowed);
  }
};

std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UserError(path, "", "cannot be opened");
  std::string bytes;
  char buffer[1 << 16];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    bytes.append(buffer, static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) throw UserError(path, "", "cannot be read to its end");
  return bytes;
}

/// Parses the header and refuses a key that stands twice, of which JSON parsers keep one silently.
Json parse_header(const NetworkFile& file, const std::string& text) {
  std::vector<std::set<std::string>> keys;
  std::string repeated;
  const auto watch = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto& key = value.get_ref<const std::string&>();
      if (!keys.back().insert(key).second) repeated = key;
    }
    return true;
  };
  Json header = Json::parse(text, watch, false);
  if (!header.is_object()) file.fail("", "is no network file: its header is no JSON object");
  if (!repeated.empty()) file.fail(repeated, "stands twice in the header");
  return header;
}

std::vector<std::uint64_t> read_numbers(const NetworkFile& file, const std::string& name,
                                        const Json& entry, const char* field) {
  std::vector<std::uint64_t> numbers;
  const auto list = entry.find(field);
  bool good = list != entry.end() && list->is_array();
  if (good) {
    for (const Json& item : *list) {
      good = good && item.is_number_unsigned();
      if (good) numbers.push_back(item.get<std::uint64_t>());
    }
  }
  if (!good) file.fail(name, std::string("needs a list of whole numbers ") + field);
  return numbers;
}

void read_tensor(NetworkFile& file, const std::string& name, const Json& entry) {
  if (!entry.is_object()) file.fail(name, "tensor must be described by a JSON object");
  const auto type = entry.find("dtype");
  if (type == entry.end() || *type != "F32") file.fail(name, "tensor must have dtype F32");
  Tensor tensor;
  tensor.shape = read_numbers(file, name, entry, "shape");
  const auto offsets = read_numbers(file, name, entry, "data_offsets");
  std::uint64_t elements = 1;
  for (const std::uint64_t size : tensor.shape) {
    if (size < 1 || size > std::uint64_t{kMaxLayerWidth}) {
      file.fail(name, "tensor sizes must be 1 to " + std::to_string(kMaxLayerWidth));
    }
    if (tensor.shape.size() > 2) file.fail(name, "tensor must have one or two dimensions");
    elements *= size;
  }
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > file.data.size() ||
      offsets[1] - offsets[0] != 4 * elements) {
    file.fail(name, "tensor offsets must span 4 bytes an element within the " +
                        std::to_string(file.data.size()) + " bytes of data");
  }
  tensor.begin = offsets[0];
  tensor.end = offsets[1];
  file.tensors[name] = tensor;
}

/// Every byte of the data belongs to exactly one tensor.
void check_cover(const NetworkFile& file) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> spans;
  for (const auto& [name, tensor] : file.tensors) spans.emplace_back(tensor.begin, tensor.end);
  std::sort(spans.begin(), spans.end());
  std::uint64_t covered = 0;
  for (const auto& [begin, end] : spans) {
    if (begin != covered) {
      file.fail("byte " + std::to_string(std::min(begin, covered)),
                begin < covered ? "tensors overlap" : "data belong to no tensor");
    }
    covered = end;
  }
  if (covered != file.data.size()) {
    file.fail(std::to_string(file.data.size() - covered) + " bytes", "follow the last tensor");
  }
}

void check_metadata(const NetworkFile& file) {
  if (!file.metadata.is_object()) file.fail("__metadata__", "must be a JSON object");
  for (const auto& [key, value] : file.metadata.items()) {
    if (!value.is_string()) file.fail("__metadata__." + key, "must be a string");
  }
  const std::string format = file.metadata.value("format", "");
  if (format.rfind("minerva-network-", 0) != 0) return;  // somebody else's file
  if (format != kFormat) file.fail(format, std::string("format must be ") + kFormat);
  const std::string found = sha256(file.data.data(), file.data.size());
  if (file.metadata.value("sha256", "") != found) {
    file.fail(file.metadata.value("sha256", ""),
              "SHA-256 of the data does not match: the data have " + found);
  }
}

NetworkFile parse(const std::string& path) {
  const std::string bytes = read_bytes(path);
  NetworkFile file;
  file.path = path;
  if (bytes.size() < kLengthBytes) {
    file.fail(std::to_string(bytes.size()) + " bytes", "is no network file: too short");
  }
  std::uint64_t length = 0;
  for (std::size_t i = kLengthBytes; i-- > 0;) {
    length = (length << 8) | static_cast<unsigned char>(bytes[i]);
  }
  if (length > kMaxHeaderBytes || length > bytes.size() - kLengthBytes) {
    file.fail(
        std::to_string(length),
        "is no network file or truncated: its header must be at most " +
            std::to_string(std::min<std::uint64_t>(kMaxHeaderBytes, bytes.size() - kLengthBytes)) +
            " bytes long");
  }
  file.data = bytes.substr(kLengthBytes + length);
  const Json header = parse_header(file, bytes.substr(kLengthBytes, length));
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      file.metadata = entry;
    } else {
      read_tensor(file, name, entry);
    }
  }
  check_cover(file);
  check_metadata(file);
  return file;
}

/// Takes the tensor `name` of `dimensions` dimensions out of the file.
Tensor take(NetworkFile& file, const std::string& name, std::size_t dimensions) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end()) {
    file.fail(name, "tensor is missing: a network needs w0, b0, w1, b1, ..");
  }
  const Tensor tensor = found->second;
  if (tensor.shape.size() != dimensions) {
    file.fail(name, "tensor must have " + std::to_string(dimensions) + " dimension(s)");
  }
  file.tensors.erase(found);
  return tensor;
}
}  // namespace

std::string serialize_network(const Network& network) {
  check_network(network, "network");
  std::string data;
  Json header = Json::object();
  const auto append = [&](const std::string& name, const std::vector<Eigen::Index>& shape,
                          const float* values, Eigen::Index count) {
    const std::size_t begin = data.size();
    data.append(reinterpret_cast<const char*>(values), 4 * static_cast<std::size_t>(count));
    header[name] = {{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {begin, data.size()}}};
  };
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const DenseLayer& layer = network.layers[k];
    // n_out x n_in, column-major, is (n_in, n_out), row-major: the same bytes.
    append("w" + std::to_string(k), {layer.weights.cols(), layer.weights.rows()},
           layer.weights.data(), layer.weights.size());
    append("b" + std::to_string(k), {layer.biases.size()}, layer.biases.data(),
           layer.biases.size());
  }
  header["__metadata__"] = {{"format", kFormat},
                            {"trained_by", network.trained_by},
                            {"sha256", sha256(data.data(), data.size())}};
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.append((8 - text.size() % 8) % 8, ' ');  // data start at a multiple of 8
  std::string bytes;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    bytes += static_cast<char>((std::uint64_t{text.size()} >> (8 * i)) & 0xff);
  }
  return bytes + text + data;
}

Network read_network(const std::string& path) {
  NetworkFile file = parse(path);
  Network network;
  network.trained_by = file.metadata.value("trained_by", "");
  for (std::size_t k = 0; k == 0 || !file.tensors.empty(); ++k) {
    const Tensor w = take(file, "w" + std::to_string(k), 2);
    const Tensor b = take(file, "b" + std::to_string(k), 1);
    DenseLayer layer;
    layer.weights.resize(static_cast<Eigen::Index>(w.shape[1]),
                         static_cast<Eigen::Index>(w.shape[0]));
    layer.biases.resize(static_cast<Eigen::Index>(b.shape[0]));
    std::memcpy(layer.weights.data(), file.data.data() + w.begin, w.end - w.begin);
    std::memcpy(layer.biases.data(), file.data.data() + b.begin, b.end - b.begin);
    network.layers.push_back(std::move(layer));
  }
  check_network(network, path);
  return network;
}

}  // namespace minerva
