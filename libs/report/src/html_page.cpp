#include "html_page.hpp"

#include "minerva/core/errors.hpp"

namespace minerva {
namespace {

constexpr const char* kStyle = R"css(
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5b6470; --paper: #ffffff;
  --band: #f3f5f7; --line: #d8dde3; --good: #12703a; --bad: #b3261e;
  --p0: #2f6db3; --p1: #d9822b; --p2: #3a9c6b; --p3: #8d5bb5; --p4: #c2475b; --p5: #7c8a2e;
  --p6: #3aa3b5; --p7: #8a7460;
  --p8: #c4a000; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --soft: #9aa5b1; --paper: #14171a;
  --band: #1e2328; --line: #353c44; --good: #62c98a; --bad: #ff8a80;
  --p0: #6ea8e8; --p1: #f0a860; --p2: #6cc79a; --p3: #b892dd; --p4: #e77f90; --p5: #b0bf5c;
  --p6: #72cbdb; --p7: #bba48e;
  --p8: #f0dc70; } }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 72rem; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; }
p { margin: .35rem 0; max-width: 60rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; }
.scroll { overflow-x: auto; margin: .5rem 0; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .65rem; text-align: right; border-bottom: 1px solid var(--line);
  white-space: nowrap; vertical-align: top; }
th { background: var(--band); font-weight: 600; font-size: .85rem; vertical-align: bottom;
  white-space: normal; min-width: 3.2rem; }
tr:last-child td { border-bottom: 0; }
th.t, td.t { text-align: left; } td.t.long { white-space: normal; overflow-wrap: anywhere;
  min-width: 14rem; }
tr.chosen td { background: var(--band); font-weight: 600; }
.bar { display: flex; height: 1.1rem; width: 16rem; }
.bar span { display: block; height: 100%; }
.key { display: inline-block; width: .75rem; height: .75rem; border-radius: 2px;
  margin: 0 .3rem 0 .9rem; vertical-align: -1px; }
.p0 { background: var(--p0); } .p1 { background: var(--p1); } .p2 { background: var(--p2); }
.p3 { background: var(--p3); } .p4 { background: var(--p4); } .p5 { background: var(--p5); }
.p6 { background: var(--p6); } .p7 { background: var(--p7); } .p8 { background: var(--p8); }
details > summary { cursor: pointer; color: var(--soft); }
@media print { .scroll { overflow: visible; } }
)css";

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

HtmlTable::HtmlTable(const std::vector<Column>& columns) : columns_(columns) {
  expects(!columns.empty(), "a table needs a column");
}

std::string HtmlTable::row_html(const std::vector<std::string>& cells) const {
  std::string html;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const bool text = columns_[c].align == Align::text;
    const char* tag =
        text ? cells[c].size() > kLongCell ? "<td class=\"t long\">" : "<td class=\"t\">" : "<td>";
    html += tag + html_escaped(cells[c]) + "</td>";
  }
  return html;
}

void HtmlTable::add(const std::vector<std::string>& cells, bool emphasised) {
  expects(cells.size() == columns_.size(), "a table row needs a cell for every column");
  rows_ += std::string(emphasised ? "<tr class=\"chosen\">" : "<tr>") + row_html(cells) + "</tr>\n";
}

void HtmlTable::add_with_html(const std::vector<std::string>& cells, const std::string& html) {
  expects(cells.size() + 1 == columns_.size(), "a table row needs a cell for every column");
  rows_ += "<tr>" + row_html(cells) + "<td class=\"t\">" + html + "</td></tr>\n";
}

std::string HtmlTable::html() const {
  std::string head;
  for (const Column& column : columns_) {
    head += std::string(column.align == Align::text ? "<th class=\"t\" scope=\"col\">"
                                                    : "<th scope=\"col\">") +
            html_escaped(column.heading) + "</th>";
  }
  return "<div class=\"scroll\"><table>\n<thead><tr>" + head + "</tr></thead>\n<tbody>\n" + rows_ +
         "</tbody></table></div>\n";
}

std::string html_page(const std::string& title, const std::string& body) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         html_escaped(title) + "</title>\n<style>" + kStyle + "</style>\n</head>\n<body>\n" + body +
         "</body>\n</html>\n";
}

}  // namespace minerva
