#pragma once
#include <cstdint>
#include <vector>

#include "minerva/arithmetic/random.hpp"

namespace minerva::workloads {

/// Different words drawn from a vocabulary that is ordered by frequency, word k with probability
/// log((k + 2) / (k + 1)) / log(V + 1), as TensorFlow's log-uniform candidate sampler draws them.
struct SampledWords {
  std::vector<std::int64_t> words;
  std::int64_t draws = 0;  ///< until there were as many different ones
};
/// @param count at most half of the vocabulary
SampledWords sample_words(KeyedRandom& random, std::int64_t vocabulary, std::int64_t count);
/// How often a word is expected among the different words of so many draws: 1 - (1 - p)^draws.
double expected_count(std::int64_t word, std::int64_t vocabulary, std::int64_t draws);

}  // namespace minerva::workloads
