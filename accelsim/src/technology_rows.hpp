#pragma once
#include <string>
#include <vector>

namespace minerva {

/// One line of a technology file: name | value | unit | node | conditions | source | kind.
struct FigureRow {
  std::string where;     ///< "file:line", for messages
  std::string name;      ///< without the index
  bool indexed = false;  ///< "name[index]": a row of a table
  double index = 0;
  double value = 0;
  std::string value_text;
  std::string unit;
  std::string kind;  ///< public, derived, assumption or calibrated
};

/// Throws UserError for a file that cannot be read and lines that are not of this form.
std::vector<FigureRow> read_figure_rows(const std::string& path);

}  // namespace minerva
