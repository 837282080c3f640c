#include "minerva/accelsim/machine_network.hpp"

#include <algorithm>

#include "minerva/network/graph_network.hpp"
#include "minerva/network/graph_schedule.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva {

namespace {

/// A dense layer reads words in storage order, so that chains which differ in the shape of their
/// input alone are one machine.
LayerGraph on_a_vector(const LayerGraph& graph) {
  return graph.is_dense_chain() ? graph_with_input(graph, TensorShape::vector(graph.inputs()))
                                : graph;
}

/// Largest number, either sign, that the walk over a tensor's words may reach.
std::int64_t farthest_word(const LayerGraph& graph, int k) {
  const GraphLayer& layer = graph.layer(k);
  const Window& w = layer.window;
  const std::int64_t row_words = std::int64_t{layer.input.width} * layer.input.channels;
  const std::int64_t rows = layer.input.height + w.top + w.bottom + w.height + w.stride_y +
                            std::int64_t{layer.output.height} * w.stride_y;
  const std::int64_t columns = layer.input.width + w.left + w.right + w.width + w.stride_x +
                               std::int64_t{layer.output.width} * w.stride_x;
  std::int64_t most = rows * row_words + columns * layer.input.channels;
  most = std::max<std::int64_t>(most, layer.output.size() + layer.channels);
  if (layer.added) {
    const TensorShape& added = graph.tensor(layer.added.tensor);
    const std::int64_t pixels =
        std::int64_t{layer.output.height + 1} * layer.added.stride_y * added.width +
        std::int64_t{layer.output.width + 1} * layer.added.stride_x;
    most = std::max<std::int64_t>(
        most, pixels * added.channels + layer.channels + layer.added.channel_offset);
  }
  return most;
}

}  // namespace

MachineNetwork::MachineNetwork(const Topology& topology) : MachineNetwork(LayerGraph(topology)) {}

MachineNetwork::MachineNetwork(const LayerGraph& graph)
    : graph_(on_a_vector(graph)),
      facts_(layer_facts(graph)),
      is_dense_chain_(graph.is_dense_chain()) {
  const TensorRegions regions = tensor_regions(graph);
  region_of_tensor_ = regions.region;
  region_of_tensor_.back() = TensorRegions::kNone;  // outputs leave the accelerator
  for (int t = 1; t < graph.layers(); ++t) {
    const int region = region_of_tensor(t);
    if (region == TensorRegions::kNone) continue;
    regions_ = std::max(regions_, region + 1);
    region_words_ = std::max(region_words_, graph.tensor(t).size());
  }
  for (int k = 0; k < layers(); ++k) {
    const LayerFacts& layer = facts(k);
    const int pool = fused_pool(graph, k);
    region_written_.push_back(region_of_tensor(pool < 0 ? k + 1 : pool + 1));
    most_inputs_ = std::max(most_inputs_, layer.has_weights() ? layer.inputs : layer.segments);
    most_channels_ = std::max(most_channels_, layer.channels);
    most_positions_ = std::max(most_positions_, layer.positions);
    adds_ = adds_ || layer.adds;
    fuses_ = fuses_ || layer.fused;
    const bool pools = !layer.has_weights() && !layer.fused;
    pools_ = pools_ || pools;
    max_pools_ = max_pools_ || (pools && layer.kind == GraphLayerKind::max_pool);
    convolves_ = convolves_ || layer.kind == GraphLayerKind::conv2d;
    farthest_word_ = std::max(farthest_word_, minerva::farthest_word(graph_, k));
    if (pool >= 0) {
      const Window& window = graph.layer(pool).window;
      most_pool_side_ = std::max({most_pool_side_, window.height, window.width});
    }
    if (layer.adds) {
      most_channel_offset_ = std::max(most_channel_offset_, graph.layer(k).added.channel_offset);
    }
  }
}

std::string to_string(const MachineNetwork& network) { return to_string(network.graph()); }

}  // namespace minerva
