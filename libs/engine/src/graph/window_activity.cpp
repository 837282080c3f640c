#include "graph/window_activity.hpp"

#include <algorithm>

#include "minerva/network/windows_over.hpp"

namespace minerva {
namespace {

std::int64_t bits(std::uint32_t mask) { return __builtin_popcount(mask); }

}  // namespace

WindowActivity::WindowActivity(const LayerGraph& graph, int k, int chunk, int tile, int batch_size,
                               bool skips)
    : layer_(graph.layer(k)), chunk_(chunk), tile_(tile), batch_size_(batch_size), skips_(skips) {
  if (layer_.kind == GraphLayerKind::dense) return;
  grid_ = computed_grid(graph, k);
  if (tile > 1) positions_ = computed_positions(graph, k);
  const Window& w = layer_.window;
  row_windows_ = windows_over(grid_.rows, w.height, w.stride_y, w.top, layer_.input.height);
  column_windows_ = windows_over(grid_.columns, w.width, w.stride_x, w.left, layer_.input.width);
}

void WindowActivity::add(const std::vector<kernels::WordMasks>& masks, int samples,
                         GraphLayerActivity& activity) const {
  const std::uint32_t valid =
      samples == kernels::kBatchSamples ? ~std::uint32_t{0} : (std::uint32_t{1} << samples) - 1;
  const bool dense = layer_.kind == GraphLayerKind::dense;
  std::int64_t kept = 0;
  std::int64_t zero = 0;
  const auto words = static_cast<std::size_t>(dense ? layer_.input.size() : layer_.input.channels);
  const int rows = dense ? 1 : layer_.input.height;
  const int columns = dense ? 1 : layer_.input.width;
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      const std::int64_t windows = dense ? 1
                                         : row_windows_[static_cast<std::size_t>(y)] *
                                               column_windows_[static_cast<std::size_t>(x)];
      if (windows == 0) continue;
      const kernels::WordMasks* of_pixel = masks.data() + (dense ? 0 : word(y, x));
      std::int64_t kept_here = 0;
      std::int64_t zero_here = 0;
      for (std::size_t c = 0; c < words; ++c) {
        kept_here += bits(of_pixel[c].kept & valid);
        zero_here += bits(of_pixel[c].zero & valid);
      }
      kept += windows * kept_here;
      zero += windows * zero_here;
    }
  }
  activity.kept_inputs += kept;
  activity.zero_inputs += zero;
  const bool single = chunk_ == 1 || layer_.segment_words() == 1;
  activity.active_chunks += single  ? kept
                            : dense ? count_dense_chunks(masks, valid)
                                    : count_chunks(masks, valid);
  const bool single_tile = tile_ == 1 || (dense && batch_size_ == 1);
  activity.kept_tile_inputs += single_tile ? kept
                               : dense     ? count_sample_tiles(masks, valid, samples)
                                           : count_tiles(masks, valid);
  if (dense && !skips_) count_repeated_zeros(masks, valid, activity);
}

void WindowActivity::count_repeated_zeros(const std::vector<kernels::WordMasks>& masks,
                                          std::uint32_t valid, GraphLayerActivity& activity) const {
  const std::size_t words = masks.size();
  const auto step = static_cast<std::size_t>(chunk_);
  // The first inputs of each multiplier follow the last ones.
  for (std::size_t j = 0; j < words; ++j) {
    const std::size_t before = j >= step ? j - step : j + (words - 1 - j) / step * step;
    activity.repeated_zero_inputs += bits(masks[j].zero & masks[before].zero & valid);
  }
  const auto zero_chunk = [&](std::size_t first) {
    std::uint32_t all = valid;
    for (std::size_t j = first; j < std::min(first + step, words); ++j) all &= masks[j].zero;
    return all;
  };
  std::uint32_t before = zero_chunk((words - 1) / step * step);
  for (std::size_t first = 0; first < words; first += step) {
    const std::uint32_t now = zero_chunk(first);
    activity.repeated_zero_chunks += bits(before & now);
    before = now;
  }
}

