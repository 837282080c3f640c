#pragma once
#include <cstdint>
#include <limits>
#include <string>

namespace minerva {

/// What a number may be: from low to high. An end is included unless it is said to be excluded.
/// A range stands beside the option that it bounds; the option's key and the library's own check
/// both read it there.
template <typename T>
struct Range {
  T low;
  T high;
  bool low_excluded = false;
  bool high_excluded = false;

  /// False for NaN.
  constexpr bool contains(T value) const {
    return (low_excluded ? value > low : value >= low) &&
           (high_excluded ? value < high : value <= high);
  }
};

/// The range of an option whose value 0 means "derived from the rest" or "off".
template <typename T>
constexpr Range<T> or_zero(Range<T> range) {
  return {0, range.high, false, range.high_excluded};
}

/// Seeds are positive numbers of 63 bits, so that tools whose integers have a sign can hold them.
inline constexpr Range<std::uint64_t> kSeedRange{0, ~std::uint64_t{0} >> 1};

/// A share of a whole.
inline constexpr Range<double> kShareRange{0, 1};

/// A number in the fewest digits that read back to the same bits.
std::string exact_text(int value);
std::string exact_text(std::int64_t value);
std::string exact_text(std::uint64_t value);
std::string exact_text(double value);

/// "1 to 100", "1 or more", "above 0 to 1", "above 0 and below 1".
std::string range_text(const Range<int>& range);
std::string range_text(const Range<std::int64_t>& range);
std::string range_text(const Range<std::uint64_t>& range);
std::string range_text(const Range<double>& range);

/// Throws UserError(where, value, "needs " + range_text(range)) for a value outside the range, and
/// for NaN. @param where the key, such as "training.l1"
void check_in_range(const char* where, int value, const Range<int>& range);
void check_in_range(const char* where, std::int64_t value, const Range<std::int64_t>& range);
void check_in_range(const char* where, std::uint64_t value, const Range<std::uint64_t>& range);
void check_in_range(const char* where, double value, const Range<double>& range);

}  // namespace minerva
