#include <algorithm>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/graph_text.hpp"
#include "onnx/graph/graph_reader.hpp"
#include "onnx/onnx_model.hpp"
#include "onnx/onnx_refusal.hpp"

// What was found, as a network.
namespace minerva {

/// The layers in an order in which each stands behind what it reads and adds, those found first
/// first. Throws UserError for a layer that the output does not depend on.
std::vector<int> OnnxGraphReader::order_of_layers(int last) const {
  std::vector<bool> needed(found_.size(), false);
  std::vector<int> to_visit = {last};
  while (!to_visit.empty()) {
    const int k = to_visit.back();
    to_visit.pop_back();
    if (k < 0 || needed[static_cast<std::size_t>(k)]) continue;
    needed[static_cast<std::size_t>(k)] = true;
    const GraphLayer& layer = found_[static_cast<std::size_t>(k)].layer;
    to_visit.push_back(layer.reads - 1);
    to_visit.push_back(layer.added.tensor - 1);
  }
  for (std::size_t k = 0; k < found_.size(); ++k) {
    if (!needed[k]) {
      refuse(full_text(*found_[k].node) + ", does not lie between input and output");
    }
  }
  std::vector<int> order;
  std::vector<bool> placed(found_.size() + 1, false);
  placed[0] = true;
  while (order.size() < found_.size()) {
    const std::size_t before = order.size();
    for (std::size_t k = 0; k < found_.size() && order.size() == before; ++k) {
      const GraphLayer& layer = found_[k].layer;
      const bool ready = placed[static_cast<std::size_t>(layer.reads)] &&
                         (!layer.added || placed[static_cast<std::size_t>(layer.added.tensor)]);
      if (placed[k + 1] || !ready) continue;
      placed[k + 1] = true;
      order.push_back(static_cast<int>(k));
    }
    if (order.size() == before) refuse("has layers that read each other");
  }
  return order;
}

/// Of the model's input: rows, columns and channels where a layer of windows reads it, else the
/// words in their order.
TensorShape OnnxGraphReader::input_shape() const {
  if (input_shape_) return *input_shape_;
  std::int64_t words = 1;
  for (const std::int64_t size : input_sizes_) words *= size;
  return TensorShape::vector(static_cast<int>(words));
}

/// For each column of a dense layer as the model flattened its tensor, the word in storage order.
std::vector<Eigen::Index> OnnxGraphReader::storage_words(const FoundLayer& layer,
                                                         const TensorShape& shape) const {
  const Eigen::Index by_role[3] = {Eigen::Index{shape.width} * shape.channels, shape.channels, 1};
  std::vector<Eigen::Index> words = {0};
  for (const GraphAxis& axis : layer.columns) {
    Eigen::Index stride = 1;
    if (layer.layer.reads > 0 || input_shape_) {
      const int role =
          layer.layer.reads > 0 ? axis.label : input_roles_[static_cast<std::size_t>(axis.label)];
      if (role < 0 && axis.size > 1) {
        refuse(full_text(*layer.node) +
               ", reads the input in dimensions that are not its rows, columns and channels");
      }
      stride = role < 0 ? 1 : by_role[role];
    } else {
      for (std::size_t d = static_cast<std::size_t>(axis.label) + 1; d < input_sizes_.size(); ++d) {
        stride *= input_sizes_[d];
      }
    }
    std::vector<Eigen::Index> finer;
    finer.reserve(words.size() * static_cast<std::size_t>(axis.size));
    for (const Eigen::Index word : words) {
      for (Eigen::Index i = 0; i < axis.size; ++i) finer.push_back(word + i * stride);
    }
    words = std::move(finer);
  }
  return words;
}

LayerParameters OnnxGraphReader::numbers_of(FoundLayer& layer, const TensorShape& shape) {
  if (!layer.layer.has_weights()) return {};
  layer.numbers.round(file_, text(*layer.node), imported_.notes);
  LayerParameters numbers{std::move(layer.numbers.weights), std::move(layer.numbers.biases)};
  if (layer.layer.kind != GraphLayerKind::dense) return numbers;
  const std::vector<Eigen::Index> words = storage_words(layer, shape);
  if (static_cast<Eigen::Index>(words.size()) != numbers.weights.cols()) {
    refuse(full_text(*layer.node) + ", reads a tensor of other sizes than it was flattened of");
  }
  bool same = true;
  for (std::size_t j = 0; j < words.size(); ++j) {
    same = same && words[j] == static_cast<Eigen::Index>(j);
  }
  if (same) return numbers;
  Eigen::MatrixXf turned(numbers.weights.rows(), numbers.weights.cols());
  for (std::size_t j = 0; j < words.size(); ++j) {
    turned.col(words[j]) = numbers.weights.col(static_cast<Eigen::Index>(j));
  }
  numbers.weights = std::move(turned);
  imported_.notes.push_back(text(*layer.node) +
                            " reads a flattened tensor: its weights are put into the order rows, "
                            "columns, channels");
  return numbers;
}

/// The outputs are counted in storage order.
void OnnxGraphReader::check_output(const GraphTensor& output) const {
  const std::string what = "output '" + printable(output_) + "'";
  if (output.tensor == 0) {
    refuse("holds no Conv, Gemm or MatMul: " + std::string(kWhatRuns));
  }
  const FoundLayer& last = found_[static_cast<std::size_t>(output.tensor) - 1];
  if (last.layer.relu && last.layer.has_weights()) {
    refuse("ends in a Relu: the machine's last layer has none, its class is the largest sum");
  }
  if (output.pending.of != PendingStep::Of::nothing || !output.is_plain()) {
    refuse(what + " is what " + full_text(*last.node) +
           ", makes, scaled, shifted or padded behind it, which folds into no layer");
  }
  int role_before = -1;
  for (const GraphAxis& axis : output.order()) {
    if (axis.size == 1) continue;
    if (axis.label < role_before) {
      refuse(what + " is samples of " + sizes_of_tensor(output) +
             ": the machine has its outputs in the order rows, columns, channels");
    }
    role_before = axis.label;
  }
}

/// Where dense layers alone read the input, the model does not say its rows and columns; a model
/// that this program wrote does.
void OnnxGraphReader::adopt_own_shape() {
  const std::string own = property(kNetworkProperty);
  if (own.empty() || input_shape_) return;
  LayerGraph& graph = imported_.network.graph;
  const LayerGraph described = parse_layer_graph(own, file_ + ": " + kNetworkProperty);
  LayerGraph with_shape(described.input());
  for (int k = 0; k < graph.layers() && described.inputs() == graph.inputs(); ++k) {
    with_shape.add(graph.layer(k), file_);
  }
  if (with_shape == described) graph = described;
}

void OnnxGraphReader::finish(const std::string& output) {
  const auto found_output = tensors_.find(output);
  if (found_output == tensors_.end()) {
    refuse("output '" + printable(output) + "' is made by no node");
  }
  const GraphTensor last = found_output->second;
  check_output(last);
  const std::vector<int> order = order_of_layers(last.tensor - 1);
  std::vector<int> tensor_of(found_.size() + 1, 0);  // of the network, by those found
  for (std::size_t k = 0; k < order.size(); ++k) {
    tensor_of[static_cast<std::size_t>(order[k]) + 1] = static_cast<int>(k) + 1;
  }
  imported_.format = "ONNX";
  imported_.network.graph = LayerGraph(input_shape());
  LayerGraph& graph = imported_.network.graph;
  for (const int k : order) {
    FoundLayer& layer = found(k);
    layer.layer.reads = tensor_of[static_cast<std::size_t>(layer.layer.reads)];
    const int reads_found = layer.layer.reads;
    if (layer.layer.added) {
      layer.layer.added.tensor = tensor_of[static_cast<std::size_t>(layer.layer.added.tensor)];
    }
    graph.add(layer.layer, file_ + ": " + full_text(*layer.node));
    imported_.network.layers.push_back(numbers_of(layer, graph.tensor(reads_found)));
  }
  check_graph(graph, file_);
  adopt_own_shape();
  check_graph_network(imported_.network, file_);
  std::vector<std::string> notes = constants_.notes();
  notes.insert(notes.end(), imported_.notes.begin(), imported_.notes.end());
  imported_.notes = std::move(notes);
  finish_plan(order);
  if (end_ == nullptr) {
    name_one_output(imported_.network);
  } else {
    name_end(*end_, imported_.network);
  }
}

void OnnxGraphReader::finish_plan(const std::vector<int>& order) {
  std::vector<LayerQuants> quants;
  for (const int k : order) quants.push_back(std::move(found(k).quants));
  add_plan(imported_, quants, own_plan(), file_);
}

}  // namespace minerva
