#include "minerva/network/layer_graph.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/network/graph_schedule.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva {
namespace {

/// Windows along one axis; 0 when none fits.
int windows_along(int extent, int kernel, int stride, int before, int after) {
  const int room = extent + before + after - kernel;
  return room < 0 ? 0 : room / stride + 1;
}

/// Throws what is wrong with layer k.
class LayerCheck {
 public:
  LayerCheck(const std::string& key, const GraphLayer& layer, int k)
      : key_(key), name_(layer_name(layer, k)) {}
  void require(bool holds, const std::string& cause) const {
    if (!holds) throw UserError(key_, name_, cause);
  }

 private:
  std::string key_;
  std::string name_;
};

void check_window(const Window& w, const LayerCheck& check) {
  const std::string most = std::to_string(kMaxWindowExtent);
  const auto within = [](int low, int value) { return value >= low && value <= kMaxWindowExtent; };
  check.require(within(1, w.height) && within(1, w.width),
                "needs a window of 1 to " + most + " rows and columns");
  check.require(within(1, w.stride_y) && within(1, w.stride_x), "needs a stride of 1 to " + most);
  check.require(std::min({w.top, w.left, w.bottom, w.right}) >= 0,
                "needs padding of 0 words or more");
  check.require(std::max(w.top, w.bottom) < w.height && std::max(w.left, w.right) < w.width,
                "needs padding that is smaller than the window of " + std::to_string(w.height) +
                    "x" + std::to_string(w.width));
}

void shape_windows(GraphLayer& layer, const LayerCheck& check) {
  const Window& w = layer.window;
  check_window(w, check);
  const TensorShape& in = layer.input;
  layer.output = {windows_along(in.height, w.height, w.stride_y, w.top, w.bottom),
                  windows_along(in.width, w.width, w.stride_x, w.left, w.right), layer.channels};
  check.require(layer.output.height > 0 && layer.output.width > 0,
                "has a window of " + std::to_string(w.height) + "x" + std::to_string(w.width) +
                    " that does not fit the tensor of " + to_string(in) + " with its padding");
}

/// The words that a strided tensor has along an axis.
int every(int extent, int stride) { return (extent + stride - 1) / stride; }

void check_added(const LayerGraph& graph, const GraphLayer& layer, const LayerCheck& check) {
  const AddedTensor& added = layer.added;
  check.require(added.tensor < graph.tensors(),
                "adds tensor " + std::to_string(added.tensor) + ", but only 0 to " +
                    std::to_string(graph.layers()) + " stand before it");
  check.require(added.stride_y >= 1 && added.stride_x >= 1 && added.channel_offset >= 0,
                "adds a tensor with a stride below 1 or a channel offset below 0");
  const TensorShape& from = graph.tensor(added.tensor);
  const bool aligned = every(from.height, added.stride_y) == layer.output.height &&
                       every(from.width, added.stride_x) == layer.output.width &&
                       std::int64_t{added.channel_offset} + from.channels <= layer.output.channels;
  check.require(aligned, "adds tensor " + std::to_string(added.tensor) + " of " + to_string(from) +
                             ", which does not align with its own of " + to_string(layer.output));
}

}  // namespace

int GraphLayer::fan_in() const {
  switch (kind) {
    case GraphLayerKind::dense:
      return input.size();
    case GraphLayerKind::conv2d:
      return window.words() * (input.channels / groups);
    case GraphLayerKind::max_pool:
    case GraphLayerKind::sum_pool:
      return 0;
  }
  throw ContractViolation("no kind of a layer");
}

int GraphLayer::segments() const {
  if (kind == GraphLayerKind::dense) return 1;
  const bool by_pixel = kind != GraphLayerKind::conv2d || groups > 1;
  return by_pixel ? window.words() : window.height;
}

int GraphLayer::segment_words() const {
  if (kind == GraphLayerKind::dense) return input.size();
  const bool by_pixel = kind != GraphLayerKind::conv2d || groups > 1;
  return by_pixel ? 1 : window.width * input.channels;
}

bool operator==(const GraphLayer& a, const GraphLayer& b) {
  return a.kind == b.kind && a.reads == b.reads && a.window == b.window &&
         a.channels == b.channels && a.groups == b.groups && a.relu == b.relu &&
         a.added == b.added && a.divisor == b.divisor && a.input == b.input && a.output == b.output;
}

LayerGraph::LayerGraph(const Topology& topology) : input_(topology.input()) {
  for (int k = 0; k < topology.layers(); ++k) {
    GraphLayer layer;
    layer.reads = k;
    layer.channels = topology.fan_out(k);
    layer.relu = k + 1 < topology.layers();
    layer.input = topology.layer(k).input;
    layer.output = topology.layer(k).output;
    layers_.push_back(layer);
  }
}

