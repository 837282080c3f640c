#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "minerva/core/errors.hpp"
#include "minerva/design/topology.hpp"

namespace minerva {

/// What a number may be: low to high, both included unless `low_excluded`.
template <typename T>
struct Range {
  T low;
  T high;
  bool low_excluded = false;
};

/// A value of a setting as text: one spelling a value, so that equal settings are equal texts.
/// Doubles in the fewest digits that read back to the same bits.
std::string setting_text(bool value);
std::string setting_text(int value);
std::string setting_text(std::int64_t value);
std::string setting_text(std::uint64_t value);
std::string setting_text(double value);

/// Reads a whole text as one value of a range. Throws UserError(where, text, what is allowed) for
/// an empty text, trailing characters, a number of another kind (1e3 for an integer, -1 for an
/// unsigned one), infinity, NaN, and a value outside the range.
bool parse_bool(const std::string& text, const std::string& where);
int parse_number(const std::string& text, const std::string& where, Range<int> range);
std::int64_t parse_number(const std::string& text, const std::string& where,
                          Range<std::int64_t> range);
std::uint64_t parse_number(const std::string& text, const std::string& where,
                           Range<std::uint64_t> range);
double parse_number(const std::string& text, const std::string& where, Range<double> range);

/// "1 to 100", "1 or more", "above 0 to 1".
std::string range_text(Range<int> range);
std::string range_text(Range<std::int64_t> range);
std::string range_text(Range<std::uint64_t> range);
std::string range_text(Range<double> range);

/// The items of a comma-separated list, blanks around them removed; an empty text has none. Throws
/// UserError for an empty item.
std::vector<std::string> split_list(const std::string& text, const std::string& where);

}  // namespace minerva
