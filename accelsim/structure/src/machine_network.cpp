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

}  // namespace

MachineNetwork::MachineNetwork(const Topology& topology) : MachineNetwork(LayerGraph(topology)) {}

MachineNetwork::MachineNetwork(const LayerGraph& graph)
    : graph_(on_a_vector(graph)), facts_(layer_facts(graph)) {
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
  }
}

std::string to_string(const MachineNetwork& network) { return to_string(network.graph()); }

}  // namespace minerva
