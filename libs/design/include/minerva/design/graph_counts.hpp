#pragma once
#include <cstdint>
#include <vector>

#include "minerva/design/counts.hpp"
#include "minerva/network/layer_graph.hpp"

namespace minerva {

/// What the words of a layer's windows did, summed over samples, computed positions and groups;
/// words in the padding are none. All 0 for pools (docs/layers.md).
struct GraphLayerActivity {
  std::int64_t kept_inputs = 0;    ///< window words not skipped
  std::int64_t zero_inputs = 0;    ///< window words whose code is 0, skipped or not
  std::int64_t active_chunks = 0;  ///< chunks of a segment with one kept or more
  /// Words of the windows of a tile that at least one of its positions keeps, where a tile has
  /// GraphActivity::tile positions of a convolution, or as many samples of a dense layer.
  std::int64_t kept_tile_inputs = 0;

  GraphLayerActivity& operator+=(const GraphLayerActivity& more);
  friend bool operator==(const GraphLayerActivity& a, const GraphLayerActivity& b) {
    return a.kept_inputs == b.kept_inputs && a.zero_inputs == b.zero_inputs &&
           a.active_chunks == b.active_chunks && a.kept_tile_inputs == b.kept_tile_inputs;
  }
};

struct GraphActivity {
  int chunk = 1;  ///< inputs a cycle of the design
  int tile = 1;   ///< positions, or predictions, that one weight read serves
  std::int64_t samples = 0;
  std::vector<GraphLayerActivity> layers;
};

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
