#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace minerva {

/// A number as messages and table keys show it, in at most `digits` digits: 0.7, 1e-07.
std::string number_text(double value, int digits = 6);

/// A number with exactly `decimals` digits after the point.
std::string fixed_text(double value, int decimals);

/// The words with `separator` between them.
std::string joined(const std::vector<std::string>& words, const std::string& separator = ", ");

/// The part of `text` without `blanks` at its ends; it points into `text`.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t");

bool ends_with(const std::string& text, const std::string& end);

/// As much of a text as a name in a message needs.
inline constexpr std::size_t kMostShownOfAName = 80;
inline constexpr std::size_t kWholeText = static_cast<std::size_t>(-1);

/// A text of a file, a user or another program as it may be shown: what would move a terminal's
/// cursor, change its state or its direction of writing, and what is no UTF-8, is written as \x1b
/// and the like, so that the text stays on its line. Of a text longer than `most_bytes` the middle
/// is left out.
std::string printable(std::string_view text, std::size_t most_bytes = kMostShownOfAName);
/// The same of a text of several lines, whose line ends and tabs stay. All that goes to a terminal
/// comes through here or through printable.
std::string printable_lines(std::string_view text);

}  // namespace minerva
