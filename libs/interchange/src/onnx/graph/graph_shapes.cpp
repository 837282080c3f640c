#include <algorithm>
#include <limits>
#include <utility>

#include "minerva/base/errors.hpp"
#include "onnx/graph/graph_reader.hpp"
#include "onnx/onnx_refusal.hpp"

// What moves numbers, leaves some out, or puts zeros beside them.
namespace minerva {

/// The TensorRole of an axis, -1 where it is not known yet.
int OnnxGraphReader::role_of(const GraphTensor& tensor, const GraphAxis& axis) const {
  if (tensor.tensor > 0) return axis.label;
  return input_roles_[static_cast<std::size_t>(axis.label)];
}

/// The roles of the dimensions, each of one axis; nothing where they are not known, or several lie
/// in one dimension.
std::optional<std::vector<int>> OnnxGraphReader::roles_of(const GraphTensor& tensor) const {
  std::vector<int> roles;
  std::vector<int> left = {kRow, kColumn, kChannel};
  for (const GraphDimension& dimension : tensor.dimensions) {
    int role = -1;
    for (const GraphAxis& axis : dimension.axes) {
      if (dimension.axes.size() > 1 && axis.size == 1) continue;
      if (role >= 0) return std::nullopt;
      role = role_of(tensor, axis);
      if (role < 0) return std::nullopt;
    }
    if (role < 0 && dimension.axes.size() > 1) role = role_of(tensor, dimension.axes.front());
    left.erase(std::remove(left.begin(), left.end(), role), left.end());
    roles.push_back(role);
  }
  // A dimension of one without an axis of its own has the role that no other has.
  for (int& role : roles) {
    if (role >= 0) continue;
    if (left.empty()) return std::nullopt;
    role = left.front();
    left.erase(left.begin());
  }
  return roles;
}

/// Takes the dimensions of the model's input as these roles. @return whether that agrees with what
/// is known of it.
bool OnnxGraphReader::resolve_input(const std::vector<int>& roles, const GraphTensor& tensor) {
  std::vector<int> known = input_roles_;
  std::int64_t sizes[3] = {1, 1, 1};
  for (std::size_t d = 0; d < roles.size(); ++d) {
    const GraphAxis* only = nullptr;
    for (const GraphAxis& axis : tensor.dimensions[d].axes) {
      if (axis.size > 1 && only != nullptr) return false;
      if (axis.size > 1 || only == nullptr) only = &axis;
    }
    sizes[roles[d]] = tensor.dimensions[d].words();
    if (only == nullptr) continue;
    int& role = known[static_cast<std::size_t>(only->label)];
    if (role >= 0 && role != roles[d]) return false;
    role = roles[d];
  }
  const TensorShape shape{static_cast<int>(sizes[kRow]), static_cast<int>(sizes[kColumn]),
                          static_cast<int>(sizes[kChannel])};
  if (input_shape_ && *input_shape_ != shape) return false;
  input_roles_ = known;
  input_shape_ = shape;
  return true;
}

GraphTensor OnnxGraphReader::take_reshape(const onnx::NodeProto& node) {
  check_attributes(node, {"axis", "axes", "allowzero"});
  GraphTensor tensor = input_of(node, 0);
  if (!tensor.is_plain()) {
    refuse(full_text(node) +
           ", reads a tensor with words left out (Slice) or zeros beside it (Pad): needs a layer "
           "between them");
  }
  std::vector<std::int64_t> before = tensor.sizes();
  before.insert(before.begin(), -1);
  const OnnxSizes after = reshapes_.apply(node, node.input(0), before);
  expects(after && !after->empty(), "a reshaping node without sizes");
  const std::vector<std::int64_t> sizes(after->begin() + 1, after->end());
  std::int64_t words = 1;
  for (const std::int64_t size : sizes) words = size < 1 ? 0 : words * size;
  if (sizes.empty() || words != tensor.words()) {
    refuse(full_text(node) + ", makes samples of " + sizes_text(sizes) + " of " +
           sizes_of_tensor(tensor));
  }
  std::optional<std::vector<GraphDimension>> dimensions = regrouped(tensor.order(), sizes);
  // The sizes of an input that no layer has read yet may be said here.
  if (!dimensions && tensor.tensor == 0 && !input_is_read_ && !input_shape_ &&
      tensor.pending.of != PendingStep::Of::axis && is_input_order(tensor)) {
    input_sizes_ = sizes;
    input_roles_.assign(sizes.size(), -1);
    std::vector<GraphAxis> order;
    for (std::size_t d = 0; d < sizes.size(); ++d) order.push_back({static_cast<int>(d), sizes[d]});
    dimensions = regrouped(order, sizes);
  }
  if (!dimensions) {
    refuse(full_text(node) + ", makes samples of " + sizes_text(sizes) + " of " +
           sizes_of_tensor(tensor) + ", which cuts rows, columns or channels: " + kWhatRuns);
  }
  tensor.dimensions = *dimensions;
  drop(node, "the numbers of a sample keep their order");
  return tensor;
}

/// Whether the axes are those of the model's input, in its order.
bool OnnxGraphReader::is_input_order(const GraphTensor& tensor) const {
  int next = 0;
  for (const GraphAxis& axis : tensor.order()) {
    if (axis.label != next++) return false;
  }
  return next == static_cast<int>(input_sizes_.size());
}

GraphTensor OnnxGraphReader::take_transpose(const onnx::NodeProto& node) {
  check_attributes(node, {"perm"});
  GraphTensor tensor = input_of(node, 0);
  const onnx::AttributeProto* given = attribute(node, "perm");
  const std::size_t rank = tensor.dimensions.size() + 1;
  std::vector<std::int64_t> order;
  if (given != nullptr) order.assign(given->ints().begin(), given->ints().end());
  std::vector<std::int64_t> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  bool good = order.size() == rank && order.front() == 0;
  for (std::size_t d = 0; good && d < rank; ++d) good = sorted[d] == static_cast<std::int64_t>(d);
  if (!good) {
    refuse(full_text(node) + ", does not order the " + std::to_string(rank) +
           " dimensions of its input anew with the samples first");
  }
  if (tensor.pending.of == PendingStep::Of::words) {
    refuse(full_text(node) + ", turns samples with another factor or offset for each word");
  }
  std::vector<GraphDimension> dimensions;
  for (std::size_t d = 1; d < rank; ++d) {
    dimensions.push_back(tensor.dimensions[static_cast<std::size_t>(order[d]) - 1]);
  }
  tensor.dimensions = std::move(dimensions);
  drop(node, "the weights that read it are put into the order of this program");
  return tensor;
}

/// Integers of an attribute, or of a constant input.
std::vector<std::int64_t> OnnxGraphReader::list_of(const onnx::NodeProto& node, int input,
                                                   const char* name, const std::string& role) {
  if (const onnx::AttributeProto* given = attribute(node, name)) {
    return {given->ints().begin(), given->ints().end()};
  }
  if (node.input_size() <= input || node.input(input).empty()) return {};
  if (integers_.holds(node.input(input))) return integers_.values(node.input(input));
  refuse(full_text(node) + ", takes its " + role + " from '" + printable(node.input(input)) +
         "', which are no constant integers of the file");
}

/// Zeros around rows and columns become the padding of the next layer, zero channels those of a
/// shortcut.
GraphTensor OnnxGraphReader::take_pad(const onnx::NodeProto& node) {
  check_attributes(node, {"mode", "pads", "value"});
  GraphTensor tensor = input_of(node, 0);
  const onnx::AttributeProto* mode = attribute(node, "mode");
  if (mode != nullptr && mode->s() != "constant") {
    refuse(full_text(node) + ", has mode " + printable(mode->s()) +
           ": the machine pads with zeros (constant)");
  }
  if (node.input_size() > 3) refuse(full_text(node) + ", lists axes: needs pads of all dimensions");
  double value = 0;
  if (const onnx::AttributeProto* given = attribute(node, "value")) {
    value = static_cast<double>(given->f());
  }
  if (node.input_size() > 2 && !node.input(2).empty()) {
    if (!constants_.holds(node.input(2))) refuse(full_text(node) + ", pads with no constant");
    const std::vector<double> values = constants_.plain_numbers(node.input(2));
    value = values.size() == 1 ? values.front() : std::numeric_limits<double>::quiet_NaN();
  }
  if (value != 0) refuse(full_text(node) + ", pads with another number than 0");
  const std::vector<std::int64_t> pads = list_of(node, 1, "pads", "pads");
  const std::size_t rank = tensor.dimensions.size() + 1;
  const bool sizes_fit = pads.size() == 2 * rank && pads[0] == 0 && pads[rank] == 0;
  if (!sizes_fit || !std::all_of(pads.begin(), pads.end(), [](std::int64_t each) {
        return each >= 0 && each <= kMaxWindowExtent;
      })) {
    refuse(full_text(node) + ", needs pads of 0 to " + std::to_string(kMaxWindowExtent) +
           " before and behind each dimension, and none of samples");
  }
  for (std::size_t d = 1; d < rank; ++d) {
    tensor.dimensions[d - 1].before += pads[d];
    tensor.dimensions[d - 1].after += pads[rank + d];
  }
  if (tensor.pending.of != PendingStep::Of::nothing && !tensor.pending.step.keeps_zero()) {
    refuse(full_text(node) + ", pads with zeros what a constant is added to");
  }
  tensor.sums_of = tensor.relu_of = tensor.average_of = -1;
  return tensor;
}

/// Every so many words of rows and columns, from the first on, as a shortcut takes them.
GraphTensor OnnxGraphReader::take_slice(const onnx::NodeProto& node) {
  check_attributes(node, {"axes", "ends", "starts"});
  GraphTensor tensor = input_of(node, 0);
  const std::vector<std::int64_t> starts = list_of(node, 1, "starts", "starts");
  const std::vector<std::int64_t> ends = list_of(node, 2, "ends", "ends");
  std::vector<std::int64_t> axes = list_of(node, 3, "axes", "axes");
  std::vector<std::int64_t> steps = list_of(node, 4, "steps", "steps");
  const auto rank = static_cast<std::int64_t>(tensor.dimensions.size()) + 1;
  if (axes.empty()) {
    for (std::size_t d = 0; d < starts.size(); ++d) axes.push_back(static_cast<std::int64_t>(d));
  }
  if (steps.empty()) steps.assign(axes.size(), 1);
  bool good = !starts.empty() && starts.size() == ends.size() && axes.size() == ends.size() &&
              steps.size() == ends.size() && tensor.is_plain();
  for (std::size_t i = 0; good && i < axes.size(); ++i) {
    const std::int64_t axis = axes[i] + (axes[i] < 0 ? rank : 0);
    good = axis >= 0 && axis < rank && starts[i] == 0 && steps[i] >= 1 &&
           steps[i] <= kMaxWindowExtent && (axis > 0 || steps[i] == 1);
    if (!good) break;
    if (axis == 0) {
      good = ends[i] == std::numeric_limits<std::int64_t>::max();
      continue;
    }
    GraphDimension& dimension = tensor.dimensions[static_cast<std::size_t>(axis) - 1];
    good = ends[i] >= dimension.words();
    dimension.step = steps[i];
  }
  if (!good) {
    refuse(full_text(node) +
           ", leaves out words in another way than every so many from the first: " + kWhatRuns);
  }
  tensor.sums_of = tensor.relu_of = tensor.average_of = -1;
  return tensor;
}

}  // namespace minerva
