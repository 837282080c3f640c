#include "onnx/graph_writer.hpp"

#include <limits>

#include "onnx/onnx_model.hpp"

namespace minerva {
namespace {

std::string numbered(const std::string& word, int k) { return word + std::to_string(k); }

void set_window(onnx::NodeProto& node, const Window& w) {
  set_integers(node, "kernel_shape", {w.height, w.width});
  set_integers(node, "strides", {w.stride_y, w.stride_x});
  set_integers(node, "pads", {w.top, w.left, w.bottom, w.right});
}

}  // namespace

bool has_image_input(const LayerGraph& graph) {
  if (graph.input().is_vector()) return false;
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& layer = graph.layer(k);
    if (layer.reads == 0 && layer.kind != GraphLayerKind::dense) return true;
    if (layer.added.tensor == 0) return true;
  }
  return false;
}

OnnxGraphWriter::OnnxGraphWriter(onnx::GraphProto& graph, const LayerGraph& layers)
    : graph_(graph), layers_(layers) {
  tensors_.resize(static_cast<std::size_t>(layers.tensors()));
  tensors_[0] = {"input", has_image_input(layers), ""};
}

void OnnxGraphWriter::replace(int t, const std::string& name) {
  tensors_[static_cast<std::size_t>(t)].name = name;
}

std::string OnnxGraphWriter::as_vector(int t) {
  Tensor& tensor = tensors_[static_cast<std::size_t>(t)];
  if (!tensor.is_image) return tensor.name;
  if (tensor.other_form.empty()) {
    tensor.other_form = numbered("flat", t);
    add_node(graph_, "Flatten", numbered("flatten", t), {tensor.name}, tensor.other_form);
  }
  return tensor.other_form;
}

std::string OnnxGraphWriter::reshaped(const std::string& from, const TensorShape& shape,
                                      const std::string& to) {
  // A size of 0 keeps the number of samples.
  add_integers(graph_, to + "_shape", {0, shape.channels, shape.height, shape.width});
  add_node(graph_, "Reshape", to + "_reshape", {from, to + "_shape"}, to);
  return to;
}

std::string OnnxGraphWriter::as_image(int t) {
  Tensor& tensor = tensors_[static_cast<std::size_t>(t)];
  if (tensor.is_image) return tensor.name;
  if (tensor.other_form.empty()) {
    tensor.other_form = reshaped(tensor.name, layers_.tensor(t), numbered("image", t));
  }
  return tensor.other_form;
}

std::string OnnxGraphWriter::read_tensor(int k) {
  const GraphLayer& layer = layers_.layer(k);
  return layer.kind == GraphLayerKind::dense ? as_vector(layer.reads) : as_image(layer.reads);
}

LayerParameters OnnxGraphWriter::in_onnx_order(int k, const LayerParameters& numbers) const {
  const GraphLayer& layer = layers_.layer(k);
  const Tensor& tensor = tensors_[static_cast<std::size_t>(layer.reads)];
  if (layer.kind != GraphLayerKind::dense || !tensor.is_image) return numbers;
  const TensorShape& shape = layer.input;
  const Eigen::Index positions = Eigen::Index{shape.height} * shape.width;
  LayerParameters turned{Eigen::MatrixXf(numbers.weights.rows(), numbers.weights.cols()),
                         numbers.biases};
  for (Eigen::Index c = 0; c < shape.channels; ++c) {
    for (Eigen::Index p = 0; p < positions; ++p) {
      turned.weights.col(c * positions + p) = numbers.weights.col(p * shape.channels + c);
    }
  }
  return turned;
}

/// Whether the sums of layer k are the output as they are.
bool OnnxGraphWriter::is_vector_output(int k) const {
  const GraphLayer& layer = layers_.layer(k);
  return k + 1 == layers_.layers() && layer.kind == GraphLayerKind::dense && !layer.added;
}

std::string OnnxGraphWriter::add_layer(int k, const std::string& operator_name,
                                       const std::vector<std::string>& inputs) {
  const GraphLayer& layer = layers_.layer(k);
  const std::string to = is_vector_output(k) ? "output" : numbered("sums", k);
  onnx::NodeProto& node = add_node(graph_, operator_name, numbered("layer", k), inputs, to);
  const bool global = operator_name == "GlobalMaxPool" || operator_name == "GlobalAveragePool";
  if (layer.kind != GraphLayerKind::dense && !global) set_window(node, layer.window);
  if (operator_name == "Conv") set_integer(node, "group", layer.groups);
  if (operator_name == "AveragePool") set_integer(node, "count_include_pad", 1);
  if (layer.kind != GraphLayerKind::sum_pool || layer.divisor == layer.window.words()) return to;
  // ONNX has no sum of windows: an average, times the words of the window.
  add_scalar(graph_, numbered("words", k), static_cast<float>(layer.window.words()));
  add_node(graph_, "Mul", numbered("sum", k), {to, numbered("words", k)}, numbered("added", k));
  return numbered("added", k);
}

/// What layer k adds, of the sizes of its sums as an image: every so many pixels, then zero
/// channels on both sides.
std::string OnnxGraphWriter::addend(int k) {
  const GraphLayer& layer = layers_.layer(k);
  const AddedTensor& added = layer.added;
  std::string tensor = as_image(added.tensor);
  if (added.stride_y != 1 || added.stride_x != 1) {
    const std::string slice = numbered("slice", k);
    add_integers(graph_, slice + "_starts", {0, 0});
    add_integers(
        graph_, slice + "_ends",
        {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::max()});
    add_integers(graph_, slice + "_axes", {2, 3});
    add_integers(graph_, slice + "_steps", {added.stride_y, added.stride_x});
    add_node(graph_, "Slice", slice,
             {tensor, slice + "_starts", slice + "_ends", slice + "_axes", slice + "_steps"},
             numbered("every", k));
    tensor = numbered("every", k);
  }
  const int channels = layers_.tensor(added.tensor).channels;
  if (channels == layer.channels) return tensor;
  const int behind = layer.channels - channels - added.channel_offset;
  add_integers(graph_, numbered("pads", k), {0, added.channel_offset, 0, 0, 0, behind, 0, 0});
  add_node(graph_, "Pad", numbered("pad", k), {tensor, numbered("pads", k)},
           numbered("shortcut", k));
  return numbered("shortcut", k);
}

void OnnxGraphWriter::finish(int k, const std::string& sums) {
  const GraphLayer& layer = layers_.layer(k);
  const bool last = k + 1 == layers_.layers();
  Tensor& tensor = tensors_[static_cast<std::size_t>(k) + 1];
  tensor = {sums, layer.kind != GraphLayerKind::dense, ""};
  if (layer.added) {
    if (!tensor.is_image) {
      tensor.name = reshaped(sums, layer.output, numbered("column", k));
      tensor.is_image = true;
    }
    add_node(graph_, "Add", numbered("add", k), {tensor.name, addend(k)}, numbered("total", k));
    tensor.name = numbered("total", k);
  }
  if (layer.has_weights() && layer.relu) {
    add_node(graph_, "Relu", numbered("relu", k), {tensor.name}, numbered("activations", k));
    tensor.name = numbered("activations", k);
  }
  if (!last || is_vector_output(k)) return;
  if (layer.positions() > 1) {  // the classes are counted in storage order, channels last
    onnx::NodeProto& node = add_node(graph_, "Transpose", "channels_last", {tensor.name}, "last");
    set_integers(node, "perm", {0, 2, 3, 1});
    tensor.name = "last";
  }
  add_node(graph_, "Flatten", "flatten_output", {tensor.name}, "output");
}

}  // namespace minerva
