#include "graph/graph_runner.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

using kernels::kBatchSamples;
using kernels::kMostFilters;
using kernels::kMostPositions;

int bit_length(std::int32_t value) {
  int length = 0;
  for (; value != 0; value >>= 1) ++length;
  return length;
}

/// Calls visit(y, x) for the pixels of a pool's window that lie inside the tensor.
template <typename Visit>
void visit_pixels(const GraphLayer& layer, int y, int x, const Visit& visit) {
  const Window& w = layer.window;
  const int top = y * w.stride_y - w.top;
  const int left = x * w.stride_x - w.left;
  for (int i = std::max(top, 0); i < std::min(top + w.height, layer.input.height); ++i) {
    for (int j = std::max(left, 0); j < std::min(left + w.width, layer.input.width); ++j) {
      visit(i, j);
    }
  }
}

}  // namespace

GraphRunner::GraphRunner(const PreparedGraph& graph, const GraphRun& run)
    : graph_(graph), run_(run), last_(graph.graph.layers() - 1) {
  const LayerGraph& shape = graph.graph;
  const auto layers = static_cast<std::size_t>(shape.layers());
  counters_.resize(layers);
  sums_.resize(layers);
  copy_of_.resize(layers, nullptr);
  terms_.resize(layers);
  for (int t = 0; t < shape.layers(); ++t) {
    tensors_.emplace_back(elements(static_cast<std::size_t>(shape.tensor(t).size())), 0);
  }
  for (int k = 0; k < shape.layers(); ++k) {
    const auto at = static_cast<std::size_t>(k);
    const PreparedGraphLayer& layer = graph.layers[at];
    if (keeps_sums(k)) {
      sums_[at].assign(elements(static_cast<std::size_t>(layer.shape.output.size())), 0);
    }
    if (!layer.shape.has_weights()) continue;
    counters_[at] = std::make_unique<WindowActivity>(shape, k, run.chunk, run.tile, run.batch_size,
                                                     layer.theta_code > 0);
    const WindowLayout& l = layer.layout;
    Codes& copy = copies_[{static_cast<std::size_t>(l.rows), static_cast<std::size_t>(l.row_words),
                           static_cast<std::size_t>(l.padded_row_words), l.first_word}];
    // The zeros around the tensor are never written, whichever layer the copy is made for.
    copy.resize(std::max(copy.size(), elements(l.padded_words)), 0);
    copy_of_[at] = &copy;
  }
}

void GraphRunner::set_input(int lane, const std::int16_t* codes) {
  std::int16_t* to = tensors_[0].data() + lane;
  const int words = graph_.graph.inputs();
  for (int i = 0; i < words; ++i) to[static_cast<std::ptrdiff_t>(i) * kBatchSamples] = codes[i];
}

void GraphRunner::run(int samples, std::vector<GraphLayerActivity>& activity, int first) {
  for (int k = first; k <= last_; ++k) {
    switch (graph_.graph.layer(k).kind) {
      case GraphLayerKind::dense:
      case GraphLayerKind::conv2d:
        run_weights(k, samples, activity[static_cast<std::size_t>(k)]);
        break;
      case GraphLayerKind::max_pool:
        run_max_pool(k);
        break;
      case GraphLayerKind::sum_pool:
        run_sum_pool(k);
        break;
    }
  }
}

const LayerTerms& GraphRunner::terms_of(int k, std::int32_t largest_input) {
  const int magnitude = bit_length(largest_input);
  std::unique_ptr<LayerTerms>& kept =
      terms_[static_cast<std::size_t>(k)][static_cast<std::size_t>(magnitude)];
  if (kept == nullptr) {
    kept =
        std::make_unique<LayerTerms>(graph_.layers[static_cast<std::size_t>(k)].terms(magnitude));
  }
  return *kept;
}

void GraphRunner::run_weights(int k, int samples, GraphLayerActivity& activity) {
  const auto at = static_cast<std::size_t>(k);
  const PreparedGraphLayer& layer = graph_.layers[at];
  const WindowLayout& layout = layer.layout;
  const Codes& x = tensor(layer.shape.reads);
  const LayerTerms* terms =
      layer.sums_in_64 ? nullptr : &terms_of(k, kernels::largest_magnitude(x.data(), x.size()));
  masks_.resize(static_cast<std::size_t>(layer.shape.input.size()));
  Codes& copy = *copy_of_[at];
  for (int y = 0; y < layout.rows; ++y) {
    const std::size_t first =
        static_cast<std::size_t>(y) * static_cast<std::size_t>(layout.row_words);
    kernels::read_words(x.data() + elements(first), layout.row_words, layer.theta_code,
                        terms == nullptr ? 0 : terms->input_shift, copy.data() + layout.row_at(y),
                        masks_.data() + first);
  }
  counters_[at]->add(masks_, samples, activity);
  if (terms == nullptr) {
    run_in_64(k, copy.data());
  } else {
    run_tiles(k, *terms, copy.data());
  }
}