void LayerGraph::add(GraphLayer layer, const std::string& key) {
  if (layer.reads < 0) layer.reads = layers();
  const int k = layers();
  const LayerCheck check(key, layer, k);
  check.require(k < kMaxGraphLayers,
                "is one too many: a network has at most " + std::to_string(kMaxGraphLayers));
  check.require(layer.reads < tensors(), "reads tensor " + std::to_string(layer.reads) +
                                             ", but only 0 to " + std::to_string(k) +
                                             " stand before it");
  layer.input = tensor(layer.reads);
  switch (layer.kind) {
    case GraphLayerKind::dense:
      layer.output = TensorShape::vector(layer.channels);
      break;
    case GraphLayerKind::conv2d:
      check.require(layer.groups == 1 || layer.groups == layer.input.channels,
                    "has " + std::to_string(layer.groups) +
                        " groups; the machine runs 1, or a group for each of the " +
                        std::to_string(layer.input.channels) + " channels that it reads");
      check.require(layer.channels % layer.groups == 0,
                    "has " + std::to_string(layer.channels) + " channels, no multiple of the " +
                        std::to_string(layer.groups) + " groups");
      shape_windows(layer, check);
      break;
    case GraphLayerKind::max_pool:
    case GraphLayerKind::sum_pool:
      layer.channels = layer.input.channels;
      layer.relu = false;
      check.require(!layer.added, "adds a tensor, which only a layer with weights can");
      check.require(layer.divisor == 1 || (layer.kind == GraphLayerKind::sum_pool &&
                                           layer.divisor == layer.window.words()),
                    "divides by " + std::to_string(layer.divisor) +
                        "; an average divides by all words of its window");
      shape_windows(layer, check);
      break;
  }
  check.require(layer.channels >= 1, "needs 1 channel or more");
  const std::int64_t words =
      std::int64_t{layer.output.height} * layer.output.width * layer.output.channels;
  check.require(words <= kMaxTensorWords, "writes " + std::to_string(words) + " words, more than " +
                                              std::to_string(kMaxTensorWords));
  const std::int64_t fan_in =
      layer.kind == GraphLayerKind::conv2d
          ? std::int64_t{layer.window.words()} * (layer.input.channels / layer.groups)
          : layer.input.size();
  check.require(fan_in <= kMaxTensorWords, "has windows of " + std::to_string(fan_in) +
                                               " words, more than " +
                                               std::to_string(kMaxTensorWords));
  if (layer.added) check_added(*this, layer, check);
  layers_.push_back(layer);
}

std::int64_t LayerGraph::weight_count() const {
  std::int64_t count = 0;
  for (const GraphLayer& layer : layers_) count += layer.weight_count();
  return count;
}

std::int64_t LayerGraph::mac_count() const {
  std::int64_t count = 0;
  for (int k = 0; k < layers(); ++k) {
    if (layer(k).has_weights()) {
      count += window_words(*this, k) * (layer(k).channels / layer(k).groups);
    }
  }
  return count;
}

bool LayerGraph::is_dense_chain() const {
  for (int k = 0; k < layers(); ++k) {
    const GraphLayer& l = layer(k);
    if (l.kind != GraphLayerKind::dense || l.reads != k || l.added) return false;
    if (l.relu != (k + 1 < layers())) return false;
  }
  return layers() > 0;
}

Topology LayerGraph::topology() const {
  expects(is_dense_chain(), "only a dense chain is a topology");
  std::vector<int> neurons;
  for (const GraphLayer& layer : layers_) neurons.push_back(layer.channels);
  return Topology(input_, neurons);
}

void check_graph(LayerGraph& graph, const std::string& key) {
  if (graph.layers() == 0) throw UserError(key, "", "needs a layer or more behind the input");
  GraphLayer& last = graph.layers_.back();
  last.relu = false;
  const LayerCheck check(key, last, graph.layers() - 1);
  check.require(last.kind != GraphLayerKind::max_pool,
                "is the last layer; its outputs must be sums: of weights, or of a pool");
  std::vector<bool> read(static_cast<std::size_t>(graph.tensors()), false);
  for (const GraphLayer& layer : graph.layers_) {
    read[static_cast<std::size_t>(layer.reads)] = true;
    if (layer.added) read[static_cast<std::size_t>(layer.added.tensor)] = true;
  }
  for (int k = 0; k + 1 < graph.layers(); ++k) {
    if (!read[static_cast<std::size_t>(k) + 1]) {
      throw UserError(key, layer_name(graph.layer(k), k), "writes a tensor that no layer reads");
    }
  }
}

std::string layer_name(const GraphLayer& layer, int k) {
  return "layer " + std::to_string(k + 1) + " (" + layer_text(layer, k) + ")";
}

std::int64_t window_words(const LayerGraph& graph, int k) {
  const GraphLayer& layer = graph.layer(k);
  if (layer.kind == GraphLayerKind::dense) return layer.input.size();
  // Rows and columns of a window are inside or outside independently of each other, but which
  // positions are computed is a product of rows and columns, too.
  const ComputedGrid grid = computed_grid(graph, k);
  const Window& w = layer.window;
  const auto inside = [](const std::vector<int>& at, int kernel, int stride, int before,
                         int extent) {
    std::int64_t words = 0;
    for (const int p : at) {
      const int first = p * stride - before;
      words += std::max(std::min(first + kernel, extent) - std::max(first, 0), 0);
    }
    return words;
  };
  return inside(grid.rows, w.height, w.stride_y, w.top, layer.input.height) *
         inside(grid.columns, w.width, w.stride_x, w.left, layer.input.width) *
         layer.input.channels;
}

}  // namespace minerva
