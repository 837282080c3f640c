#include <algorithm>
#include <utility>

#include "minerva/base/errors.hpp"
#include "onnx/graph/graph_reader.hpp"

// Maxima, averages and sums of windows.
namespace minerva {
namespace {

Window whole(const TensorShape& shape) {
  return {shape.height, shape.width, shape.height, shape.width, 0, 0, 0, 0};
}

}  // namespace

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
