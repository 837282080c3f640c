#include "tensor_activity.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "minerva/network/graph_schedule.hpp"

namespace minerva {
namespace {

/// A word of a window that is inside the tensor.
struct WindowWord {
  int group;  ///< of the convolution
  int input;  ///< index j of its weight
  std::int32_t code;
};

std::vector<WindowWord> window_at(const GraphLayer& layer, const std::vector<std::int32_t>& tensor,
                                  const Position& at) {
  std::vector<WindowWord> words;
  if (layer.kind == GraphLayerKind::dense) {
    for (std::size_t j = 0; j < tensor.size(); ++j) {
      words.push_back({0, static_cast<int>(j), tensor[j]});
    }
    return words;
  }
  const Window& w = layer.window;
  const int of_group = layer.input.channels / layer.groups;
  for (int i = 0; i < w.words() * layer.input.channels; ++i) {
    const int c = i % layer.input.channels;
    const int pixel = i / layer.input.channels;
    const int y = at.y * w.stride_y - w.top + pixel / w.width;
    const int x = at.x * w.stride_x - w.left + pixel % w.width;
    if (y < 0 || y >= layer.input.height || x < 0 || x >= layer.input.width) continue;
    words.push_back({c / of_group, pixel * of_group + c % of_group,
                     tensor[storage_word(layer.input, y, x, c)]});
  }
  return words;
}

/// Zeros behind zeros, as the multipliers of a chunk and the chunks see them one after another.
void add_repeated_zeros(const std::vector<std::int32_t>& inputs, int chunk,
                        LayerActivity& activity) {
  const int words = static_cast<int>(inputs.size());
  std::vector<bool> was_zero(static_cast<std::size_t>(chunk), false);
  bool chunk_was_zero = false;
  // Twice, for two groups of lanes, of which the second is counted.
  for (const bool counted : {false, true}) {
    for (int first = 0; first < words; first += chunk) {
      bool chunk_is_zero = true;
      for (int j = first; j < std::min(first + chunk, words); ++j) {
        const auto multiplier = static_cast<std::size_t>(j - first);
        const bool zero = inputs[static_cast<std::size_t>(j)] == 0;
        if (counted && zero && was_zero[multiplier]) ++activity.repeated_zero_inputs;
        was_zero[multiplier] = zero;
        chunk_is_zero = chunk_is_zero && zero;
      }
      if (counted && chunk_is_zero && chunk_was_zero) ++activity.repeated_zero_chunks;
      chunk_was_zero = chunk_is_zero;
    }
  }
}

}  // namespace

LayerActivity tensor_activity(const LayerGraph& graph, int k, const QuantizedLayer& layer,
                              const std::vector<std::int32_t>& tensor, int chunk, int tile) {
  const GraphLayer& shape = graph.layer(k);
  LayerActivity activity;
  if (!shape.has_weights()) return activity;
  const int segment = shape.segment_words();
  const std::vector<Position> positions = computed_positions(graph, k);
  std::set<std::pair<int, int>> of_tile;  // group and input
  for (std::size_t p = 0; p < positions.size(); ++p) {
    if (p % static_cast<std::size_t>(tile) == 0) of_tile.clear();
    std::set<std::pair<int, int>> chunks;  // group, and segment and chunk in it
    for (const WindowWord& word : window_at(shape, tensor, positions[p])) {
      if (word.code == 0) ++activity.zero_inputs;
      if (layer.skips(word.code)) continue;
      ++activity.kept_inputs;
      chunks.insert({word.group, word.input / segment * segment + word.input % segment / chunk});
      if (of_tile.insert({word.group, word.input}).second) ++activity.kept_tile_inputs;
    }
    activity.active_chunks += static_cast<std::int64_t>(chunks.size());
  }
  if (shape.kind == GraphLayerKind::dense && layer.theta_code == 0) {
    add_repeated_zeros(tensor, chunk, activity);
  }
  return activity;
}

std::int64_t kept_by_tiles(const QuantizedLayer& layer, const TensorsOfBatch& batch, int tile) {
  std::int64_t kept = 0;
  std::set<std::size_t> of_tile;
  for (std::size_t s = 0; s < batch.size(); ++s) {
    if (s % static_cast<std::size_t>(tile) == 0) of_tile.clear();
    for (std::size_t j = 0; j < batch[s]->size(); ++j) {
      if (!layer.skips((*batch[s])[j]) && of_tile.insert(j).second) ++kept;
    }
  }
  return kept;
}

}  // namespace minerva
