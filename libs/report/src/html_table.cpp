#include "minerva/report/html_table.hpp"

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

/// A text cell longer than this may wrap.
constexpr std::size_t kLongCell = 48;

}  // namespace

std::string html_escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string paragraph(const std::string& text, const char* style) {
  return std::string("<p") + (*style != 0 ? std::string(" class=\"") + style + "\"" : "") + ">" +
         html_escaped(text) + "</p>\n";
}

std::string subheading(const std::string& text) { return "<h3>" + html_escaped(text) + "</h3>\n"; }

std::string folded(const std::string& name, const std::string& html) {
  return "<details><summary>" + html_escaped(name) + "</summary>\n" + html + "</details>\n";
}

HtmlTable::HtmlTable(const std::vector<Column>& columns) : columns_(columns) {
  expects(!columns.empty(), "a table needs a column");
}

void HtmlTable::add(const std::vector<std::string>& cells, bool emphasised) {
  expects(cells.size() == columns_.size(), "a table row needs a cell for every column");
  rows_ += emphasised ? "<tr class=\"chosen\">" : "<tr>";
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const bool text = columns_[c].align == Align::text;
    const char* style = !text                         ? ""
                        : cells[c].size() > kLongCell ? " class=\"t long\""
                                                      : " class=\"t\"";
    // The first cell of a row of words names the row.
    const bool names = c == 0 && text;
    rows_ += std::string(names ? "<th scope=\"row\"" : "<td") + style + ">" +
             html_escaped(cells[c]) + (names ? "</th>" : "</td>");
  }
  rows_ += "</tr>\n";
}

std::string HtmlTable::html(const std::string& name) const {
  std::string head;
  for (const Column& column : columns_) {
    head += std::string(column.align == Align::text ? "<th class=\"t\" scope=\"col\">"
                                                    : "<th scope=\"col\">") +
            html_escaped(column.heading) + "</th>";
  }
  // Whoever scrolls by keyboard must be able to reach the table.
  return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + html_escaped(name) +
         "\"><table>\n<thead><tr>" + head + "</tr></thead>\n<tbody>\n" + rows_ +
         "</tbody></table></div>\n";
}

}  // namespace minerva
