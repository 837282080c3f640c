#include "onnx/onnx_constants.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "float_values.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/interchange/named_tensors.hpp"
#include "qonnx/onnx_quant.hpp"

namespace minerva {
namespace {

std::optional<FloatType> float_type(int type) {
  switch (type) {
    case onnx::TensorProto::FLOAT:
      return FloatType::f32;
    case onnx::TensorProto::DOUBLE:
      return FloatType::f64;
    case onnx::TensorProto::FLOAT16:
      return FloatType::f16;
    case onnx::TensorProto::BFLOAT16:
      return FloatType::bf16;
    default:
      return std::nullopt;
  }
}

template <typename Word, typename List>
void append_words(std::string& bytes, const List& values) {
  for (const auto value : values) {
    const auto word = static_cast<Word>(value);
    bytes.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
}

/// The tensor's numbers as bytes, lowest first, wherever the message keeps them. `raw` is its raw
/// data, or what stands for them in another file.
std::string data_bytes(const onnx::TensorProto& tensor, FloatType type, std::string raw) {
  if (tensor.has_raw_data() || OnnxExternalData::holds(tensor)) return raw;
  std::string bytes;
  if (type == FloatType::f32) append_words<float>(bytes, tensor.float_data());
  if (type == FloatType::f64) append_words<double>(bytes, tensor.double_data());
  if (bytes_of(type) == 2) append_words<std::uint16_t>(bytes, tensor.int32_data());
  return bytes;
}

std::vector<std::int64_t> integer_values(const onnx::TensorProto& tensor, const std::string& raw) {
  std::vector<std::int64_t> values;
  const bool is_raw = tensor.has_raw_data() || OnnxExternalData::holds(tensor);
  if (tensor.data_type() == onnx::TensorProto::BOOL && is_raw) {
    values.assign(raw.begin(), raw.end());
  } else if (is_raw) {
    const std::size_t size = tensor.data_type() == onnx::TensorProto::INT64 ? 8 : 4;
    for (std::size_t at = 0; at + size <= raw.size(); at += size) {
      std::int64_t wide = 0;
      std::int32_t narrow = 0;
      std::memcpy(size == 8 ? static_cast<void*>(&wide) : &narrow, raw.data() + at, size);
      values.push_back(size == 8 ? wide : narrow);
    }
    if (raw.size() % size != 0) values.clear();
  } else if (tensor.data_type() == onnx::TensorProto::INT64) {
    values.assign(tensor.int64_data().begin(), tensor.int64_data().end());
  } else {
    values.assign(tensor.int32_data().begin(), tensor.int32_data().end());
  }
  return values;
}

bool is_integer_type(int type) {
  return type == onnx::TensorProto::INT64 || type == onnx::TensorProto::INT32 ||
         type == onnx::TensorProto::BOOL;
}

std::string type_name(int type) {
  return onnx::TensorProto::DataType_IsValid(type)
             ? onnx::TensorProto::DataType_Name(static_cast<onnx::TensorProto::DataType>(type))
             : std::to_string(type);
}

bool plain_domain(const onnx::NodeProto& node) {
  return node.domain().empty() || node.domain() == "ai.onnx";
}

}  // namespace

void refuse_onnx(const std::string& file, const std::string& why) {
  throw UserError(file, "", why);
}

std::string node_text(const onnx::GraphProto& graph, const onnx::NodeProto& node) {
  if (!node.name().empty()) return "node '" + printable(node.name()) + "'";
  int number = 0;
  while (number < graph.node_size() && &graph.node(number) != &node) ++number;
  return "node " + std::to_string(number) +
         (node.output_size() > 0 ? ", which makes '" + printable(node.output(0)) + "'," : "");
}

const onnx::AttributeProto* attribute(const onnx::NodeProto& node, const std::string& name) {
  for (const onnx::AttributeProto& each : node.attribute()) {
    if (each.name() == name) return &each;
  }
  return nullptr;
}

std::int64_t integer_attribute(const onnx::NodeProto& node, const std::string& name,
                               std::int64_t otherwise) {
  const onnx::AttributeProto* found = attribute(node, name);
  return found == nullptr ? otherwise : found->i();
}

OnnxConstants::OnnxConstants(const onnx::GraphProto& graph, const std::string& file,
                             std::size_t largest_bytes, OnnxExternalData& external)
    : graph_(graph), file_(file), bytes_left_(largest_bytes), external_(external) {
  if (graph.sparse_initializer_size() > 0) {
    refuse_onnx(file, "holds sparse initializers: needs dense ones");
  }
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    if (!sources_.emplace(tensor.name(), Source{&tensor, nullptr, nullptr}).second) {
      refuse_onnx(file, "initializer '" + printable(tensor.name()) + "' stands twice");
    }
  }
  for (const onnx::NodeProto& node : graph.node()) {  // in the order in which they are computed
    if ((!plain_domain(node) && !is_quant(node)) || node.output_size() != 1) continue;
    Source source;
    if (node.op_type() == "Constant") {
      const onnx::AttributeProto* value = attribute(node, "value");
      if (value == nullptr || !value->has_t()) continue;
      source.tensor = &value->t();
    } else {
      const std::string& op = node.op_type();
      const bool folds =
          op == "Identity" || op == "Transpose" ||
          (op == "Cast" && integer_attribute(node, "to", 0) == onnx::TensorProto::FLOAT);
      const bool quantizes = is_quant(node) && node.input_size() == 4;
      if (!(folds && node.input_size() == 1) && !quantizes) continue;
      if (!holds(node.input(0))) continue;
      source.node = &node;
    }
    if (!sources_.emplace(node.output(0), source).second) {
      refuse_onnx(file, "tensor '" + printable(node.output(0)) + "' is made twice");
    }
  }
}

bool OnnxConstants::made_by(const onnx::NodeProto& node) const {
  return node.output_size() == 1 && holds(node.output(0));
}

ConstantPointer OnnxConstants::values(const std::string& tensor) {
  // Down to the first value that is known, then up again: no recursion, whatever the file's depth.
  std::vector<std::string> path = {tensor};
  while (true) {
    const Source& source = sources_.at(path.back());
    if (source.values != nullptr || source.node == nullptr) break;
    path.push_back(source.node->input(0));
    if (path.size() > sources_.size()) refuse_onnx(file_, "constants depend on each other");
  }
  ConstantPointer below;
  for (; !path.empty(); path.pop_back()) {
    Source& source = sources_.at(path.back());
    if (source.values == nullptr) {
      const bool same =
          source.node != nullptr && (source.node->op_type() == "Identity" ||
                                     (source.node->op_type() == "Cast" && below->of_floats));
      source.values = same ? below
                           : std::make_shared<const OnnxConstant>(
                                 source.node == nullptr ? read(*source.tensor, path.back())
                                                        : of_node(*source.node, *below));
      if (!same) charge(4 * source.values->floats.size());
    }
    below = source.values;
  }
  return below;
}

void OnnxConstants::check_room(std::size_t bytes) const {
  if (bytes > bytes_left_) {
    refuse_onnx(file_, "computes more constants than a network of its size has");
  }
}

void OnnxConstants::charge(std::size_t bytes) {
  check_room(bytes);
  bytes_left_ -= bytes;
}

std::vector<double> OnnxConstants::plain_numbers(const std::string& tensor) {
  const Source* source = &sources_.at(tensor);
  for (std::size_t steps = 0; source->node != nullptr; ++steps) {
    const std::string& op = source->node->op_type();
    if ((op != "Identity" && op != "Cast") || steps > sources_.size()) {
      refuse_onnx(file_, "tensor '" + printable(tensor) + "' is computed: needs a constant");
    }
    source = &sources_.at(source->node->input(0));
  }
  const onnx::TensorProto& from = *source->tensor;
  std::string raw = OnnxExternalData::holds(from) ? external_.read(from, tensor) : from.raw_data();
  std::vector<double> numbers;
  if (const auto type = float_type(from.data_type())) {
    const std::string bytes = data_bytes(from, *type, std::move(raw));
    const std::size_t size = bytes_of(*type);
    charge(sizeof(double) * (bytes.size() / size));
    for (std::size_t at = 0; at + size <= bytes.size(); at += size) {
      numbers.push_back(float_value(*type, std::string_view(bytes).substr(at), false));
    }
  } else if (is_integer_type(from.data_type())) {
    for (const std::int64_t value : integer_values(from, raw)) {
      numbers.push_back(static_cast<double>(value));
    }
    charge(sizeof(double) * numbers.size());
  }
  return numbers;
}

OnnxConstant OnnxConstants::read(const onnx::TensorProto& tensor, const std::string& name) {
  const std::string shown = "tensor '" + printable(name) + "'";
  if (tensor.has_segment()) refuse_onnx(file_, shown + " is cut into segments");
  OnnxConstant out;
  std::uint64_t elements = 1;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 31;
  for (const std::int64_t size : tensor.dims()) {
    if (size < 0) refuse_onnx(file_, shown + " has a negative size");
    elements = std::min(kMost, elements * std::min(kMost, static_cast<std::uint64_t>(size)));
    out.shape.push_back(size);
  }
  std::string raw =
      OnnxExternalData::holds(tensor) ? external_.read(tensor, name) : tensor.raw_data();
  std::uint64_t found = 0;
  if (const auto type = float_type(tensor.data_type())) {
    ConvertedFloats floats;
    const std::string bytes = data_bytes(tensor, *type, std::move(raw));
    if (bytes.size() % bytes_of(*type) == 0) {
      floats = to_float32(*type, bytes, false, file_, printable(name));
    }
    if (floats.rounded > 0) notes_.push_back(rounding_note(name, floats));
    out.floats = std::move(floats.values);
    found = out.floats.size();
  } else if (is_integer_type(tensor.data_type())) {
    out.of_floats = false;
    out.integers = integer_values(tensor, raw);
    found = out.integers.size();
  } else {
    refuse_onnx(file_, shown + " is of type " + type_name(tensor.data_type()) +
                           ": needs FLOAT, DOUBLE, FLOAT16 or BFLOAT16; quantize the float "
                           "network with minerva quantize");
  }
  if (found != elements) {
    refuse_onnx(file_, shown + " holds " + std::to_string(found) + " numbers: its sizes need " +
                           std::to_string(elements));
  }
  return out;
}

OnnxConstant OnnxConstants::of_node(const onnx::NodeProto& node, const OnnxConstant& input) {
  const std::string what = node_text(graph_, node) + " is a " + node.op_type();
  if (!input.of_floats) refuse_onnx(file_, what + " of integers: needs floating-point numbers");
  if (is_quant(node)) {
    check_room(4 * input.floats.size());
    OnnxConstant out = input;
    out.quant =
        quant_signal(node, *this, node_text(graph_, node) + ", a " + node.op_type() + ",", file_);
    for (float& value : out.floats) {
      value = static_cast<float>(quantized_value(*out.quant, static_cast<double>(value)));
      if (!std::isfinite(value)) refuse_onnx(file_, what + " beyond the range of float32");
    }
    return out;
  }
  expects(node.op_type() == "Transpose", "an operator that is not folded");
  const onnx::AttributeProto* order = attribute(node, "perm");
  const bool reversed =
      order == nullptr || (order->ints_size() == 2 && order->ints(0) == 1 && order->ints(1) == 0);
  if (input.shape.size() != 2 || !reversed) {
    refuse_onnx(file_, what + " of constants: needs a matrix and the order 1, 0");
  }
  OnnxConstant out;
  out.quant = input.quant;
  out.shape = {input.shape[1], input.shape[0]};
  const auto rows = static_cast<std::size_t>(input.shape[0]);
  const auto columns = static_cast<std::size_t>(input.shape[1]);
  check_room(4 * input.floats.size());
  out.floats.resize(input.floats.size());
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c)
      out.floats[c * rows + r] = input.floats[r * columns + c];
  }
  return out;
}

}  // namespace minerva
