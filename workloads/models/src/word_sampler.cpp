#include "word_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "minerva/base/errors.hpp"

namespace minerva::workloads {

SampledWords sample_words(KeyedRandom& random, std::int64_t vocabulary, std::int64_t count) {
  expects(count >= 1 && 2 * count <= vocabulary, "at most half of the vocabulary");
  SampledWords sampled;
  std::unordered_set<std::int64_t> known;
  const double range = std::log(static_cast<double>(vocabulary + 1));
  while (static_cast<std::int64_t>(sampled.words.size()) < count) {
    ++sampled.draws;
    const auto word = static_cast<std::int64_t>(std::exp(random.uniform() * range)) - 1;
    const std::int64_t inside = std::clamp<std::int64_t>(word, 0, vocabulary - 1);
    if (known.insert(inside).second) sampled.words.push_back(inside);
  }
  return sampled;
}

double expected_count(std::int64_t word, std::int64_t vocabulary, std::int64_t draws) {
  const auto k = static_cast<double>(word);
  const double probability =
      std::log((k + 2) / (k + 1)) / std::log(static_cast<double>(vocabulary + 1));
  return -std::expm1(static_cast<double>(draws) * std::log1p(-probability));
}

}  // namespace minerva::workloads
