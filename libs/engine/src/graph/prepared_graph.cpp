#include "graph/prepared_graph.hpp"

#include <algorithm>
#include <cstdlib>

namespace minerva {
namespace {

using kernels::kBatchSamples;
using kernels::NarrowProduct;

constexpr std::int32_t kMost16 = 32767;
constexpr int kMostTensorShift = 14;  // keeps limits and halves in 32 bits

std::uint32_t offset_of(std::int64_t words) {
  return static_cast<std::uint32_t>(words * kBatchSamples);
}

/// Sorts the terms of one tile of filters.
class TermSorter {
 public:
  TermSorter(const PreparedGraphLayer& layer, int input_bits) : layer_(layer) {
    const int s = layer.shift;
    level_ = (std::int64_t{1} << input_bits) - 1;
    const std::int64_t step = std::int64_t{1} << s;
    rest_ = layer.rounding.mode == Rounding::truncate ? step - 1 : step / 2;
    // The instruction shifts by 15 or 16: inputs are shifted left as far as they have room, the
    // weights by what remains.
    const int room = (layer.rounding.narrow == NarrowProduct::truncate ? 16 : 15) - s;
    narrow_ = input_bits <= 15 && (s == 0 || room >= 0);
    if (narrow_ && s > 0) {
      input_shift_ = std::min(15 - input_bits, room);
      weight_shift_ = room - input_shift_;
    }
  }
  int input_shift() const { return input_shift_; }

  TileTerms sort(const FilterTile& tile) const {
    TileTerms terms;
    terms.tile = tile;
    std::int64_t unclamped_sums[kernels::kMostFilters] = {};
    std::int64_t clamped_sums[kernels::kMostFilters] = {};
    for (int j = 0; j < layer_.shape.fan_in(); ++j) {
      Term term = classify(tile, j);
      if (term.largest == 0) continue;  // its products are 0
      const std::uint32_t offset =
          layer_.layout.offsets[static_cast<std::size_t>(j)] + tile.group_offset;
      if (!term.narrow) {
        append(terms.wide, offset, term.weights, tile.filters);
        continue;
      }
      for (int f = 0; f < tile.filters; ++f) {
        const auto half = static_cast<std::uint16_t>(term.weights[f] * (1 << weight_shift_));
        term.weights[f] = static_cast<std::int32_t>(half * 0x10001U);
      }
      if (term.clamped) {
        append_narrow(terms.clamped, terms.clamped_ends, clamped_sums, offset, term, tile.filters);
      } else {
        append_narrow(terms.unclamped, terms.unclamped_ends, unclamped_sums, offset, term,
                      tile.filters);
      }
    }
    close(terms.unclamped, terms.unclamped_ends);
    close(terms.clamped, terms.clamped_ends);
    return terms;
  }

 private:
  struct Term {
    std::int32_t weights[kernels::kMostFilters] = {};
    std::int64_t bounds[kernels::kMostFilters] = {};  ///< of the rounded products
    std::int64_t largest = 0;                         ///< |weight|
    bool narrow = true;
    bool clamped = false;
  };

  Term classify(const FilterTile& tile, int j) const {
    Term term;
    const std::int64_t top = layer_.formats.product.max_code();
    for (int f = 0; f < tile.filters; ++f) {
      const std::int32_t w = layer_.weight(j, tile.first_channel + f) * (1 << layer_.left);
      const std::int64_t size = std::abs(std::int64_t{w});
      term.weights[f] = w;
      term.largest = std::max(term.largest, size);
      const std::int64_t bound = (size * level_ + rest_) >> layer_.shift;
      term.clamped = term.clamped || bound > top;
      term.bounds[f] = std::min({bound, top + 1, std::int64_t{kMost16}});
      const std::int64_t room = layer_.shift == 0 ? size * level_ : size << weight_shift_;
      term.narrow = term.narrow && narrow_ && room <= kMost16;
    }
    return term;
  }

