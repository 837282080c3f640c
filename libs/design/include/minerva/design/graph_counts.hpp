#pragma once
#include <cstdint>
#include <vector>

#include "minerva/design/counts.hpp"
#include "minerva/network/layer_facts.hpp"
#include "minerva/network/layer_graph.hpp"

namespace minerva {

/// Activities of graphs are those of chains.
using GraphLayerActivity = LayerActivity;
using GraphActivity = ActivityProfile;

/// Events of one layer of a graph: those of machine.md, what added tensors and pools read and do,
/// and what comes from off chip. Sums over samples. A fused pool's are 0 but for its operations: it reads registers, and its
/// words are those that the convolution before it writes.
struct GraphEventCounts : EventCounts {
  std::int64_t added_reads = 0;      ///< words of added tensors, one a neuron that has one
  std::int64_t pool_reads = 0;       ///< words that a pool reads from the activation memory
  std::int64_t pool_operations = 0;  ///< comparisons or additions of a pool, one a word
  std::int64_t weight_loads = 0;     ///< weights that come from off chip into the lanes' buffers

  GraphEventCounts& operator+=(const GraphEventCounts& more);
  friend bool operator==(const GraphEventCounts& a, const GraphEventCounts& b);
  friend bool operator!=(const GraphEventCounts& a, const GraphEventCounts& b) { return !(a == b); }
};

/// Name and member of every event of a graph, in the order of files and tables.
struct GraphEventName {
  const char* name;
  std::int64_t GraphEventCounts::*member;
};
const std::vector<GraphEventName>& graph_event_names();

/// The events of a layer over `samples` predictions on a machine of `lanes` lanes, from what its
/// inputs did. @param threshold it has a comparator (theta code above 0).
/// @param reuses a weight is read once for the positions of a tile.
GraphEventCounts graph_events(const LayerFacts& layer, const LayerActivity& did,
                              std::int64_t samples, bool threshold, bool reuses, int lanes);
/// The events of layer k on a machine of `lanes` lanes, from what the engine measured.
GraphEventCounts graph_events(const LayerGraph& graph, int k, const GraphActivity& activity,
                              int theta_code, int lanes);

}  // namespace minerva
