#pragma once
#include <cstdint>
#include <vector>

#include "graph/sample_kernels.hpp"
#include "minerva/network/graph_schedule.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva {

/// Elements of so many words of a batch.
inline std::size_t elements(std::size_t words) { return words * kernels::kBatchSamples; }

/// How a layer with weights reads its tensor: a copy of it among zeros where the windows reach
/// beyond its ends, so that every window has the same offsets. A dense layer reads a row of words.
struct WindowLayout {
  int rows = 1;  ///< of the tensor, and words of one
  int row_words = 0;
  int padded_row_words = 0;
  std::size_t first_word = 0;          ///< of the tensor in the copy
  std::size_t padded_words = 0;        ///< of the copy
  std::vector<std::uint32_t> offsets;  ///< of the words of a window of the first group, in elements
  std::vector<Position> positions;     ///< in the order of the machine
  std::vector<std::uint32_t> first;    ///< of each position's window, in elements

  /// Where row y of the tensor begins in the copy, in elements.
  std::size_t row_at(int y) const {
    return elements(first_word +
                    static_cast<std::size_t>(y) * static_cast<std::size_t>(padded_row_words));
  }
};
WindowLayout window_layout(const LayerGraph& graph, int k);

/// Filters that are computed together.
struct FilterTile {
  int first_channel = 0;
  int filters = 0;
  std::uint32_t group_offset = 0;  ///< of the group's first channel, in elements
};
/// The filters of a layer in tiles of kMostFilters or fewer, none over two groups.
std::vector<FilterTile> filter_tiles(const GraphLayer& layer);

/// The products of one tile of filters, sorted by the kernel that takes them.
struct TileTerms {
  FilterTile tile;
  kernels::NarrowTerms unclamped;
  kernels::NarrowTerms clamped;
  kernels::WideTerms wide;
  std::vector<std::uint32_t> unclamped_ends;
  std::vector<std::uint32_t> clamped_ends;
};
/// All of a layer for inputs of at most so many bits: which products fit 16 bits, and how many of
/// them a sum of 16 bits holds, depends on how large the inputs are.
struct LayerTerms {
  int input_shift = 0;  ///< left shift of the inputs
  int wide_shift = 0;   ///< of the rounding of wide products
  std::vector<TileTerms> tiles;
};

/// A layer of a graph laid out for the kernels.
struct PreparedGraphLayer {
  GraphLayer shape;
  LayerFormats formats;
  int theta_code = 0;
  bool sums_in_64 = false;  ///< beyond the kernels: plain loops with 64-bit sums
  int left = 0;             ///< shift that gives weights the fraction bits that P has more
  int shift = 0;            ///< fraction bits that a product loses
  kernels::ProductRounding rounding;
  std::vector<std::int32_t> weights;  ///< as read, n_in x channels as QuantizedLayer
  std::vector<std::int32_t> biases;
  WindowLayout layout;
  std::vector<FilterTile> tiles;
  int added_shift = 0;
  /// How what the layer writes becomes codes; the last layer's are not.
  bool writes_codes = false;
  QFormat to;
  int sum_fraction = 0;
  bool rounds_in_32 = false;
  kernels::TensorRounding to_codes;

  std::int32_t weight(int j, int i) const {
    return weights[static_cast<std::size_t>(j) * static_cast<std::size_t>(shape.channels) +
                   static_cast<std::size_t>(i)];
  }
  /// A sum of the layer as a code of what it writes.
  std::int16_t code_of(std::int64_t sum) const;
  /// @param input_bits the inputs are below 2^input_bits in magnitude; 16: any code.
  LayerTerms terms(int input_bits) const;
};

struct PreparedGraph {
  LayerGraph graph;
  std::vector<PreparedGraphLayer> layers;
};
PreparedGraph prepare_graph(const QuantizedGraph& network);

/// How many first layers of two graphs write the same words whatever the input is.
int same_first_layers(const PreparedGraph& a, const PreparedGraph& b);

}  // namespace minerva
