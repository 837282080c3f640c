#include "onnx/onnx_shape.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

constexpr std::size_t kMostDimensions = 8;
constexpr std::int64_t kUnknown = -1;
/// What torch.onnx.export writes around Shape for x.view(x.size(0), -1).
constexpr const char* kSizeOperators[] = {"Gather", "Unsqueeze", "Squeeze", "Concat",
                                          "Cast",   "Slice",     "Identity"};

/// The product of sizes from `first` on, or -1 when one is not known.
std::int64_t product(const std::vector<std::int64_t>& sizes, std::size_t first) {
  std::int64_t result = 1;
  for (std::size_t i = first; i < sizes.size(); ++i) {
    if (sizes[i] < 0 || result < 0) return kUnknown;
    if (sizes[i] > 0 && result > (std::int64_t{1} << 40) / sizes[i]) return kUnknown;
    result *= sizes[i];
  }
  return result;
}

}  // namespace

OnnxSizes sizes_of(const onnx::ValueInfoProto& input) {
  if (!input.has_type() || !input.type().has_tensor_type() ||
      !input.type().tensor_type().has_shape()) {
    return std::nullopt;
  }
  std::vector<std::int64_t> sizes;
  for (const auto& dimension : input.type().tensor_type().shape().dim()) {
    sizes.push_back(dimension.has_dim_value() && dimension.dim_value() > 0 ? dimension.dim_value()
                                                                           : kUnknown);
  }
  return sizes;
}

std::string sizes_text(const OnnxSizes& sizes) {
  std::string text;
  for (const std::int64_t size : sizes.value_or(std::vector<std::int64_t>{})) {
    text += (text.empty() ? "" : " x ") + (size < 0 ? std::string("?") : std::to_string(size));
  }
  return text;
}

bool is_reshaping(const std::string& op_type) {
  return op_type == "Flatten" || op_type == "Reshape" || op_type == "Squeeze" ||
         op_type == "Unsqueeze";
}

OnnxReshapes::OnnxReshapes(const onnx::GraphProto& graph, const std::string& file,
                           OnnxConstants& constants)
    : graph_(graph), file_(file), constants_(constants) {
  for (const onnx::NodeProto& node : graph.node()) {
    if (node.output_size() != 1 || constants.made_by(node)) continue;
    bool counts = node.op_type() == "Shape" && node.input_size() == 1;
    if (std::find(std::begin(kSizeOperators), std::end(kSizeOperators), node.op_type()) !=
        std::end(kSizeOperators)) {
      bool of_sizes = false;
      bool of_others = false;
      for (const std::string& input : node.input()) {
        of_sizes = of_sizes || size_nodes_.count(input) != 0;
        of_others = of_others || (size_nodes_.count(input) == 0 && !constants.holds(input));
      }
      counts = of_sizes && !of_others;
    }
    if (counts) size_nodes_.emplace(node.output(0), &node);
  }
}

bool OnnxReshapes::computes_sizes(const onnx::NodeProto& node) const {
  if (node.output_size() != 1) return false;
  const auto found = size_nodes_.find(node.output(0));
  return found != size_nodes_.end() && found->second == &node;
}

/// Whether `name` is the first size of `of_tensor`, by way of Shape and Gather.
bool OnnxReshapes::is_sample_count(const std::string& name, const std::string& of_tensor) const {
  std::string at = name;
  for (std::size_t steps = 0; steps <= size_nodes_.size(); ++steps) {
    const auto found = size_nodes_.find(at);
    if (found == size_nodes_.end()) return false;
    const onnx::NodeProto& node = *found->second;
    if (node.op_type() == "Shape") {  // the first size alone, as operator set 15 can say it
      return node.input(0) == of_tensor && node.attribute_size() == 2 &&
             integer_attribute(node, "start", -1) == 0 && integer_attribute(node, "end", -1) == 1;
    }
    if (node.op_type() == "Gather") {
      if (node.input_size() != 2 || !constants_.holds(node.input(1))) return false;
      const ConstantPointer index = constants_.values(node.input(1));
      const auto shape = size_nodes_.find(node.input(0));
      return !index->of_floats && index->integers == std::vector<std::int64_t>{0} &&
             shape != size_nodes_.end() && shape->second->op_type() == "Shape" &&
             shape->second->attribute_size() == 0 && shape->second->input(0) == of_tensor;
    }
    const bool passes = node.op_type() == "Unsqueeze" || node.op_type() == "Squeeze" ||
                        node.op_type() == "Cast" || node.op_type() == "Identity";
    if (!passes || node.input_size() < 1) return false;
    at = node.input(0);
  }
  return false;
}

