#pragma once
#include <cstdint>
#include <vector>

#include "graph/sample_kernels.hpp"
#include "minerva/design/graph_counts.hpp"
#include "minerva/network/graph_schedule.hpp"

namespace minerva {

/// Counts what the windows of one layer with weights keep, from which of its words are kept: a word
/// counts once for each computed window that it lies in.
class WindowActivity {
 public:
  /// @param chunk inputs a cycle; @param tile positions, or samples of a batch of a dense layer,
  /// that one weight read serves; @param batch_size divides kBatchSamples; @param skips layer k has
  /// a threshold.
  WindowActivity(const LayerGraph& graph, int k, int chunk, int tile, int batch_size, bool skips);

  /// @param masks one a word of the tensor; @param samples lanes in use, the lowest ones. Lane 0
  /// begins a batch of samples.
  void add(const std::vector<kernels::WordMasks>& masks, int samples,
           GraphLayerActivity& activity) const;

 private:
  std::int64_t count_dense_chunks(const std::vector<kernels::WordMasks>& masks,
                                  std::uint32_t valid) const;
  void count_repeated_zeros(const std::vector<kernels::WordMasks>& masks, std::uint32_t valid,
                            GraphLayerActivity& activity) const;
  std::int64_t count_chunks(const std::vector<kernels::WordMasks>& masks,
                            std::uint32_t valid) const;
  std::int64_t count_tiles(const std::vector<kernels::WordMasks>& masks, std::uint32_t valid) const;
  std::int64_t count_sample_tiles(const std::vector<kernels::WordMasks>& masks, std::uint32_t valid,
                                  int samples) const;
  std::size_t word(int y, int x) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(layer_.input.width) +
            static_cast<std::size_t>(x)) *
           static_cast<std::size_t>(layer_.input.channels);
  }

  GraphLayer layer_;
  int chunk_;
  int tile_;
  int batch_size_;
  bool skips_;
  ComputedGrid grid_;
  std::vector<Position> positions_;  ///< where tiles of positions are counted
  /// Windows that have each row, and each column, of the tensor.
  std::vector<std::int64_t> row_windows_;
  std::vector<std::int64_t> column_windows_;
};

}  // namespace minerva
