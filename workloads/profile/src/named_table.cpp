#include "minerva/workloads/named_table.hpp"

#include <algorithm>

#include "minerva/report/html_table.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva::workloads {

std::string NamedTable::text() const {
  TextTable lines(headings);
  for (const std::vector<std::string>& row : rows) lines.add(row);
  return name + "\n" + lines.text();
}

std::string NamedTable::html() const {
  std::vector<HtmlTable::Column> columns;
  for (std::size_t c = 0; c < headings.size(); ++c) {
    const bool is_text =
        c == 0 || std::find(text_columns.begin(), text_columns.end(), c) != text_columns.end();
    columns.push_back({headings[c], is_text ? kText : HtmlTable::Align::number});
  }
  HtmlTable table(columns);
  for (const std::vector<std::string>& row : rows) table.add(row);
  return subheading(name) + table.html(name);
}

std::string joined_text(const std::vector<NamedTable>& tables) {
  std::string text;
  for (const NamedTable& each : tables) text += (text.empty() ? "" : "\n") + each.text();
  return text;
}

}  // namespace minerva::workloads
