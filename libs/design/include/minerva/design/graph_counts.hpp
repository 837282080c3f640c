#pragma once
#include <cstdint>
#include <vector>

#include "minerva/design/counts.hpp"
#include "minerva/network/layer_graph.hpp"

namespace minerva {

/// Activities of graphs are those of chains.
using GraphLayerActivity = LayerActivity;
using GraphActivity = ActivityProfile;

/// Events of one layer of a graph: those of machine.md, and what added tensors and pools read and
/// do. Sums over samples. A fused pool's are 0 but for its operations: it reads registers, and its
/// words are those that the convolution before it writes.
struct GraphEventCounts : EventCounts {
  std::int64_t added_reads = 0;      ///< words of added tensors, one a neuron that has one
  std::int64_t pool_reads = 0;       ///< words that a pool reads from the activation memory
  std::int64_t pool_operations = 0;  ///< comparisons or additions of a pool, one a word
};

/// The events of layer k on a machine of `lanes` lanes, from what the engine measured.
GraphEventCounts graph_events(const LayerGraph& graph, int k, const GraphActivity& activity,
                              int theta_code, int lanes);

}  // namespace minerva