const std::int16_t* GraphRunner::added_word(int k, const Position& at, int channel) const {
  const AddedTensor& from = graph_.graph.layer(k).added;
  if (!from) return nullptr;
  const TensorShape& shape = graph_.graph.tensor(from.tensor);
  const int c = channel - from.channel_offset;
  if (c < 0 || c >= shape.channels) return nullptr;
  const std::size_t word = storage_word(shape, at.y * from.stride_y, at.x * from.stride_x, c);
  return tensors_[static_cast<std::size_t>(from.tensor)].data() + elements(word);
}

void GraphRunner::run_tiles(int k, const LayerTerms& terms, const std::int16_t* x) {
  const PreparedGraphLayer& layer = graph_.layers[static_cast<std::size_t>(k)];
  const WindowLayout& layout = layer.layout;
  // Products of the narrow kernels have 16 bits, so that wider ends of P are out of reach.
  kernels::ProductRounding narrow = layer.rounding;
  narrow.low = std::max(narrow.low, -32768);
  narrow.high = std::min(narrow.high, 32767);
  alignas(64) std::int32_t acc[kMostFilters * kMostPositions * kBatchSamples];
  const auto count = layout.positions.size();
  for (std::size_t first = 0; first < count; first += kMostPositions) {
    kernels::TileWindows windows;
    windows.positions = static_cast<int>(std::min<std::size_t>(kMostPositions, count - first));
    std::copy_n(layout.first.begin() + static_cast<std::ptrdiff_t>(first), windows.positions,
                windows.first);
    for (const TileTerms& of_tile : terms.tiles) {
      const FilterTile& tile = of_tile.tile;
      std::int32_t* word = acc;
      for (int f = 0; f < tile.filters; ++f) {
        const int channel = tile.first_channel + f;
        for (int q = 0; q < windows.positions; ++q, word += kBatchSamples) {
          std::fill_n(word, kBatchSamples, layer.biases[static_cast<std::size_t>(channel)]);
          const std::int16_t* added =
              added_word(k, layout.positions[first + static_cast<std::size_t>(q)], channel);
          if (added == nullptr) continue;
          for (int s = 0; s < kBatchSamples; ++s) word[s] += added[s] * (1 << layer.added_shift);
        }
      }
      if (!of_tile.unclamped_ends.empty()) {
        kernels::add_narrow_terms(x, windows, of_tile.unclamped, tile.filters,
                                  of_tile.unclamped_ends, narrow, false, acc);
      }
      if (!of_tile.clamped_ends.empty()) {
        kernels::add_narrow_terms(x, windows, of_tile.clamped, tile.filters, of_tile.clamped_ends,
                                  narrow, true, acc);
      }
      if (of_tile.wide.size() > 0) {
        kernels::add_wide_terms(x, windows, of_tile.wide, tile.filters, terms.wide_shift,
                                layer.rounding, acc);
      }
      word = acc;
      for (int f = 0; f < tile.filters; ++f) {
        for (int q = 0; q < windows.positions; ++q, word += kBatchSamples) {
          const Position& at = layout.positions[first + static_cast<std::size_t>(q)];
          store(k, storage_word(layer.shape.output, at.y, at.x, tile.first_channel + f), word);
        }
      }
    }
  }
}

void GraphRunner::run_in_64(int k, const std::int16_t* x) {
  const PreparedGraphLayer& layer = graph_.layers[static_cast<std::size_t>(k)];
  const WindowLayout& layout = layer.layout;
  const LayerFormats& f = layer.formats;
  const int fraction = f.weight.fraction_bits + f.activation.fraction_bits;
  std::int64_t acc[kBatchSamples];
  for (std::size_t p = 0; p < layout.positions.size(); ++p) {
    for (const FilterTile& tile : layer.tiles) {
      for (int c = tile.first_channel; c < tile.first_channel + tile.filters; ++c) {
        std::fill_n(acc, kBatchSamples, layer.biases[static_cast<std::size_t>(c)]);
        const std::int16_t* added = added_word(k, layout.positions[p], c);
        for (int s = 0; added != nullptr && s < kBatchSamples; ++s) {
          acc[s] += std::int64_t{added[s]} * (std::int64_t{1} << layer.added_shift);
        }
        for (int j = 0; j < layer.shape.fan_in(); ++j) {
          const std::int64_t w = layer.weight(j, c);
          const std::int16_t* word =
              x + layout.first[p] + tile.group_offset + layout.offsets[static_cast<std::size_t>(j)];
          for (int s = 0; s < kBatchSamples; ++s) {
            acc[s] += round_code(f.product, w * word[s], fraction, layer.rounding.mode);
          }
        }
        const Position& at = layout.positions[p];
        store_64(k, storage_word(layer.shape.output, at.y, at.x, c), acc);
      }
    }
  }
}

