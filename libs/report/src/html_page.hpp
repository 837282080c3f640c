#pragma once
#include <string>
#include <vector>

namespace minerva {

/// Text made safe between tags and in quoted attributes.
std::string html_escaped(const std::string& text);

/// A table that scrolls sideways when the screen is narrow. Cells are text, escaped here.
class HtmlTable {
 public:
  enum class Align { text, number };
  struct Column {
    std::string heading;
    Align align = Align::number;
  };
  explicit HtmlTable(const std::vector<Column>& columns);
  /// As many cells as columns; an emphasised row is the chosen one.
  void add(const std::vector<std::string>& cells, bool emphasised = false);
  /// A last cell of ready HTML for the row added last; the column must be declared.
  void add_with_html(const std::vector<std::string>& cells, const std::string& html);
  bool empty() const { return rows_.empty(); }
  std::string html() const;

 private:
  std::string row_html(const std::vector<std::string>& cells) const;

  std::vector<Column> columns_;
  std::string rows_;
};

/// A whole page around a body of HTML.
std::string html_page(const std::string& title, const std::string& body);

}  // namespace minerva
