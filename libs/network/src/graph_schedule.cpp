#include "minerva/network/graph_schedule.hpp"

#include <algorithm>

namespace minerva {
namespace {

bool reads_tensor(const GraphLayer& layer, int tensor) {
  return layer.reads == tensor || layer.added.tensor == tensor;
}

/// Coordinates below `extent` that a window of a pool covers.
std::vector<int> covered(int windows, int kernel, int stride) {
  std::vector<int> at;
  for (int w = 0; w < windows; ++w) {
    for (int i = 0; i < kernel; ++i) at.push_back(w * stride + i);
  }
  return at;
}

std::vector<int> all_of(int extent) { return covered(extent, 1, 1); }

}  // namespace

int fused_pool(const LayerGraph& graph, int k) {
  if (graph.layer(k).kind != GraphLayerKind::conv2d) return -1;
  int pool = -1;
  for (int reader = k + 1; reader < graph.layers(); ++reader) {
    if (!reads_tensor(graph.layer(reader), k + 1)) continue;
    if (pool >= 0) return -1;
    pool = reader;
  }
  if (pool != k + 1 || graph.layer(pool).kind != GraphLayerKind::max_pool) return -1;
  const Window& w = graph.layer(pool).window;
  const bool padded = w.top + w.left + w.bottom + w.right > 0;
  return !padded && w.stride_y >= w.height && w.stride_x >= w.width ? pool : -1;
}

bool is_fused(const LayerGraph& graph, int k) {
  return k > 0 && graph.layer(k).kind == GraphLayerKind::max_pool && fused_pool(graph, k - 1) == k;
}

ComputedGrid computed_grid(const LayerGraph& graph, int k) {
  const GraphLayer& layer = graph.layer(k);
  const int pool = fused_pool(graph, k);
  if (pool < 0) return {all_of(layer.output.height), all_of(layer.output.width)};
  const GraphLayer& by = graph.layer(pool);
  return {covered(by.output.height, by.window.height, by.window.stride_y),
          covered(by.output.width, by.window.width, by.window.stride_x)};
}

std::vector<Position> computed_positions(const LayerGraph& graph, int k) {
  const ComputedGrid grid = computed_grid(graph, k);
  const int pool = fused_pool(graph, k);
  const std::size_t high = pool < 0 ? 1 : static_cast<std::size_t>(graph.layer(pool).window.height);
  const std::size_t wide = pool < 0 ? 1 : static_cast<std::size_t>(graph.layer(pool).window.width);
  std::vector<Position> positions;
  positions.reserve(grid.rows.size() * grid.columns.size());
  for (std::size_t y = 0; y < grid.rows.size(); y += high) {
    for (std::size_t x = 0; x < grid.columns.size(); x += wide) {
      for (std::size_t i = 0; i < high; ++i) {
        for (std::size_t j = 0; j < wide; ++j) {
          positions.push_back({grid.rows[y + i], grid.columns[x + j]});
        }
      }
    }
  }
  return positions;
}

TensorRegions tensor_regions(const LayerGraph& graph) {
  TensorRegions regions;
  const auto tensors = static_cast<std::size_t>(graph.tensors());
  regions.region.assign(tensors, TensorRegions::kNone);
  regions.last_read.assign(tensors, graph.layers() - 1);
  for (int t = 0; t < graph.layers(); ++t) {
    for (int k = 0; k < graph.layers(); ++k) {
      if (reads_tensor(graph.layer(k), t)) regions.last_read[static_cast<std::size_t>(t)] = k;
    }
  }
  std::vector<int> free_after;  // of each region, the last layer that reads what it holds
  for (int k = 0; k < graph.layers(); ++k) {
    if (fused_pool(graph, k) >= 0) continue;
    // What the layer reads is still there: regions are free from the layer behind it on. A fused
    // pool is written while the convolution before it runs.
    const int begins = is_fused(graph, k) ? k - 1 : k;
    std::size_t r = 0;
    while (r < free_after.size() && free_after[r] >= begins) ++r;
    if (r == free_after.size()) {
      free_after.push_back(0);
      regions.words.push_back(0);
    }
    const auto tensor = static_cast<std::size_t>(k) + 1;
    regions.region[tensor] = static_cast<int>(r);
    free_after[r] = regions.last_read[tensor];
    regions.words[r] = std::max(regions.words[r], graph.layer(k).output.size());
  }
  return regions;
}

}  // namespace minerva