  static void append(kernels::WideTerms& terms, std::uint32_t offset, const std::int32_t* weights,
                     int filters) {
    terms.offsets.push_back(offset);
    terms.weights.insert(terms.weights.end(), weights, weights + filters);
  }
  static void append_narrow(kernels::NarrowTerms& terms, std::vector<std::uint32_t>& ends,
                            std::int64_t* sums, std::uint32_t offset, const Term& term,
                            int filters) {
    bool full = false;
    for (int f = 0; f < filters; ++f) full = full || sums[f] + term.bounds[f] > kMost16;
    if (full) ends.push_back(static_cast<std::uint32_t>(terms.size()));
    for (int f = 0; f < filters; ++f) sums[f] = (full ? 0 : sums[f]) + term.bounds[f];
    append(terms, offset, term.weights, filters);
  }
  static void close(const kernels::NarrowTerms& terms, std::vector<std::uint32_t>& ends) {
    if (terms.size() > 0) ends.push_back(static_cast<std::uint32_t>(terms.size()));
  }

  const PreparedGraphLayer& layer_;
  std::int64_t level_ = 0;
  std::int64_t rest_ = 0;
  bool narrow_ = false;
  int input_shift_ = 0;
  int weight_shift_ = 0;
};

void prepare_weights(const QuantizedGraph& network, int k, PreparedGraphLayer& to) {
  const QuantizedLayer& from = network.layer(k);
  const LayerFormats& f = from.formats;
  const int lost = f.weight.fraction_bits + f.activation.fraction_bits - f.product.fraction_bits;
  to.theta_code = from.theta_code;
  to.left = std::max(-lost, 0);
  to.shift = std::max(lost, 0);
  to.sums_in_64 =
      graph_accumulator_bits(to.shape, f) > 32 || f.weight.bits() + to.left > 16 || to.shift > 30;
  if (to.sums_in_64) to.left = 0;
  to.rounding = {network.rounding, NarrowProduct::exact,
                 static_cast<std::int32_t>(f.product.min_code()),
                 static_cast<std::int32_t>(f.product.max_code())};
  if (to.shift > 0) {
    to.rounding.narrow = network.rounding == Rounding::half_up     ? NarrowProduct::half_up
                         : network.rounding == Rounding::half_even ? NarrowProduct::half_even
                                                                   : NarrowProduct::truncate;
  }
  to.weights.assign(from.weights.begin(), from.weights.end());
  if (!from.faulty_bits.empty()) {
    for (int j = 0; j < from.n_in; ++j) {
      for (int i = 0; i < from.n_out; ++i) {
        to.weights[from.index(j, i)] = network.weight_as_read(k, j, i);
      }
    }
  }
  to.biases = from.biases;
  to.layout = window_layout(network.graph, k);
  to.tiles = filter_tiles(to.shape);
}

void prepare_rounding(const QuantizedGraph& network, int k, PreparedGraphLayer& to) {
  const LayerFormats& f = to.formats;
  to.sum_fraction = to.shape.has_weights() ? f.product.fraction_bits
                                           : f.activation.fraction_bits + divisor_shift(to.shape);
  to.writes_codes = k + 1 < network.graph.layers();
  if (!to.writes_codes) return;
  to.to = network.layer(format_owner(network.graph, k + 1)).formats.activation;
  const int shift = to.sum_fraction - to.to.fraction_bits;
  to.rounds_in_32 = shift >= -kMostTensorShift && shift <= kMostTensorShift;
  if (!to.rounds_in_32) return;
  const auto top = static_cast<std::int32_t>(to.to.max_code());
  const auto bottom = to.shape.relu ? 0 : static_cast<std::int32_t>(to.to.min_code());
  const auto limit = [&](std::int32_t code) {
    if (shift >= 0) return code * (1 << shift);
    return code / (1 << -shift) + (code > 0 ? 1 : code < 0 ? -1 : 0);
  };
  to.to_codes = {network.rounding, shift, limit(bottom), limit(top), bottom, top};
}

}  // namespace

WindowLayout window_layout(const LayerGraph& graph, int k) {
  const GraphLayer& layer = graph.layer(k);
  WindowLayout layout;
  layout.positions = computed_positions(graph, k);
  if (layer.kind == GraphLayerKind::dense) {
    layout.row_words = layout.padded_row_words = layer.input.size();
    layout.padded_words = static_cast<std::size_t>(layer.input.size());
    for (int j = 0; j < layer.fan_in(); ++j) layout.offsets.push_back(offset_of(j));
    layout.first.assign(1, 0);
    return layout;
  }
  const Window& w = layer.window;
  const int channels = layer.input.channels;
  layout.rows = layer.input.height;
  layout.row_words = layer.input.width * channels;
  layout.padded_row_words = (layer.input.width + w.left + w.right) * channels;
  const std::int64_t row = layout.padded_row_words;
  layout.first_word = static_cast<std::size_t>(w.top * row + std::int64_t{w.left} * channels);
  layout.padded_words = static_cast<std::size_t>((layer.input.height + w.top + w.bottom) * row);
  const int of_group = channels / layer.groups;
  for (int ky = 0; ky < w.height; ++ky) {
    for (int kx = 0; kx < w.width; ++kx) {
      for (int c = 0; c < of_group; ++c) {
        layout.offsets.push_back(offset_of(ky * row + std::int64_t{kx} * channels + c));
      }
    }
  }
  for (const Position& at : layout.positions) {
    layout.first.push_back(offset_of(std::int64_t{at.y} * w.stride_y * row +
                                     std::int64_t{at.x} * w.stride_x * channels));
  }
  return layout;
}

std::vector<FilterTile> filter_tiles(const GraphLayer& layer) {
  std::vector<FilterTile> tiles;
  const int of_group = layer.channels / layer.groups;
  const int words_of_group =
      layer.kind == GraphLayerKind::dense ? 0 : layer.input.channels / layer.groups;
  for (int g = 0; g < layer.groups; ++g) {
    for (int c = 0; c < of_group; c += kernels::kMostFilters) {
      tiles.push_back({g * of_group + c, std::min(of_group - c, kernels::kMostFilters),
                       offset_of(std::int64_t{g} * words_of_group)});
    }
  }
  return tiles;
}

std::int16_t PreparedGraphLayer::code_of(std::int64_t sum) const {
  return static_cast<std::int16_t>(round_code(to, shape.relu ? std::max<std::int64_t>(sum, 0) : sum,
                                              sum_fraction, rounding.mode));
}

LayerTerms PreparedGraphLayer::terms(int input_bits) const {
  const TermSorter sorter(*this, input_bits);
  LayerTerms terms;
  terms.input_shift = sorter.input_shift();
  terms.wide_shift = shift + sorter.input_shift();
  for (const FilterTile& tile : tiles) terms.tiles.push_back(sorter.sort(tile));
  return terms;
}

PreparedGraph prepare_graph(const QuantizedGraph& network) {
  PreparedGraph prepared{network.graph, {}};
  const QuantizationPlan plan = network.plan();
  for (int k = 0; k < network.graph.layers(); ++k) {
    PreparedGraphLayer layer;
    layer.shape = network.graph.layer(k);
    layer.formats = network.layer(k).formats;
    layer.rounding.mode = network.rounding;
    if (layer.shape.has_weights()) prepare_weights(network, k, layer);
    if (layer.shape.added) layer.added_shift = added_shift(network.graph, plan, k);
    prepare_rounding(network, k, layer);
    prepared.layers.push_back(std::move(layer));
  }
  return prepared;
}

int same_first_layers(const PreparedGraph& a, const PreparedGraph& b) {
  if (a.graph != b.graph) return 0;
  const auto same = [](const PreparedGraphLayer& x, const PreparedGraphLayer& y) {
    return x.formats.weight == y.formats.weight && x.formats.activation == y.formats.activation &&
           x.formats.product == y.formats.product && x.theta_code == y.theta_code &&
           x.rounding.mode == y.rounding.mode && x.added_shift == y.added_shift &&
           x.writes_codes == y.writes_codes && x.to == y.to && x.sum_fraction == y.sum_fraction &&
           x.biases == y.biases && x.weights == y.weights;
  };
  int layers = 0;
  while (layers < a.graph.layers() && same(a.layers[static_cast<std::size_t>(layers)],
                                           b.layers[static_cast<std::size_t>(layers)])) {
    ++layers;
  }
  return layers;
}

}  // namespace minerva
