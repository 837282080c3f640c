#pragma once
#include <cstdint>

#include "minerva/data/dataset.hpp"

namespace minerva {

/// Side of a synthetic digit's image in pixels, as MNIST's.
constexpr int kDigitSide = 28;
enum class DigitsPart : std::uint32_t { train = 1, validation = 2, test = 3 };

/// Draws `count` synthetic handwritten digits: glyphs of strokes with random shape, elastic and
/// affine distortion, thickness and noise. The inputs are kDigitSide x kDigitSide pixels a sample,
/// row by row, in 0 .. 1. Sample i depends on (seed, part, i) alone, and has the same bits on every
/// machine and at every number of threads.
Samples generate_digits(std::uint64_t seed, DigitsPart part, int count, int threads);

}  // namespace minerva
