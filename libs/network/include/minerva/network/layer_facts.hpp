#pragma once
#include <cstdint>
#include <vector>

#include "minerva/network/layer_graph.hpp"

namespace minerva {

/// What counts and schedules need of one layer of a graph, worked out once, since a graph is walked
/// for it while a machine of a design space takes tens of nanoseconds.
struct LayerFacts {
  GraphLayerKind kind = GraphLayerKind::dense;
  bool fused = false;        ///< a max pool that the convolution before it takes along
  bool adds = false;         ///< adds an earlier tensor
  bool reads_input = false;  ///< its words are those of tensor 0
  bool adds_input = false;   ///< it adds tensor 0
  bool is_last = false;      ///< its sums are the network's outputs
  int inputs = 0;            ///< weights of a neuron, padding included; 0 for pools
  int segments = 1;          ///< of a window (GraphLayer::segments)
  int segment_words = 0;     ///< of a segment, padding included
  int channels = 0;
  int groups = 1;             ///< of a convolution
  int channels_of_group = 0;  ///< channels / groups
  int positions = 1;          ///< computed ones
  int pooled = 1;        ///< positions for which one word of a channel is written: a fused window
  int output_words = 0;  ///< words that the layer writes in a prediction
  std::int64_t window_words = 0;  ///< inside the tensor, over positions and groups (window_words)
  std::int64_t added_words = 0;   ///< neurons that have a word of the added tensor

  bool has_weights() const {
    return kind == GraphLayerKind::dense || kind == GraphLayerKind::conv2d;
  }
  std::int64_t neurons() const { return std::int64_t{positions} * channels; }
};

/// Of all layers, in their order. A fused pool has facts of its own and takes no cycles.
std::vector<LayerFacts> layer_facts(const LayerGraph& graph);

}  // namespace minerva
