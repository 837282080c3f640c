#include "onnx/graph/graph_integers.hpp"

#include <algorithm>

namespace minerva {
namespace {

constexpr std::int64_t kMostIntegers = 64;  // a Pad of four dimensions has 8
constexpr std::int64_t kLargestInteger = std::int64_t{1} << 40;

constexpr std::int64_t kMostFactor = std::int64_t{1} << 20;

bool within(std::int64_t value, std::int64_t most) { return value >= -most && value <= most; }

bool is_integer(int type) {
  return type == onnx::TensorProto::INT64 || type == onnx::TensorProto::INT32;
}

/// Words of a shape, or -1 for more than a list may have.
std::int64_t words_of(const std::vector<std::int64_t>& shape) {
  std::int64_t words = 1;
  for (const std::int64_t size : shape) {
    if (size < 0 || size > kMostIntegers) return -1;
    words *= size;
    if (words > kMostIntegers) return -1;
  }
  return words;
}

bool is_short(const onnx::TensorProto& tensor) {
  return is_integer(tensor.data_type()) &&
         words_of({tensor.dims().begin(), tensor.dims().end()}) >= 0;
}

}  // namespace

OnnxIntegers::OnnxIntegers(const onnx::GraphProto& graph, OnnxConstants& constants) {
  const auto keep = [&](const std::string& name) {
    if (!constants.holds(name)) return;
    const ConstantPointer found = constants.values(name);
    if (!found->of_floats) tensors_[name] = {found->shape, found->integers};
  };
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    if (is_short(tensor)) keep(tensor.name());
  }
  for (const onnx::NodeProto& node : graph.node()) {
    if (node.output_size() != 1 || tensors_.count(node.output(0)) != 0) continue;
    if (node.op_type() == "Constant") {
      const onnx::AttributeProto* value = attribute(node, "value");
      if (value != nullptr && value->has_t() && is_short(value->t())) keep(node.output(0));
      continue;
    }
    if (node.input_size() < 1 ||
        !std::all_of(node.input().begin(), node.input().end(),
                     [&](const std::string& name) { return name.empty() || holds(name); }) ||
        node.input(0).empty()) {
      continue;
    }
    Tensor made;
    if (!computed(node, made)) continue;
    const bool small = std::all_of(made.values.begin(), made.values.end(),
                                   [](std::int64_t each) { return within(each, kLargestInteger); });
    if (!small || words_of(made.shape) != static_cast<std::int64_t>(made.values.size())) continue;
    tensors_[node.output(0)] = std::move(made);
    makers_.insert(&node);
  }
}

