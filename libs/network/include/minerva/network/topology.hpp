#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/network/layer_shape.hpp"

namespace minerva {

/// The sequence of a network's layers: the input tensor and the shape of every layer, each of which
/// reads what the layer before it writes. A default-constructed topology is empty.
class Topology {
 public:
  Topology() = default;
  /// Dense layers of `neurons` neurons each on an input tensor. Unchecked: check_topology judges
  /// it.
  Topology(const TensorShape& input, const std::vector<int>& neurons);
  /// Dense layers on a vector: its words, then the neurons of each layer. Not explicit, so that a
  /// table of networks may list them as {{784, 256, 10}}.
  Topology(const std::vector<int>& dense_widths);

  bool empty() const { return layers_.empty(); }
  /// Number of layers; they are counted from 0.
  int layers() const { return static_cast<int>(layers_.size()); }
  const LayerShape& layer(int k) const { return layers_[static_cast<std::size_t>(k)]; }
  const TensorShape& input() const { return input_; }
  /// Words of the input tensor and of the last layer's output.
  int inputs() const { return input_.size(); }
  int outputs() const { return layers_.empty() ? inputs() : layers_.back().neurons(); }
  /// Input words of one neuron of layer k, and neurons of layer k.
  int fan_in(int k) const { return layer(k).fan_in(); }
  int fan_out(int k) const { return layer(k).neurons(); }
  /// Parameters as the book counts them: weights without biases.
  std::int64_t weight_count() const;
  /// Words of the input tensor, then of every layer's output, as files of results list them.
  std::vector<int> tensor_sizes() const;

  /// Appends a layer, which must read the tensor that the last one writes; the first layer's input
  /// becomes the topology's.
  void add(const LayerShape& layer);

  /// Whether two topologies compute the same function of the words in storage order.
  friend bool operator==(const Topology& a, const Topology& b) {
    return a.inputs() == b.inputs() && a.layers_ == b.layers_;
  }
  friend bool operator!=(const Topology& a, const Topology& b) { return !(a == b); }

 private:
  TensorShape input_;
  std::vector<LayerShape> layers_;
};

constexpr int kMaxLayers = 64;

/// Throws UserError naming `key` unless there is at least one layer, at most kMaxLayers, and every
/// tensor has 1 to kMaxLayerWidth words.
void check_topology(const Topology& topology, const std::string& key);
/// "784-256-256-256-10": the words of the input, then the neurons of each dense layer. A dense
/// layer reads a tensor in storage order, so the text names the words of its input and not their
/// shape.
std::string to_string(const Topology& topology);
/// Reads that text, whose input is a vector.
Topology parse_topology(const std::string& text, const std::string& key);

}  // namespace minerva
