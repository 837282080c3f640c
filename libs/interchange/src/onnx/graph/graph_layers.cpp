#include <algorithm>
#include <cmath>
#include <utility>

#include "minerva/base/errors.hpp"
#include "named_tensors/convolution_tensors.hpp"
#include "onnx/graph/graph_reader.hpp"
#include "onnx/onnx_refusal.hpp"

// Layers of windows, and dense layers.
namespace minerva {
namespace {

Window whole(const TensorShape& shape) {
  return {shape.height, shape.width, shape.height, shape.width, 0, 0, 0, 0};
}

/// Windows along an axis, rounded down or up.
std::int64_t windows(std::int64_t room, std::int64_t stride, bool up) {
  return (room + (up ? stride - 1 : 0)) / stride + 1;
}

std::string text_attribute(const onnx::NodeProto& node, const char* name) {
  const onnx::AttributeProto* given = attribute(node, name);
  return given == nullptr ? "" : given->s();
}

}  // namespace

/// A list of `count` integers of a node, or as many of `otherwise`.
std::vector<std::int64_t> OnnxGraphReader::integers_of(const onnx::NodeProto& node,
                                                       const char* name, std::size_t count,
                                                       std::int64_t otherwise) const {
  const onnx::AttributeProto* given = attribute(node, name);
  if (given == nullptr) return std::vector<std::int64_t>(count, otherwise);
  std::vector<std::int64_t> list(given->ints().begin(), given->ints().end());
  if (list.size() != count) {
    refuse(full_text(node) + ", has " + std::to_string(list.size()) + " " + name + ": needs " +
           std::to_string(count) + ", for windows of rows and columns");
  }
  for (const std::int64_t each : list) {
    if (each < 0 || each > kMaxWindowExtent) {
      refuse(full_text(node) + ", has " + name + " of " + std::to_string(each) + ": needs 0 to " +
             std::to_string(kMaxWindowExtent));
    }
  }
  return list;
}

/// The shape of a tensor whose dimensions are channels, rows and columns. The first layer that
/// reads the model's input says how that lies.
TensorShape OnnxGraphReader::image(const onnx::NodeProto& node, const GraphTensor& tensor) {
  const std::vector<int> roles = {kChannel, kRow, kColumn};
  if (tensor.dimensions.size() != 3) {
    refuse(full_text(node) + ", takes samples of " + sizes_of_tensor(tensor) +
           ": needs channels x rows x columns");
  }
  for (const GraphDimension& each : tensor.dimensions) {
    if (each.step == 1) continue;
    refuse(full_text(node) +
           ", reads every other pixel of a tensor (Slice): the machine adds such a tensor, and "
           "computes on whole ones");
  }
  if (tensor.dimensions[0].before + tensor.dimensions[0].after > 0) {
    refuse(full_text(node) + ", reads a tensor with zero channels (Pad), which may be added alone");
  }
  const bool good = tensor.tensor == 0 ? resolve_input(roles, tensor) : roles_of(tensor) == roles;
  if (!good) {
    refuse(full_text(node) +
           ", reads a tensor whose dimensions are not channels, rows and columns: needs a "
           "Transpose before it");
  }
  const auto size = [&](int d) {
    return static_cast<int>(tensor.dimensions[static_cast<std::size_t>(d)].words());
  };
  return {size(1), size(2), size(0)};
}

/// Stride and padding of a node, with the padding of a Pad before it.
Window OnnxGraphReader::window_of(const onnx::NodeProto& node, const TensorShape& shape, int rows,
                                  int columns, const GraphTensor& tensor) {
  const std::string what = full_text(node);
  Window w;
  w.height = rows;
  w.width = columns;
  const auto strides = integers_of(node, "strides", 2, 1);
  const auto dilations = integers_of(node, "dilations", 2, 1);
  auto pads = integers_of(node, "pads", 4, 0);
  if (strides[0] < 1 || strides[1] < 1) refuse(what + ", has a stride of 0: needs 1 or more");
  if ((dilations[0] != 1 && rows > 1) || (dilations[1] != 1 && columns > 1)) {
    refuse(what + ", has dilations of " + std::to_string(dilations[0]) + " x " +
           std::to_string(dilations[1]) +
           ": the machine has windows of words that lie beside each other (dilation 1)");
  }
  w.stride_y = static_cast<int>(strides[0]);
  w.stride_x = static_cast<int>(strides[1]);
  const std::string automatic = text_attribute(node, "auto_pad");
  const GraphDimension& across_rows = tensor.dimensions[1];
  const GraphDimension& across_columns = tensor.dimensions[2];
  const std::int64_t extents[2] = {across_rows.size(), across_columns.size()};
  const std::int64_t kernel[2] = {rows, columns};
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    for (std::size_t d = 0; d < 2; ++d) {
      const std::int64_t outputs = (extents[d] + strides[d] - 1) / strides[d];
      const std::int64_t both =
          std::max<std::int64_t>(0, (outputs - 1) * strides[d] + kernel[d] - extents[d]);
      pads[d] = automatic == "SAME_UPPER" ? both / 2 : both - both / 2;
      pads[d + 2] = both - pads[d];
    }
  } else if (automatic == "VALID") {
    pads = {0, 0, 0, 0};
  } else if (!automatic.empty() && automatic != "NOTSET") {
    refuse(what + ", has auto_pad " + printable(automatic) +
           ": needs NOTSET, VALID, SAME_UPPER or SAME_LOWER");
  }
  if (integer_attribute(node, "ceil_mode", 0) != 0) {
    for (std::size_t d = 0; d < 2; ++d) {
      const std::int64_t room = extents[d] + pads[d] + pads[d + 2] - kernel[d];
      if (room >= 0 && windows(room, strides[d], true) != windows(room, strides[d], false)) {
        refuse(what +
               ", has ceil_mode 1, which counts a window that is not whole: the machine has "
               "whole ones (ceil_mode 0)");
      }
    }
  }
  const auto side = [&](std::int64_t own, std::int64_t before) {
    return static_cast<int>(std::min<std::int64_t>(own + before, kMaxWindowExtent + 1));
  };
  w.top = side(pads[0], across_rows.before);
  w.left = side(pads[1], across_columns.before);
  w.bottom = side(pads[2], across_rows.after);
  w.right = side(pads[3], across_columns.after);
  expects(shape.height > 0 && shape.width > 0, "a tensor without words");
  return w;
}

