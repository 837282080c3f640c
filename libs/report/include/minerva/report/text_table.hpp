#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "minerva/base/text.hpp"

namespace minerva {

/// Letters of a UTF-8 text as a terminal counts them: one a code point.
std::size_t display_width(const std::string& text);

/// A number for people: `digits` significant digits, thousands grouped by commas, no exponent
/// between 1e-3 and 1e9.
std::string readable_number(double value, int digits = 3);
/// A count with every digit, thousands grouped by commas.
std::string count_text(std::int64_t count);
/// A count of wrong samples: whole, or a mean to one decimal.
std::string wrong_text(double wrong);
/// "1.62x", or empty.
std::string factor_text(const std::optional<double>& factor);
/// "1.6x": two digits, as published factors have them; or empty.
std::string book_factor_text(const std::optional<double>& factor);

/// Text in aligned columns for a terminal. A heading may have several lines, split by '\n', which
/// stand at the bottom. The first column is flush left, the others flush right.
class TextTable {
 public:
  explicit TextTable(const std::vector<std::string>& headings);
  /// As many cells as there are headings.
  void add(const std::vector<std::string>& row);
  /// Lines with `gap` spaces between columns, a rule below the headings.
  std::string text(std::size_t gap = 2) const;

 private:
  std::size_t columns_;
  std::size_t heading_lines_;
  std::vector<std::vector<std::string>> rows_;  ///< the heading's lines first
};

}  // namespace minerva
