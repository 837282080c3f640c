#pragma once
#include <string>
#include <vector>

namespace minerva::workloads {

/// A table that a terminal and a page show alike. The first column is text, the others are numbers.
struct NamedTable {
  std::string name;
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;
  /// Further columns of text, by their numbers.
  std::vector<std::size_t> text_columns = {};

  /// The name above the columns.
  std::string text() const;
  /// Under a heading of its own.
  std::string html() const;
};

/// The texts of tables with an empty line between them.
std::string joined_text(const std::vector<NamedTable>& tables);

}  // namespace minerva::workloads