/// Shapes of a layer on the tensor that it reads. Throws the UserError of LayerGraph::add, naming
/// the node.
void OnnxGraphReader::check_layer(const onnx::NodeProto& node, GraphLayer& layer,
                                  const TensorShape& reads) {
  LayerGraph alone(reads);
  GraphLayer first = layer;
  first.reads = 0;
  first.added = {};
  alone.add(first, file_ + ": " + full_text(node));
  layer.channels = alone.layer(0).channels;
  layer.output = alone.layer(0).output;
  layer.input = reads;
}

/// Puts a layer behind those that were found; its output has channels, rows and columns, or, of a
/// dense layer, channels alone.
GraphTensor OnnxGraphReader::add_layer(FoundLayer layer) {
  if (static_cast<int>(found_.size()) == kMaxGraphLayers) {
    refuse(full_text(*layer.node) + ", is layer " + std::to_string(kMaxGraphLayers + 1) +
           ": needs at most " + std::to_string(kMaxGraphLayers));
  }
  if (layer.layer.reads == 0) input_is_read_ = true;
  GraphTensor tensor;
  const int k = static_cast<int>(found_.size());
  tensor.tensor = k + 1;
  const auto dimension = [&](int role, int size) {
    GraphDimension each;
    each.axes.push_back({role, size});
    tensor.dimensions.push_back(each);
  };
  const TensorShape& out = layer.layer.output;
  dimension(kChannel, out.channels);
  if (layer.layer.kind != GraphLayerKind::dense) {
    dimension(kRow, out.height);
    dimension(kColumn, out.width);
  }
  if (layer.layer.has_weights()) {
    tensor.sums_of = tensor.relu_of = k;
  } else if (layer.layer.kind == GraphLayerKind::sum_pool) {
    tensor.average_of = k;
  }
  found_.push_back(std::move(layer));
  return tensor;
}

