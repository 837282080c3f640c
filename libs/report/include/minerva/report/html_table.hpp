#pragma once
#include <string>
#include <vector>

namespace minerva {

/// Text made safe between tags and in quoted attributes.
std::string html_escaped(const std::string& text);
/// A paragraph of text, escaped here, in a class of the page's style: "soft", "good", "bad" or
/// none.
std::string paragraph(const std::string& text, const char* style = "");
/// A heading within a section.
std::string subheading(const std::string& text);
/// Something that is unfolded by a click on its name.
std::string folded(const std::string& name, const std::string& html);

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
  bool empty() const { return rows_.empty(); }
  /// `name` says what the table holds, to those who do not see it.
  std::string html(const std::string& name) const;

 private:
  std::vector<Column> columns_;
  std::string rows_;
};

/// The alignment of a column of words.
inline constexpr auto kText = HtmlTable::Align::text;

}  // namespace minerva