void GraphRunner::run_max_pool(int k) {
  const GraphLayer& layer = graph_.graph.layer(k);
  const Codes& x = tensor(layer.reads);
  const std::size_t pixel = elements(static_cast<std::size_t>(layer.channels));
  Codes& to = tensor(k + 1);
  for (int y = 0; y < layer.output.height; ++y) {
    for (int c = 0; c < layer.output.width; ++c) {
      std::int16_t* largest = to.data() + elements(storage_word(layer.output, y, c, 0));
      std::fill_n(largest, pixel, std::int16_t{-32768});
      visit_pixels(layer, y, c, [&](int i, int j) {
        kernels::maximum(x.data() + elements(storage_word(layer.input, i, j, 0)), pixel, largest);
      });
    }
  }
  if (!keeps_sums(k)) return;
  std::copy(to.begin(), to.end(), sums_[static_cast<std::size_t>(k)].begin());
}

void GraphRunner::run_sum_pool(int k) {
  const GraphLayer& layer = graph_.graph.layer(k);
  const Codes& x = tensor(layer.reads);
  std::int64_t acc[kBatchSamples];
  for (int y = 0; y < layer.output.height; ++y) {
    for (int column = 0; column < layer.output.width; ++column) {
      for (int c = 0; c < layer.channels; ++c) {
        std::fill_n(acc, kBatchSamples, 0);
        visit_pixels(layer, y, column, [&](int i, int j) {
          const std::int16_t* word = x.data() + elements(storage_word(layer.input, i, j, c));
          for (int s = 0; s < kBatchSamples; ++s) acc[s] += word[s];
        });
        store_64(k, storage_word(layer.output, y, column, c), acc);
      }
    }
  }
}

void GraphRunner::store(int k, std::size_t word, const std::int32_t* acc) {
  const PreparedGraphLayer& layer = graph_.layers[static_cast<std::size_t>(k)];
  if (layer.writes_codes) {
    std::int16_t* to = tensor(k + 1).data() + elements(word);
    if (layer.rounds_in_32) {
      kernels::round_word(acc, layer.to_codes, to);
    } else {
      for (int s = 0; s < kBatchSamples; ++s) to[s] = layer.code_of(acc[s]);
    }
  }
  if (!keeps_sums(k)) return;
  std::copy_n(acc, kBatchSamples, sums_[static_cast<std::size_t>(k)].data() + elements(word));
}

void GraphRunner::store_64(int k, std::size_t word, const std::int64_t* acc) {
  const PreparedGraphLayer& layer = graph_.layers[static_cast<std::size_t>(k)];
  if (layer.writes_codes) {
    std::int16_t* to = tensor(k + 1).data() + elements(word);
    for (int s = 0; s < kBatchSamples; ++s) to[s] = layer.code_of(acc[s]);
  }
  if (!keeps_sums(k)) return;
  std::copy_n(acc, kBatchSamples, sums_[static_cast<std::size_t>(k)].data() + elements(word));
}

std::int64_t GraphRunner::sum(int k, int word, int lane) const {
  expects(keeps_sums(k), "the sums of this layer are not kept");
  return sums_[static_cast<std::size_t>(k)]
              [elements(static_cast<std::size_t>(word)) + static_cast<std::size_t>(lane)];
}

int GraphRunner::predicted_class(int lane) const {
  int best = 0;
  for (int i = 1; i < graph_.graph.outputs(); ++i) {
    if (output(i, lane) > output(best, lane)) best = i;
  }
  return best;
}

std::int16_t GraphRunner::code(int t, int word, int lane) const {
  return tensors_[static_cast<std::size_t>(t)]
                 [elements(static_cast<std::size_t>(word)) + static_cast<std::size_t>(lane)];
}

}  // namespace minerva