/// Factors and offsets of what a layer reads fold into it, but for offsets in padding, where the
/// machine has zeros.
void OnnxGraphReader::take_pending(const onnx::NodeProto& node, FoundLayer& layer,
                                   const GraphTensor& from) {
  const PendingStep& pending = from.pending;
  if (pending.of == PendingStep::Of::nothing) return;
  const std::string what = full_text(node);
  const Window& w = layer.layer.window;
  const bool windows_of = layer.layer.kind == GraphLayerKind::conv2d;
  if (windows_of && w.top + w.left + w.bottom + w.right > 0 && !pending.step.keeps_zero()) {
    refuse(what +
           ", pads with zeros what a constant is added to (an Add, or a BatchNormalization "
           "behind a ReLU): such offsets fold into layers without padding alone");
  }
  const Eigen::Index columns = layer.numbers.fan_in();
  Elementwise by_column;
  by_column.factor.assign(static_cast<std::size_t>(columns), 1);
  by_column.offset.assign(static_cast<std::size_t>(columns), 0);
  std::vector<Eigen::Index> place(static_cast<std::size_t>(columns), 0);  // in the step's lists
  if (pending.of == PendingStep::Of::axis && windows_of) {
    if (role_of(from, {pending.label, 0}) != kChannel) {
      refuse(what +
             ", reads a tensor with another factor or offset for each row or column: needs "
             "one a channel");
    }
    if (layer.layer.groups > 1) return scale_groups(layer, pending.step);
    const Eigen::Index channels = layer.layer.input.channels;
    for (Eigen::Index j = 0; j < columns; ++j) place[static_cast<std::size_t>(j)] = j % channels;
  } else if (pending.of == PendingStep::Of::axis) {
    Eigen::Index below = columns;
    for (const GraphAxis& axis : from.order()) {
      below /= axis.size;
      if (axis.label != pending.label) continue;
      for (Eigen::Index j = 0; j < columns; ++j) {
        place[static_cast<std::size_t>(j)] = j / below % axis.size;
      }
    }
  } else if (pending.of == PendingStep::Of::words) {
    if (windows_of) {
      refuse(what +
             ", reads a tensor with another factor or offset for each word: needs one a "
             "channel");
    }
    for (Eigen::Index j = 0; j < columns; ++j) place[static_cast<std::size_t>(j)] = j;
  }
  for (std::size_t j = 0; j < by_column.factor.size(); ++j) {
    by_column.factor[j] = pending.step.factor_at(place[j]);
    by_column.offset[j] = pending.step.offset_at(place[j]);
  }
  charge(2 * static_cast<std::size_t>(layer.numbers.weights.size()));
  layer.numbers.scale_inputs(by_column);
  if (layer.quants.any()) {
    layer.quants.obstacle =
        "factors and offsets of its inputs are folded into it, beside its Quant nodes";
  }
}

/// A channel of a depthwise convolution reads one channel alone: what scales that scales its
/// filters.
void OnnxGraphReader::scale_groups(FoundLayer& layer, const Elementwise& step) {
  charge(2 * static_cast<std::size_t>(layer.numbers.weights.size()));
  layer.numbers.unfold();
  const Eigen::Index each = layer.layer.channels / layer.layer.groups;
  for (Eigen::Index m = 0; m < layer.numbers.exact_weights.rows(); ++m) {
    const double offset = step.offset_at(m / each);
    const double factor = step.factor_at(m / each);
    for (Eigen::Index j = 0; j < layer.numbers.exact_weights.cols(); ++j) {
      layer.numbers.exact_biases(m) += layer.numbers.exact_weights(m, j) * offset;
      layer.numbers.exact_weights(m, j) *= factor;
    }
  }
}

