#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/base/range.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {

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

/// The items of a comma-separated list, blanks around them removed; an empty text has none. Throws
/// UserError for an empty item.
std::vector<std::string> split_list(const std::string& text, const std::string& where);

/// Whether a list may hold a number twice: a set of choices may not, widths of layers may.
enum class Repeats { allowed, refused };

/// The numbers of a list, whose items are single numbers (4), ranges in steps of one (1..16) or of
/// another number (4..64 step 4), and powers (1..256 times 2); a range ends with the last number
/// that is not above its end. Numbers of a range of doubles are rounded to 15 significant digits,
/// so that 0.1..0.5 step 0.1 holds 0.3. Throws UserError(where, item, what is allowed) for an item
/// of another form, a number outside `range`, an end below the begin, a step that is not positive,
/// a factor not above 1, a repeated number where that is refused, and for more or fewer numbers
/// than `items`.
std::vector<int> parse_numbers(const std::string& text, const std::string& where, Range<int> range,
                               Range<int> items, Repeats repeats);
std::vector<double> parse_numbers(const std::string& text, const std::string& where,
                                  Range<double> range, Range<int> items, Repeats repeats);

}  // namespace minerva
