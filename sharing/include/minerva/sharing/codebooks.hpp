#pragma once
#include <cstdint>
#include <vector>

#include "minerva/arithmetic/codebook.hpp"
#include "minerva/arithmetic/fixed_point.hpp"

namespace minerva::sharing {

/// The codebook of at most `entries` (2 to 16) entries with the least squared error over the
/// weights, codes of W: the exact optimum of k-means in one dimension with whole entries, by
/// dynamic programming over the sorted codes (Wang and Song, "Ckmeans.1d.dp", The R Journal 3/2,
/// 2011), so that nothing is random. Negative entries have negative indices as far as there are
/// enough; with `zero_entry` one entry is 0 and has index 0, and (entries - 1) / 2, rounded up, of
/// the others are negative. Unused entries are 0.
Codebook least_squares_codebook(const std::vector<std::int16_t>& weights, int entries,
                                bool zero_entry);

/// The codebook {-s, 0, s} (ternary), or {-s, s}, with the power of two s that has the least
/// squared error over the weights, codes of `format`; of equals the smaller one.
Codebook sign_codebook(const std::vector<std::int16_t>& weights, QFormat format, bool ternary);

/// Sum over the weights of the squared difference to the nearest entry, in steps of W.
std::int64_t squared_error(const std::vector<std::int16_t>& weights, const Codebook& codebook);

}  // namespace minerva::sharing