GraphTensor OnnxGraphReader::take_convolution(const onnx::NodeProto& node) {
  check_attributes(node, {"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"});
  const GraphTensor from = input_of(node, 0);
  if (node.input_size() < 2) refuse(full_text(node) + ", has no weights");
  const TensorShape shape = image(node, from);
  const ConstantPointer filters = numbers(node, node.input(1), "weights");
  const std::vector<std::int64_t>& sizes = filters->shape;
  const bool good = sizes.size() == 4 && std::all_of(sizes.begin(), sizes.end(), [](auto size) {
                      return size >= 1 && size <= kMaxLayerWidth;
                    });
  if (!good || sizes[2] > kMaxWindowExtent || sizes[3] > kMaxWindowExtent) {
    refuse(full_text(node) + ", has weights of " + sizes_text(sizes) +
           ": needs filters x channels x rows x columns");
  }
  const auto kernel = integers_of(node, "kernel_shape", 2, -1);
  if (kernel[0] >= 0 && (kernel[0] != sizes[2] || kernel[1] != sizes[3])) {
    refuse(full_text(node) + ", has a kernel_shape of " + sizes_text(kernel) + " and weights of " +
           sizes_text(sizes));
  }
  const std::int64_t groups = integer_attribute(node, "group", 1);
  if (groups != 1 && groups != shape.channels) {
    refuse(full_text(node) + ", has " + std::to_string(groups) +
           " groups: the machine has 1, or one for each of the " + std::to_string(shape.channels) +
           " channels (depthwise)");
  }
  if (sizes[1] != shape.channels / groups) {
    refuse(full_text(node) + ", has filters for " + std::to_string(sizes[1]) +
           " channels a group, but reads " + std::to_string(shape.channels) + " channels in " +
           std::to_string(groups) + " groups");
  }
  FoundLayer found;
  found.node = &node;
  found.layer.kind = GraphLayerKind::conv2d;
  found.layer.reads = from.tensor;
  found.layer.relu = false;
  found.layer.channels = static_cast<int>(sizes[0]);
  found.layer.groups = static_cast<int>(groups);
  found.layer.window =
      window_of(node, shape, static_cast<int>(sizes[2]), static_cast<int>(sizes[3]), from);
  check_layer(node, found.layer, shape);
  charge(filters->floats.size());
  found.numbers.weights = filters_of(filters->floats, sizes[0], sizes[1], sizes[2], sizes[3]);
  found.numbers.biases = Eigen::VectorXf::Zero(sizes[0]);
  found.quants.weights = filters->quant;
  found.quants.inputs = from.quant;
  found.quants.theta_code = from.theta_code;
  take_pending(node, found, from);
  const GraphTensor made = add_layer(std::move(found));
  if (node.input_size() > 2 && !node.input(2).empty()) {
    set_biases(node, made.sums_of, *numbers(node, node.input(2), "biases"));
  }
  return made;
}