std::int64_t WindowActivity::count_dense_chunks(const std::vector<kernels::WordMasks>& masks,
                                                std::uint32_t valid) const {
  std::int64_t chunks = 0;
  const auto step = static_cast<std::size_t>(chunk_);
  for (std::size_t first = 0; first < masks.size(); first += step) {
    std::uint32_t any = 0;
    const std::size_t end = std::min(first + step, masks.size());
    for (std::size_t j = first; j < end; ++j) any |= masks[j].kept;
    chunks += bits(any & valid);
  }
  return chunks;
}

/// A chunk begins anew with every kernel row, padding included, so that a row of the tensor has the
/// same chunks for all windows that have it at one column.
std::int64_t WindowActivity::count_chunks(const std::vector<kernels::WordMasks>& masks,
                                          std::uint32_t valid) const {
  const int channels = layer_.input.channels;
  const int segment = layer_.segment_words();
  const int row = layer_.input.width * channels;
  std::int64_t chunks = 0;
  for (int y = 0; y < layer_.input.height; ++y) {
    const std::int64_t windows = row_windows_[static_cast<std::size_t>(y)];
    if (windows == 0) continue;
    const kernels::WordMasks* words = masks.data() + word(y, 0);
    std::int64_t in_row = 0;
    for (const int x : grid_.columns) {
      const int begin = (x * layer_.window.stride_x - layer_.window.left) * channels;
      for (int at = begin; at < begin + segment; at += chunk_) {
        const int end = std::min({at + chunk_, begin + segment, row});
        std::uint32_t any = 0;
        for (int j = std::max(at, 0); j < end; ++j) any |= words[j].kept;
        in_row += bits(any & valid);
      }
    }
    chunks += windows * in_row;
  }
  return chunks;
}

std::int64_t WindowActivity::count_tiles(const std::vector<kernels::WordMasks>& masks,
                                         std::uint32_t valid) const {
  const Window& w = layer_.window;
  std::int64_t kept = 0;
  const auto step = static_cast<std::size_t>(tile_);
  for (std::size_t first = 0; first < positions_.size(); first += step) {
    const std::size_t end = std::min(first + step, positions_.size());
    for (int ky = 0; ky < w.height; ++ky) {
      for (int kx = 0; kx < w.width; ++kx) {
        for (int c = 0; c < layer_.input.channels; ++c) {
          std::uint32_t any = 0;
          for (std::size_t p = first; p < end; ++p) {
            const int y = positions_[p].y * w.stride_y - w.top + ky;
            const int x = positions_[p].x * w.stride_x - w.left + kx;
            if (y < 0 || y >= layer_.input.height || x < 0 || x >= layer_.input.width) continue;
            any |= masks[word(y, x) + static_cast<std::size_t>(c)].kept;
          }
          kept += bits(any & valid);
        }
      }
    }
  }
  return kept;
}

std::int64_t WindowActivity::count_sample_tiles(const std::vector<kernels::WordMasks>& masks,
                                                std::uint32_t valid, int samples) const {
  std::vector<std::uint32_t> tiles;
  for (int batch = 0; batch < samples; batch += batch_size_) {
    for (int s = batch; s < batch + batch_size_; s += tile_) {
      const int of_tile = std::min(tile_, batch + batch_size_ - s);
      tiles.push_back((of_tile == kernels::kBatchSamples ? ~std::uint32_t{0}
                                                         : (std::uint32_t{1} << of_tile) - 1)
                      << s);
    }
  }
  std::int64_t kept = 0;
  for (const kernels::WordMasks& word : masks) {
    for (const std::uint32_t tile : tiles) kept += (word.kept & valid & tile) != 0 ? 1 : 0;
  }
  return kept;
}

}  // namespace minerva
