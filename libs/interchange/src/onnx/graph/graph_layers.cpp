#include <algorithm>
#include <cmath>
#include <utility>

#include "minerva/base/errors.hpp"
#include "named_tensors/convolution_tensors.hpp"
#include "onnx/graph/graph_reader.hpp"
#include "onnx/onnx_refusal.hpp"

// Convolutions and dense layers, and what folds into them.
namespace minerva {

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

}  // namespace minerva