/// The sizes that a Reshape asks for: 0 keeps, -1 takes what is left.
std::vector<std::int64_t> OnnxReshapes::target(const onnx::NodeProto& node,
                                               const std::string& tensor) {
  const std::string what = node_text(graph_, node);
  const std::string& name = node.input(1);
  if (constants_.holds(name)) {
    const ConstantPointer sizes = constants_.values(name);
    const auto& list = sizes->integers;
    if (integer_attribute(node, "allowzero", 0) != 0 &&
        std::find(list.begin(), list.end(), 0) != list.end()) {
      refuse_onnx(file_, what + " is a Reshape to a size of 0 (allowzero)");
    }
    if (!sizes->of_floats && sizes->shape.size() == 1) return list;
  }
  const auto made = size_nodes_.find(name);
  if (made != size_nodes_.end() && made->second->op_type() == "Concat" &&
      made->second->input_size() == 2 && is_sample_count(made->second->input(0), tensor) &&
      constants_.holds(made->second->input(1))) {
    const ConstantPointer rest = constants_.values(made->second->input(1));
    if (!rest->of_floats && rest->integers.size() == 1) return {0, rest->integers[0]};
  }
  refuse_onnx(file_, what +
                         " is a Reshape to sizes that are computed as it runs: needs constant "
                         "ones, or Flatten");
}

std::vector<std::int64_t> OnnxReshapes::axes(const onnx::NodeProto& node) {
  if (const onnx::AttributeProto* list = attribute(node, "axes")) {
    return {list->ints().begin(), list->ints().end()};
  }
  if (node.input_size() == 2 && constants_.holds(node.input(1))) {
    const ConstantPointer list = constants_.values(node.input(1));
    if (!list->of_floats) return list->integers;
  }
  refuse_onnx(file_, node_text(graph_, node) + " is a " + node.op_type() + " without given axes");
}

OnnxSizes OnnxReshapes::apply(const onnx::NodeProto& node, const std::string& tensor,
                              const OnnxSizes& sizes) {
  const std::string what = node_text(graph_, node) + " is a " + node.op_type();
  const auto mixes = [&] {
    refuse_onnx(file_, what + " that mixes samples: needs to keep the first dimension");
  };
  if (node.op_type() == "Flatten") {
    const std::int64_t axis = integer_attribute(node, "axis", 1);
    const bool first =
        axis == 1 || (axis < 0 && sizes && axis + static_cast<std::int64_t>(sizes->size()) == 1);
    if (!first) mixes();
    if (!sizes) return std::vector<std::int64_t>{kUnknown, kUnknown};
    if (sizes->empty()) mixes();
    return std::vector<std::int64_t>{sizes->front(), product(*sizes, 1)};
  }
  if (node.op_type() == "Reshape") {
    if (node.input_size() != 2 || node.input(0) != tensor) mixes();
    std::vector<std::int64_t> asked = target(node, tensor);
    if (asked.empty() || asked.size() > kMostDimensions) mixes();
    const std::int64_t features = sizes && !sizes->empty() ? product(*sizes, 1) : kUnknown;
    const std::int64_t samples = sizes && !sizes->empty() ? sizes->front() : kUnknown;
    std::size_t open = 0;
    for (std::size_t i = 1; i < asked.size(); ++i) {
      if (asked[i] == 0) asked[i] = sizes && i < sizes->size() ? (*sizes)[i] : kUnknown;
      open += asked[i] < 0 ? 1 : 0;
    }
    const std::int64_t rest = product(asked, 1);
    const bool keeps = asked[0] == 0 || (samples > 0 && asked[0] == samples);
    if (!keeps && (rest < 0 || (features >= 0 && rest != features))) mixes();
    if (keeps && rest >= 0 && features >= 0 && rest != features) mixes();
    if (keeps && open == 1 && features >= 0) {
      std::vector<std::int64_t> given = asked;
      for (std::int64_t& size : given) size = std::max<std::int64_t>(size, 1);
      const std::int64_t known = product(given, 1);
      if (known <= 0 || features % known != 0) mixes();
      for (std::size_t i = 1; i < asked.size(); ++i) {
        if (asked[i] < 0) asked[i] = features / known;
      }
    }
    asked[0] = samples;
    return asked;
  }
  if (!sizes) refuse_onnx(file_, what + " of an input whose dimensions the file does not say");
  std::vector<std::int64_t> out = *sizes;
  std::vector<std::int64_t> list = axes(node);
  const bool adds = node.op_type() == "Unsqueeze";
  const auto rank = static_cast<std::int64_t>(out.size() + (adds ? list.size() : 0));
  if (rank > static_cast<std::int64_t>(kMostDimensions)) mixes();
  for (std::int64_t& axis : list) axis += axis < 0 ? rank : 0;
  std::sort(list.begin(), list.end());
  if (std::adjacent_find(list.begin(), list.end()) != list.end()) mixes();
  if (list.empty() || list.front() < 1 || list.back() >= rank) mixes();
  if (adds) {
    for (const std::int64_t axis : list) out.insert(out.begin() + axis, 1);
  } else {
    for (std::size_t i = list.size(); i-- > 0;) {
      if (out[static_cast<std::size_t>(list[i])] != 1) {
        refuse_onnx(file_,
                    what + " of a dimension that is not 1: the input is " + sizes_text(sizes));
      }
      out.erase(out.begin() + list[i]);
    }
  }
  return out;
}

}  // namespace minerva
