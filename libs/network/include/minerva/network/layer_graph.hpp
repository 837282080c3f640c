#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/network/tensor_shape.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {

/// What a layer of a graph computes (docs/layers.md). dense: every word of the tensor feeds every
/// neuron; conv2d: filters over windows; max_pool: the largest word of a window; sum_pool: the sum
/// of a window, divided by GraphLayer::divisor.
enum class GraphLayerKind { dense, conv2d, max_pool, sum_pool };

/// The windows of a layer: their size, how far they are apart, and the words of padding beside the
/// tensor. Padding adds nothing to a sum and is never a maximum.
struct Window {
  int height = 1;
  int width = 1;
  int stride_y = 1;
  int stride_x = 1;
  int top = 0;
  int left = 0;
  int bottom = 0;
  int right = 0;

  int words() const { return height * width; }
  friend bool operator==(const Window& a, const Window& b) {
    return a.height == b.height && a.width == b.width && a.stride_y == b.stride_y &&
           a.stride_x == b.stride_x && a.top == b.top && a.left == b.left && a.bottom == b.bottom &&
           a.right == b.right;
  }
};

/// An earlier tensor that is added to the sums of a layer with weights. Neuron (y, x, c) gets the
/// word (y * stride_y, x * stride_x, c - channel_offset), and nothing where that channel does not
/// exist (zero channels added on either side: option A of He et al., 2016).
struct AddedTensor {
  int tensor = -1;  ///< its number in the graph; -1: nothing is added
  int stride_y = 1;
  int stride_x = 1;
  int channel_offset = 0;

  explicit operator bool() const { return tensor >= 0; }
  friend bool operator==(const AddedTensor& a, const AddedTensor& b) {
    return a.tensor == b.tensor && a.stride_y == b.stride_y && a.stride_x == b.stride_x &&
           a.channel_offset == b.channel_offset;
  }
};

/// One layer of a graph without its numbers. LayerGraph::add fills in the shapes.
struct GraphLayer {
  GraphLayerKind kind = GraphLayerKind::dense;
  int reads = -1;      ///< number of the tensor that it reads; -1: the one before it
  Window window;       ///< of conv2d and pools
  int channels = 0;    ///< neurons of dense, filters of conv2d; of pools those of the tensor
  int groups = 1;      ///< of conv2d: 1, or the channels of the tensor (depthwise)
  bool relu = true;    ///< of layers with weights; the last layer of a network has none
  AddedTensor added;   ///< of layers with weights
  int divisor = 1;     ///< of sum_pool: the words of the window for an average, 1 for a sum
  TensorShape input;   ///< the tensor that it reads
  TensorShape output;  ///< the tensor that it writes

  bool has_weights() const {
    return kind == GraphLayerKind::dense || kind == GraphLayerKind::conv2d;
  }
  /// Words of the input that feed one neuron, padding included: the columns of the weights. 0 for
  /// pools.
  int fan_in() const;
  /// Runs of consecutive words of a neuron's window, and the words of one (padding included). A
  /// dense layer has one; a convolution one a kernel row; a depthwise one a pixel.
  int segments() const;
  int segment_words() const;
  /// Positions of the output and neurons at each.
  int positions() const { return output.height * output.width; }
  std::int64_t weight_count() const {
    return std::int64_t{fan_in()} * (has_weights() ? channels : 0);
  }
  int bias_count() const { return has_weights() ? channels : 0; }

  friend bool operator==(const GraphLayer& a, const GraphLayer& b);
  friend bool operator!=(const GraphLayer& a, const GraphLayer& b) { return !(a == b); }
};

/// Most layers of a graph, and most words of one of its tensors.
constexpr int kMaxGraphLayers = 512;
constexpr std::int64_t kMaxTensorWords = std::int64_t{1} << 24;
/// Largest extent of a window, stride or padding.
constexpr int kMaxWindowExtent = 4096;

/// The layers of a network in the order in which they run, and which tensors they read. Tensor 0 is
/// the input, tensor k + 1 is what layer k writes; layers are counted from 0. A Topology is the
/// special case of dense layers in a chain.
class LayerGraph {
 public:
  LayerGraph() = default;
  explicit LayerGraph(const TensorShape& input) : input_(input) {}
  /// The dense chain. Unchecked, as a Topology is. Not explicit: a topology is a graph.
  LayerGraph(const Topology& topology);

  /// Appends a layer and works out its shapes; `reads` -1 becomes the last tensor. Throws UserError
  /// naming `key`, the layer and the cause unless the machine can run it on these tensors.
  void add(GraphLayer layer, const std::string& key);

  const TensorShape& input() const { return input_; }
  int layers() const { return static_cast<int>(layers_.size()); }
  int tensors() const { return layers() + 1; }
  const GraphLayer& layer(int k) const { return layers_[static_cast<std::size_t>(k)]; }
  const TensorShape& tensor(int t) const { return t == 0 ? input_ : layer(t - 1).output; }
  int inputs() const { return input_.size(); }
  int outputs() const { return tensor(layers()).size(); }
  /// Weights without biases, as the book counts them.
  std::int64_t weight_count() const;
  /// Products of a prediction: one a neuron and word of its window, padding left out.
  std::int64_t mac_count() const;

  /// Whether every layer is dense, reads the tensor before it, adds nothing, and all but the last
  /// have a ReLU.
  bool is_dense_chain() const;
  /// The same network as a chain; a contract that is_dense_chain().
  Topology topology() const;

  friend bool operator==(const LayerGraph& a, const LayerGraph& b) {
    return a.input_ == b.input_ && a.layers_ == b.layers_;
  }
  friend bool operator!=(const LayerGraph& a, const LayerGraph& b) { return !(a == b); }

 private:
  friend void check_graph(LayerGraph& graph, const std::string& key);
  TensorShape input_;
  std::vector<GraphLayer> layers_;
};

/// Ends a graph: its last layer loses its ReLU. Throws UserError naming `key` unless there are
/// layers, the last one has weights or is a sum, and every tensor is read.
void check_graph(LayerGraph& graph, const std::string& key);

/// "layer 3 (c16k5)": how messages name layer k, counted from 1.
std::string layer_name(const GraphLayer& layer, int k);

/// Where a word of a tensor stands in its storage order, channels last.
inline std::size_t storage_word(const TensorShape& shape, int y, int x, int c) {
  return (static_cast<std::size_t>(y) * static_cast<std::size_t>(shape.width) +
          static_cast<std::size_t>(x)) *
             static_cast<std::size_t>(shape.channels) +
         static_cast<std::size_t>(c);
}

/// Words of the input inside the tensor, summed over the windows at all of `positions` of a layer
/// (see computed_positions) and over its groups: in(j) of docs/layers.md.
std::int64_t window_words(const LayerGraph& graph, int k);

}  // namespace minerva
