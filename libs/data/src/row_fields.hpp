#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "minerva/data/csv.hpp"
#include "minerva/data/unpacked_file.hpp"

namespace minerva {

/// The fields of one row after another, without the blanks around them; quoted ones are kept here
/// until the next row. Runs of blanks and tabs are one delimiter where blanks are the delimiter.
class RowFields {
 public:
  /// @param delimiter not detect. @param quotes the characters that may enclose a field.
  RowFields(const TextLines& lines, Delimiter delimiter, std::string_view quotes = "\"");
  /// Throws UserError naming file:line for a quote that is not closed. The result is valid until
  /// the next call, and as long as `line` is.
  const std::vector<std::string_view>& split(std::string_view line);

 private:
  void split_plain(std::string_view line);
  void split_quoted(std::string_view line);

  const TextLines& lines_;
  bool blank_;              ///< a run of delimiters is one
  std::string delimiters_;  ///< one character, or blank and tab
  std::string quotes_;
  std::vector<std::string_view> fields_;
  std::vector<std::string> texts_;
};

/// Whether a row has no text in any field, as the rows that spreadsheets write below a table.
bool is_blank(const std::vector<std::string_view>& fields);

/// The delimiter with which the first lines of a text have the most numbers, among those that give
/// each line the same number of fields, two or more. Without one of those: the first that gives the
/// first line two fields, and comma where none does. Leaves the text at its begin.
Delimiter detect_delimiter(TextLines& lines);

}  // namespace minerva
