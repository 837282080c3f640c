#include "minerva/accelsim/bank_activity.hpp"

#include <algorithm>

#include "minerva/network/graph_schedule.hpp"

namespace minerva {

void add_bank_activity(const QuantizedLayer& layer, const std::vector<std::int32_t>& inputs,
                       BankActivity& activity) {
  const std::size_t banks = activity.kept_inputs.size();
  for (std::size_t j = 0; j < inputs.size(); ++j) {
    if (!layer.skips(inputs[j])) ++activity.kept_inputs[j % banks];
  }
}

namespace {

/// Inputs of a dense layer that one prediction of a tile or more keeps.
void add_tiles_of_predictions(const QuantizedLayer& layer, const TensorsOfBatch& batch, int of_tile,
                              BankActivity& activity) {
  const std::size_t banks = activity.kept_inputs.size();
  const auto step = static_cast<std::size_t>(of_tile);
  for (std::size_t first = 0; first < batch.size(); first += step) {
    const auto begin = batch.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end =
        batch.begin() + static_cast<std::ptrdiff_t>(std::min(first + step, batch.size()));
    for (std::size_t j = 0; j < batch.front()->size(); ++j) {
      const bool kept = std::any_of(
          begin, end, [&](const auto* prediction) { return !layer.skips((*prediction)[j]); });
      activity.kept_inputs[j % banks] += kept ? 1 : 0;
    }
  }
}

void add_convolution(const LayerGraph& graph, int k, const QuantizedLayer& layer,
                     const std::vector<std::int32_t>& inputs, int positions_per_weight,
                     BankActivity& activity) {
  const GraphLayer& shape = graph.layer(k);
  const Window& w = shape.window;
  const std::size_t banks = activity.kept_inputs.size() / static_cast<std::size_t>(shape.groups);
  const int of_group = shape.input.channels / shape.groups;
  const std::vector<Position> positions = computed_positions(graph, k);
  const auto keeps = [&](const Position& at, int ky, int kx, int c) {
    const int y = at.y * w.stride_y - w.top + ky;
    const int x = at.x * w.stride_x - w.left + kx;
    return y >= 0 && y < shape.input.height && x >= 0 && x < shape.input.width &&
           !layer.skips(inputs[storage_word(shape.input, y, x, c)]);
  };
  const auto step = static_cast<std::size_t>(positions_per_weight);
  for (std::size_t first = 0; first < positions.size(); first += step) {
    const auto begin = positions.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end =
        positions.begin() + static_cast<std::ptrdiff_t>(std::min(first + step, positions.size()));
    for (int ky = 0; ky < w.height; ++ky) {
      for (int kx = 0; kx < w.width; ++kx) {
        for (int c = 0; c < shape.input.channels; ++c) {
          const bool kept =
              std::any_of(begin, end, [&](const Position& at) { return keeps(at, ky, kx, c); });
          const auto j = static_cast<std::size_t>((ky * w.width + kx) * of_group + c % of_group);
          const auto group = static_cast<std::size_t>(c / of_group);
          activity.kept_inputs[group * banks + j % banks] += kept ? 1 : 0;
        }
      }
    }
  }
}

}  // namespace

void add_bank_activity(const LayerGraph& graph, int k, const QuantizedLayer& layer,
                       const TensorsOfBatch& batch, int positions_per_weight,
                       BankActivity& activity) {
  const GraphLayerKind kind = graph.layer(k).kind;
  if (kind == GraphLayerKind::dense) {
    add_tiles_of_predictions(layer, batch, positions_per_weight, activity);
  }
  if (kind != GraphLayerKind::conv2d) return;
  for (const std::vector<std::int32_t>* prediction : batch) {
    add_convolution(graph, k, layer, *prediction, positions_per_weight, activity);
  }
}

}  // namespace minerva
