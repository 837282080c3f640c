#pragma once
#include <cstdint>
#include <vector>

#include "kernels.hpp"

// The inner loops of the graph engines. Lanes hold samples: the word of a tensor is a row of
// kBatchSamples codes, one a sample, so that every lane works whatever the channels, strides and
// padding of a layer are. Chosen at run time by what the CPU has, as the kernels of kernels.hpp.
namespace minerva::kernels {

/// Samples that are computed at once: the lanes of a word.
constexpr int kBatchSamples = 32;
/// Filters and positions of the largest tile whose sums stay in registers.
constexpr int kMostFilters = 4;
constexpr int kMostPositions = 4;

/// What a tile of filters adds up: term t takes the word at offsets[t] (in elements, from the
/// window's first word) times one weight for each filter, weights[t * filters + f].
template <typename Weight>
struct FilterTerms {
  std::vector<std::uint32_t> offsets;
  std::vector<Weight> weights;
  std::size_t size() const { return offsets.size(); }
};
/// Weights of narrow terms: the shifted code in both halves, so that a load spreads it.
using NarrowTerms = FilterTerms<std::int32_t>;
using WideTerms = FilterTerms<std::int32_t>;
using FloatTerms = FilterTerms<float>;

/// The windows of a tile: where the first word of each lies.
struct TileWindows {
  std::uint32_t first[kMostPositions];
  int positions = 0;  ///< 1 to kMostPositions
};

/// acc[(f * positions + q) * kBatchSamples + s] += the rounded products of sample s. Block b is the
/// terms from ends[b - 1] to ends[b]; its sums fit 16 bits. `clamp`: products may leave P.
void add_narrow_terms(const std::int16_t* x, const TileWindows& windows, const NarrowTerms& terms,
                      int filters, const std::vector<std::uint32_t>& ends,
                      const ProductRounding& rounding, bool clamp, std::int32_t* acc);
/// The same with products and sums of 32 bits, always clamped; `shift` is of the rounding.
void add_wide_terms(const std::int16_t* x, const TileWindows& windows, const WideTerms& terms,
                    int filters, int shift, const ProductRounding& rounding, std::int32_t* acc);
/// The same in float, every product and every sum rounded, in the order of the terms.
void add_float_terms(const float* x, const TileWindows& windows, const FloatTerms& terms,
                     int filters, float* acc);

/// Rounding of accumulators to the X of a tensor, for sums of 32 bits.
struct TensorRounding {
  Rounding mode = Rounding::half_up;
  int shift = 0;  ///< fraction bits lost (-14 to 14); gained when negative
  /// Accumulators are cut to these, which round to the ends of X or beyond.
  std::int32_t low_limit = 0;
  std::int32_t high_limit = 0;
  std::int32_t min_code = 0;  ///< of X; 0 behind a ReLU
  std::int32_t max_code = 0;
};
/// x[s] = acc[s] rounded, of one word.
void round_word(const std::int32_t* acc, const TensorRounding& rounding, std::int16_t* x);

/// Largest |x| of n elements, n a multiple of kBatchSamples.
std::int32_t largest_magnitude(const std::int16_t* x, std::size_t n);
/// Reads one word as a layer does: `to` gets x << shift where |x| >= theta and 0 elsewhere (theta
/// 0: everywhere). Bit s of `kept` is set where |x| >= theta, and of `zero` where x is 0.
struct WordMasks {
  std::uint32_t kept = 0;
  std::uint32_t zero = 0;
};
/// The same for `words` words that follow each other; `masks` one a word.
void read_words(const std::int16_t* x, int words, int theta, int shift, std::int16_t* to,
                WordMasks* masks);
/// to[i] = max(to[i], x[i]), n a multiple of kBatchSamples.
void maximum(const std::int16_t* x, std::size_t n, std::int16_t* to);

}  // namespace minerva::kernels
