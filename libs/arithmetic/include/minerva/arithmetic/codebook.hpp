#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/arithmetic/fixed_point.hpp"

namespace minerva {

/// Most entries of a codebook. Assumption: an index of more bits saves little of a weight of 8.
constexpr int kMostCodebookEntries = 16;

/// The weights that a layer may have, where its memory holds indices of `bits()` bits instead of
/// codes of W (docs/arithmetic.md, "Shared weights"). An index is two's complement, so that masking
/// does to it what it does to any word: entry i stands at [i + 2^(bits - 1)].
struct Codebook {
  std::vector<std::int16_t> entries;  ///< codes of W, 2, 4, 8 or 16 of them; empty: no codebook

  bool empty() const { return entries.empty(); }
  /// Bits of an index; 0 without a codebook.
  int bits() const {
    int bits = 0;
    while ((std::size_t{1} << bits) < entries.size()) ++bits;
    return bits;
  }
  int lowest_index() const { return -static_cast<int>(entries.size() / 2); }
  std::int16_t entry(int index) const {
    return entries[static_cast<std::size_t>(index - lowest_index())];
  }
  /// The index whose entry is nearest to a code of W; of equally near entries the smaller one, and
  /// of equal entries that whose index is nearest to 0, then the positive one.
  int index_of(std::int32_t code) const;
  std::int16_t nearest(std::int32_t code) const { return entry(index_of(code)); }

  friend bool operator==(const Codebook& a, const Codebook& b) { return a.entries == b.entries; }
  friend bool operator!=(const Codebook& a, const Codebook& b) { return !(a == b); }
};

/// Throws UserError naming `key` unless there are 2, 4, 8 or 16 entries, each a code of W.
void check_codebook(const Codebook& codebook, QFormat weight, const std::string& key);

/// The entries as codes of another format, rounded half up and saturated.
Codebook requantized(const Codebook& codebook, QFormat from, QFormat to);
/// log2 of s where every entry is -s, 0 or s and s is a power of two, so that a shift and a
/// conditional negation multiply by it; nothing for any other codebook.
std::optional<int> sign_weight_shift(const Codebook& codebook);

/// The code of W that the multiplier gets for a stored index, after faults, masking and look-up:
/// word_as_read of the index, then its entry. `faulty` has the bits of the index.
inline std::int32_t shared_weight_as_read(std::int32_t index, std::uint32_t faulty,
                                          const Codebook& codebook, const Mitigation& m) {
  return codebook.entry(word_as_read(index, faulty, codebook.bits(), m));
}

}  // namespace minerva