GraphTensor OnnxGraphReader::take_dense(const onnx::NodeProto& node) {
  const bool gemm = node.op_type() == "Gemm";
  check_attributes(node, gemm ? std::set<std::string>{"alpha", "beta", "transA", "transB"}
                              : std::set<std::string>{});
  const GraphTensor from = input_of(node, 0);
  if (node.input_size() < 2) refuse(full_text(node) + ", has no weights");
  if (integer_attribute(node, "transA", 0) != 0) {
    refuse(full_text(node) + ", transposes the samples (transA): needs transA = 0");
  }
  if (from.dimensions.size() != 1 || !from.is_plain()) {
    refuse(full_text(node) + ", takes samples of " + sizes_of_tensor(from) +
           ": needs samples x inputs, so a Flatten before it");
  }
  const bool outputs_first = integer_attribute(node, "transB", 0) != 0;
  const ConstantPointer matrix = numbers(node, node.input(1), "weights");
  const bool good = matrix->shape.size() == 2 && matrix->shape[0] >= 1 && matrix->shape[1] >= 1 &&
                    matrix->shape[0] <= kMaxTensorWords && matrix->shape[1] <= kMaxTensorWords;
  if (!good) {
    refuse(full_text(node) + ", has weights of " + sizes_text(matrix->shape) + ": needs a matrix");
  }
  const Eigen::Index n_in = matrix->shape[outputs_first ? 1 : 0];
  const Eigen::Index n_out = matrix->shape[outputs_first ? 0 : 1];
  if (n_in != from.words()) {
    refuse(full_text(node) + ", takes " + std::to_string(n_in) + " inputs, but what it reads has " +
           std::to_string(from.words()));
  }
  FoundLayer found;
  found.node = &node;
  found.layer.reads = from.tensor;
  found.layer.relu = false;
  found.layer.channels = static_cast<int>(n_out);
  found.columns = from.order();
  check_layer(node, found.layer, TensorShape::vector(static_cast<int>(n_in)));
  charge(matrix->floats.size());
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  if (outputs_first) {
    found.numbers.weights = Eigen::Map<const RowMajor>(matrix->floats.data(), n_out, n_in);
  } else {
    found.numbers.weights = Eigen::Map<const Eigen::MatrixXf>(matrix->floats.data(), n_out, n_in);
  }
  found.numbers.biases = Eigen::VectorXf::Zero(n_out);
  found.quants.weights = matrix->quant;
  found.quants.inputs = from.quant;
  found.quants.theta_code = from.theta_code;
  take_pending(node, found, from);
  const auto factor = [&](const char* name) {
    const onnx::AttributeProto* given = attribute(node, name);
    return given == nullptr ? 1.0 : static_cast<double>(given->f());
  };
  const GraphTensor made = add_layer(std::move(found));
  FoundLayer& layer = this->found(made.sums_of);
  if (factor("alpha") != 1) layer.numbers.scale_sums({{factor("alpha")}, {0}});
  if (node.input_size() <= 2 || node.input(2).empty()) return made;
  const ConstantPointer biases = numbers(node, node.input(2), "biases");
  if (factor("beta") == 1) {
    set_biases(node, made.sums_of, *biases);
    return made;
  }
  PendingStep step = spread(node, made, *biases);
  for (double& each : step.step.offset) each *= factor("beta");
  layer.numbers.scale_sums(step.step);
  layer.has_biases = true;
  return made;
}

GraphTensor OnnxGraphReader::take_pool(const onnx::NodeProto& node) {
  check_attributes(node, {"auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape",
                          "pads", "storage_order", "strides"});
  for (int i = 1; i < node.output_size(); ++i) {
    if (!node.output(i).empty()) {
      refuse(full_text(node) +
             ", gives the places of the largest words, which the machine has not");
    }
  }
  const std::string& op = node.op_type();
  const GraphTensor from = input_of(node, 0);
  const TensorShape shape = image(node, from);
  const bool maximum = op == "MaxPool" || op == "GlobalMaxPool";
  const bool global = op == "GlobalMaxPool" || op == "GlobalAveragePool";
  const bool padded_before = !from.is_plain();
  if (padded_before && global) {
    refuse(full_text(node) + ", reads a padded tensor (Pad): needs its pads in the windows");
  }
  if (padded_before && maximum && !from.is_nonnegative) {
    refuse(full_text(node) +
           ", reads a tensor with zeros around it (Pad) that may be larger than its words: needs a "
           "Relu before it");
  }
  GraphLayer layer;
  layer.kind = maximum ? GraphLayerKind::max_pool : GraphLayerKind::sum_pool;
  if (global) {
    layer.window = whole(shape);
  } else {
    const auto kernel = integers_of(node, "kernel_shape", 2, 0);
    if (kernel[0] < 1 || kernel[1] < 1) refuse(full_text(node) + ", has no kernel_shape");
    layer.window =
        window_of(node, shape, static_cast<int>(kernel[0]), static_cast<int>(kernel[1]), from);
    const Window& w = layer.window;
    const std::int64_t own = w.top + w.left + w.bottom + w.right - from.dimensions[1].before -
                             from.dimensions[1].after - from.dimensions[2].before -
                             from.dimensions[2].after;
    if (!maximum && own > 0 && integer_attribute(node, "count_include_pad", 0) == 0) {
      refuse(full_text(node) +
             ", leaves padding out of what it divides by: the machine divides by all words of the "
             "window (count_include_pad = 1)");
    }
  }
  if (!maximum) layer.divisor = layer.window.words();
  check_layer(node, layer, shape);
  return pool(node, from, layer);
}

