#pragma once
#include <vector>

#include "minerva/network/layer_graph.hpp"

namespace minerva {

/// The layer whose maximum is taken by the writing stage of layer k itself: a max_pool without
/// padding, whose windows do not overlap, which is the only reader of what the convolution k
/// writes. -1: there is none.
int fused_pool(const LayerGraph& graph, int k);
/// Whether layer k is a max_pool that the layer before it takes along.
bool is_fused(const LayerGraph& graph, int k);

/// Output rows and columns that layer k computes: all, or those that lie in a window of its fused
/// pool. A position is computed when both its row and its column are.
struct ComputedGrid {
  std::vector<int> rows;
  std::vector<int> columns;
};
ComputedGrid computed_grid(const LayerGraph& graph, int k);

struct Position {
  int y = 0;
  int x = 0;
};
/// The positions of layer k in the order in which the machine computes them: row by row, or, before
/// a fused pool, window by window and row by row in each.
std::vector<Position> computed_positions(const LayerGraph& graph, int k);

/// Where tensors lie between the layers. The input has a memory of its own; a tensor lives from the
/// layer that writes it to the last one that reads it, and the region that a layer writes is none
/// that it reads. What a fused pool leaves is the pool's tensor alone.
struct TensorRegions {
  static constexpr int kNone = -1;  ///< of the input, and of a tensor that is never stored

  std::vector<int> region;     ///< of each tensor
  std::vector<int> last_read;  ///< the last layer that reads each tensor; the output's: its own
  std::vector<int> words;      ///< of each region: its largest tensor
};
/// The lowest free region is taken each time: two for a chain, three for residual blocks.
TensorRegions tensor_regions(const LayerGraph& graph);

}  // namespace minerva
