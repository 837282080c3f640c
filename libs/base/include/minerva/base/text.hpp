#pragma once
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

}  // namespace minerva