bool OnnxIntegers::computed(const onnx::NodeProto& node, Tensor& out) const {
  const std::string& op = node.op_type();
  const Tensor& first = input(node, 0);
  if (op == "Identity" ||
      (op == "Cast" && is_integer(static_cast<int>(integer_attribute(node, "to", 0))))) {
    out = first;
    return true;
  }
  if (op == "Concat") {
    for (int i = 0; i < node.input_size(); ++i) {
      if (node.input(i).empty() || input(node, i).shape.size() != 1) return false;
      const std::vector<std::int64_t>& more = input(node, i).values;
      out.values.insert(out.values.end(), more.begin(), more.end());
    }
    out.shape = {static_cast<std::int64_t>(out.values.size())};
    return true;
  }
  if (op == "ConstantOfShape") {
    const std::int64_t words = words_of(first.values);
    if (words < 0) return false;
    std::int64_t value = 0;
    if (const onnx::AttributeProto* given = attribute(node, "value")) {
      const onnx::TensorProto& tensor = given->t();
      if (tensor.data_type() == onnx::TensorProto::INT64 && tensor.raw_data().size() == 8) {
        for (std::size_t b = 8; b-- > 0;) {
          value = static_cast<std::int64_t>((static_cast<std::uint64_t>(value) << 8) |
                                            static_cast<unsigned char>(tensor.raw_data()[b]));
        }
      } else if (tensor.int64_data_size() == 1) {
        value = tensor.int64_data(0);
      } else {
        return false;
      }
    }
    out.shape = first.values;
    out.values.assign(static_cast<std::size_t>(words), value);
    return true;
  }
  if (op == "Shape") {
    out.shape = {static_cast<std::int64_t>(first.shape.size())};
    out.values = first.shape;
    return node.attribute_size() == 0;
  }
  if (op == "Reshape" && node.input_size() == 2) {
    out.values = first.values;
    out.shape = input(node, 1).values;
    std::int64_t known = 1;
    for (std::size_t d = 0; d < out.shape.size(); ++d) {
      if (out.shape[d] == 0 && d < first.shape.size()) out.shape[d] = first.shape[d];
      if (out.shape[d] > 0 && out.shape[d] <= kMostIntegers && known <= kMostIntegers) {
        known *= out.shape[d];
      }
    }
    for (std::int64_t& size : out.shape) {
      if (size == -1) size = static_cast<std::int64_t>(out.values.size()) / known;
    }
    return true;
  }
  if (op == "Transpose" && first.shape.size() == 2) {
    out.shape = {first.shape[1], first.shape[0]};
    for (std::int64_t c = 0; c < first.shape[1]; ++c) {
      for (std::int64_t r = 0; r < first.shape[0]; ++r) {
        out.values.push_back(first.values[static_cast<std::size_t>(r * first.shape[1] + c)]);
      }
    }
    const onnx::AttributeProto* perm = attribute(node, "perm");
    return perm == nullptr || (perm->ints_size() == 2 && perm->ints(0) == 1 && perm->ints(1) == 0);
  }
  if (op == "Gather" && node.input_size() == 2 && first.shape.size() == 1 &&
      integer_attribute(node, "axis", 0) == 0) {
    out.shape = input(node, 1).shape;
    for (std::int64_t at : input(node, 1).values) {
      if (at < 0) at += first.shape[0];
      if (at < 0 || at >= first.shape[0]) return false;
      out.values.push_back(first.values[static_cast<std::size_t>(at)]);
    }
    return true;
  }
  if ((op == "Unsqueeze" || op == "Squeeze") && first.values.size() == 1) {
    out = first;
    out.shape.assign(op == "Unsqueeze" ? 1 : 0, 1);
    return first.shape.empty() == (op == "Unsqueeze");
  }
  if ((op == "Add" || op == "Sub" || op == "Mul") && node.input_size() == 2 &&
      input(node, 1).shape == first.shape) {
    out = first;
    for (std::size_t i = 0; i < out.values.size(); ++i) {
      const std::int64_t other = input(node, 1).values[i];
      // A Slice ends at the largest integer; nothing is computed of such.
      const std::int64_t most = op == "Mul" ? kMostFactor : kLargestInteger;
      if (!within(other, most) || !within(out.values[i], most)) return false;
      out.values[i] = op == "Add"   ? out.values[i] + other
                      : op == "Sub" ? out.values[i] - other
                                    : out.values[i] * other;
    }
    return true;
  }
  return op == "Slice" && slice(node, out);
}

/// Of one axis of a list or a matrix, in either direction.
bool OnnxIntegers::slice(const onnx::NodeProto& node, Tensor& out) const {
  const Tensor& from = input(node, 0);
  const auto single = [&](int i, std::int64_t otherwise, std::int64_t& value) {
    value = otherwise;
    if (node.input_size() <= i || node.input(i).empty()) return true;
    if (input(node, i).values.size() != 1) return false;
    value = input(node, i).values.front();
    return true;
  };
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::int64_t axis = 0;
  std::int64_t step = 1;
  if (node.input_size() < 3 || from.shape.empty() || from.shape.size() > 2 ||
      !single(1, 0, start) || !single(2, 0, end) || !single(3, 0, axis) || !single(4, 1, step)) {
    return false;
  }
  if (axis < 0) axis += static_cast<std::int64_t>(from.shape.size());
  if (axis != 0 || step == 0) return false;
  const std::int64_t size = from.shape[0];
  const auto bounded = [&](std::int64_t at, std::int64_t low, std::int64_t high) {
    if (at < 0 && at >= -size) at += size;
    return std::min(std::max(at, low), high);
  };
  start = step > 0 ? bounded(start, 0, size) : bounded(start, 0, size - 1);
  end = step > 0 ? bounded(end, 0, size) : bounded(end, -1, size);
  const std::int64_t row = from.shape.size() == 2 ? from.shape[1] : 1;
  out.shape = from.shape;
  out.shape[0] = 0;
  // A step beyond the list takes its first word alone.
  step = std::min(std::max(step, -kMostIntegers), kMostIntegers);
  for (std::int64_t at = start; step > 0 ? at < end : at > end; at += step) {
    ++out.shape[0];
    for (std::int64_t c = 0; c < row; ++c) {
      out.values.push_back(from.values[static_cast<std::size_t>(at * row + c)]);
    }
  }
  return true;
}

}  // namespace minerva
