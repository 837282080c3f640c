#include "safetensors/safetensors.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "minerva/base/errors.hpp"
#include "minerva/json/strict_parser.hpp"

namespace minerva {
namespace {
using OrderedJson = nlohmann::ordered_json;

struct DtypeBytes {
  const char* name;
  std::uint64_t bytes;
};
/// Types of the safetensors format, so that those that no network is made of get a message of
/// their own.
constexpr DtypeBytes kDtypes[] = {{"BOOL", 1},    {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1},
                                  {"F8_E4M3", 1}, {"I16", 2}, {"U16", 2}, {"F16", 2},
                                  {"BF16", 2},    {"I32", 4}, {"U32", 4}, {"F32", 4},
                                  {"F64", 8},     {"I64", 8}, {"U64", 8}};

[[noreturn]] void fail(const std::string& file, const std::string& value,
                       const std::string& allowed) {
  throw UserError(file, value, allowed);
}

/// Refuses a key that stands twice, of which JSON parsers keep one silently.
OrderedJson parse_header(const std::string& file, std::string_view text) {
  json::TextLimits limits;
  limits.bytes = limits::kTensorHeaderBytes;
  limits.depth = 3;  // the sizes of a tensor of the header
  limits.members = limits::kTensors + 1;
  limits.values = 32 * limits::kTensors;
  OrderedJson header;
  try {
    header = json::parse_strictly(text, file, limits, [&](const std::string& name) {
      fail(file, printable(name), "stands twice in the header");
    });
  } catch (const OrderedJson::exception&) {
    header = nullptr;
  }
  if (!header.is_object()) fail(file, "", "is no network file: its header is no JSON object");
  return header;
}

std::vector<std::uint64_t> read_numbers(const std::string& file, const std::string& name,
                                        const OrderedJson& entry, const char* field) {
  std::vector<std::uint64_t> numbers;
  const auto list = entry.find(field);
  bool good = list != entry.end() && list->is_array();
  if (good) {
    for (const OrderedJson& item : *list) {
      good = good && item.is_number_unsigned();
      if (good) numbers.push_back(item.get<std::uint64_t>());
    }
  }
  if (!good) fail(file, name, std::string("needs a list of whole numbers ") + field);
  return numbers;
}

std::uint64_t bytes_of_dtype(const std::string& dtype) {
  for (const DtypeBytes& each : kDtypes) {
    if (dtype == each.name) return each.bytes;
  }
  return 0;
}

SafetensorsFile::Tensor read_tensor(const std::string& file, const std::string& name,
                                    const OrderedJson& entry, std::string_view data) {
  if (!entry.is_object()) fail(file, name, "tensor must be described by a JSON object");
  const auto type = entry.find("dtype");
  SafetensorsFile::Tensor tensor;
  if (type != entry.end() && type->is_string()) tensor.dtype = type->get<std::string>();
  const std::uint64_t bytes = bytes_of_dtype(tensor.dtype);
  if (bytes == 0) fail(file, name, "tensor must have dtype F32, F64, F16 or BF16");
  std::uint64_t elements = 1;
  for (const std::uint64_t size : read_numbers(file, name, entry, "shape")) {
    // One element more than the data could hold is as wrong as any number above it.
    elements =
        size == 0 ? 0 : std::min(elements, data.size() + 1) * std::min(size, data.size() + 1);
    tensor.shape.push_back(static_cast<std::int64_t>(std::min(size, data.size() + 1)));
  }
  const auto offsets = read_numbers(file, name, entry, "data_offsets");
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size() ||
      (offsets[1] - offsets[0]) / bytes != elements || (offsets[1] - offsets[0]) % bytes != 0) {
    fail(file, name,
         "tensor offsets must span " + std::to_string(bytes) + " bytes an element within the " +
             std::to_string(data.size()) + " bytes of data");
  }
  tensor.bytes = data.substr(offsets[0], offsets[1] - offsets[0]);
  return tensor;
}

/// Every byte of the data belongs to exactly one tensor.
void check_cover(const SafetensorsFile& parsed, const std::string& file) {
  std::vector<std::pair<std::size_t, std::size_t>> spans;
  for (const auto& [name, tensor] : parsed.tensors) {
    const auto begin = static_cast<std::size_t>(tensor.bytes.data() - parsed.data.data());
    spans.emplace_back(begin, begin + tensor.bytes.size());
  }
  std::sort(spans.begin(), spans.end());
  std::size_t covered = 0;
  for (const auto& [begin, end] : spans) {
    if (begin != covered) {
      fail(file, "byte " + std::to_string(std::min(begin, covered)),
           begin < covered ? "tensors overlap" : "data belong to no tensor");
    }
    covered = end;
  }
  if (covered != parsed.data.size()) {
    fail(file, std::to_string(parsed.data.size() - covered) + " bytes", "follow the last tensor");
  }
}

std::uint64_t header_length(std::string_view bytes) {
  std::uint64_t length = 0;
  for (std::size_t i = kLengthBytes; i-- > 0;) {
    length = (length << 8) | static_cast<unsigned char>(bytes[i]);
  }
  return length;
}

}  // namespace

bool looks_like_safetensors(std::string_view bytes) {
  return bytes.size() > kLengthBytes && header_length(bytes) <= bytes.size() - kLengthBytes &&
         bytes[kLengthBytes] == '{';
}

SafetensorsFile parse_safetensors(std::string_view bytes, const std::string& file) {
  if (bytes.size() < kLengthBytes) {
    fail(file, std::to_string(bytes.size()) + " bytes", "is no network file: too short");
  }
  const std::uint64_t length = header_length(bytes);
  const std::uint64_t longest =
      std::min<std::uint64_t>(limits::kTensorHeaderBytes, bytes.size() - kLengthBytes);
  if (length > longest) {
    fail(file, std::to_string(length),
         "is no network file or truncated: its header must be at most " + std::to_string(longest) +
             " bytes long");
  }
  SafetensorsFile parsed;
  parsed.data = bytes.substr(kLengthBytes + length);
  const OrderedJson header = parse_header(file, bytes.substr(kLengthBytes, length));
  for (const auto& [name, entry] : header.items()) {
    if (name != "__metadata__") {
      parsed.tensors[name] = read_tensor(file, printable(name), entry, parsed.data);
      continue;
    }
    if (!entry.is_object()) fail(file, "__metadata__", "must be a JSON object");
    for (const auto& [key, value] : entry.items()) {
      if (!value.is_string()) fail(file, "__metadata__." + printable(key), "must be a string");
      parsed.metadata[key] = value.get<std::string>();
    }
  }
  check_cover(parsed, file);
  return parsed;
}

}  // namespace minerva
