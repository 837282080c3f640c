#include "minerva/arithmetic/codebook.hpp"

#include <cstdlib>

#include "minerva/base/errors.hpp"

namespace minerva {

int Codebook::index_of(std::int32_t code) const {
  expects(!entries.empty(), "an index into a codebook without entries");
  int best = 0;
  const auto better = [&](int index) {
    const std::int32_t distance = std::abs(entry(index) - code);
    const std::int32_t best_distance = std::abs(entry(best) - code);
    if (distance != best_distance) return distance < best_distance;
    if (entry(index) != entry(best)) return entry(index) < entry(best);
    return std::abs(index) != std::abs(best) ? std::abs(index) < std::abs(best) : index > best;
  };
  const int end = lowest_index() + static_cast<int>(entries.size());
  for (int index = lowest_index(); index < end; ++index) {
    if (better(index)) best = index;
  }
  return best;
}

void check_codebook(const Codebook& codebook, QFormat weight, const std::string& key) {
  const std::size_t entries = codebook.entries.size();
  if (entries != 2 && entries != 4 && entries != 8 && entries != kMostCodebookEntries) {
    throw UserError(key, std::to_string(entries) + " entries", "needs 2, 4, 8 or 16");
  }
  for (const std::int16_t entry : codebook.entries) {
    if (entry >= weight.min_code() && entry <= weight.max_code()) continue;
    throw UserError(key, std::to_string(entry),
                    "needs " + std::to_string(weight.min_code()) + " to " +
                        std::to_string(weight.max_code()) + ", a code of " + to_string(weight));
  }
}

Codebook requantized(const Codebook& codebook, QFormat from, QFormat to) {
  Codebook moved = codebook;
  for (std::int16_t& entry : moved.entries) {
    entry = static_cast<std::int16_t>(round_code(to, entry, from.fraction_bits, Rounding::half_up));
  }
  return moved;
}

std::optional<int> sign_weight_shift(const Codebook& codebook) {
  std::int32_t scale = 0;
  for (const std::int32_t entry : codebook.entries) {
    if (entry == 0) continue;
    if (scale != 0 && std::abs(entry) != scale) return std::nullopt;
    scale = std::abs(entry);
  }
  if (scale == 0 || (scale & (scale - 1)) != 0) return std::nullopt;
  int shift = 0;
  while ((std::int32_t{1} << shift) < scale) ++shift;
  return shift;
}

}  // namespace minerva