/// The mean over rows and columns, as exporters write a global average.
GraphTensor OnnxGraphReader::take_mean(const onnx::NodeProto& node) {
  check_attributes(node, {"axes", "keepdims", "noop_with_empty_axes"});
  const GraphTensor from = input_of(node, 0);
  std::vector<std::int64_t> axes = list_of(node, 1, "axes", "axes");
  for (std::int64_t& axis : axes) axis += axis < 0 ? 4 : 0;
  std::sort(axes.begin(), axes.end());
  const bool last = axes == std::vector<std::int64_t>{2, 3};   // channels first
  const bool first = axes == std::vector<std::int64_t>{1, 2};  // channels last
  if (from.dimensions.size() != 3 || (!last && !first) || !from.is_plain()) {
    refuse(full_text(node) + ", of samples of " + sizes_of_tensor(from) +
           " is no mean over rows and columns");
  }
  GraphTensor turned = from;
  if (first)
    std::rotate(turned.dimensions.begin(), turned.dimensions.end() - 1, turned.dimensions.end());
  const TensorShape shape = image(node, turned);
  GraphLayer layer;
  layer.kind = GraphLayerKind::sum_pool;
  layer.window = whole(shape);
  layer.divisor = layer.window.words();
  check_layer(node, layer, shape);
  GraphTensor made = pool(node, turned, layer);
  if (first)
    std::rotate(made.dimensions.begin(), made.dimensions.begin() + 1, made.dimensions.end());
  if (integer_attribute(node, "keepdims", 1) == 0) {
    made.dimensions = *regrouped(made.order(), {made.words()});
  }
  return made;
}

GraphTensor OnnxGraphReader::pool(const onnx::NodeProto& node, const GraphTensor& from,
                                  GraphLayer layer) {
  const bool maximum = layer.kind == GraphLayerKind::max_pool;
  const Window& w = layer.window;
  if (from.pending.of != PendingStep::Of::nothing) {
    const auto& factors = from.pending.step.factor;
    const bool rises =
        std::all_of(factors.begin(), factors.end(), [](double each) { return each > 0; });
    const bool padded = w.top + w.left + w.bottom + w.right > 0;
    const bool by_channel = from.pending.of == PendingStep::Of::all ||
                            (from.pending.of == PendingStep::Of::axis &&
                             role_of(from, {from.pending.label, 0}) == kChannel);
    if (!by_channel || (maximum && !rises) ||
        (!maximum && padded && !from.pending.step.keeps_zero())) {
      refuse(full_text(node) +
             ", pools what is scaled or shifted in a way that no layer behind it can take over");
    }
  }
  FoundLayer found;
  found.node = &node;
  layer.reads = from.tensor;
  found.layer = layer;
  found.layer.relu = false;
  found.quants.inputs = from.quant;
  if (from.theta_code != 0) refuse(full_text(node) + ", pools behind a threshold (Shrink)");
  GraphTensor made = add_layer(std::move(found));
  made.pending = from.pending;
  if (made.pending.of == PendingStep::Of::axis) made.pending.label = kChannel;
  made.is_nonnegative = from.is_nonnegative;
  if (maximum) {
    made.relu_of = from.relu_of;
    made.quant = from.quant;  // codes that are compared stay codes
  }
  return made;
}

}  // namespace minerva
