#include "minerva/report/text_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
    end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
  }
  return lines;
}

}  // namespace

std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;  // not a continuation byte
  }));
}

namespace {

std::string grouped(std::string number) {
  const std::size_t sign = number[0] == '-' ? 1 : 0;
  for (std::size_t at = std::min(number.find('.'), number.size()); at > sign + 3;) {
    at -= 3;
    number.insert(at, ",");
  }
  return number;
}

}  // namespace

std::string readable_number(double value, int digits) {
  expects(std::isfinite(value), "a table needs finite numbers");
  char text[64];
  const double size = std::fabs(value);
  if (size != 0 && (size < 1e-3 || size >= 1e9)) {
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    return text;
  }
  const int before_point = size < 1e-12 ? 1 : static_cast<int>(std::floor(std::log10(size))) + 1;
  std::snprintf(text, sizeof text, "%.*f", std::max(0, digits - before_point), value);
  return grouped(text);
}

std::string count_text(std::int64_t count) { return grouped(std::to_string(count)); }

std::string wrong_text(double wrong) {
  return fixed_text(wrong, wrong == std::floor(wrong) ? 0 : 1);
}

std::string factor_text(const std::optional<double>& factor) {
  return factor ? fixed_text(*factor, 2) + "x" : "";
}

std::string book_factor_text(const std::optional<double>& factor) {
  return factor ? readable_number(*factor, 2) + "x" : "";
}

TextTable::TextTable(const std::vector<std::string>& headings) : columns_(headings.size()) {
  expects(!headings.empty(), "a table needs a column");
  heading_lines_ = 1;
  for (const std::string& heading : headings) {
    heading_lines_ = std::max(heading_lines_, lines_of(heading).size());
  }
  rows_.resize(heading_lines_, std::vector<std::string>(columns_));
  for (std::size_t c = 0; c < columns_; ++c) {
    const std::vector<std::string> lines = lines_of(headings[c]);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      rows_[heading_lines_ - lines.size() + i][c] = lines[i];
    }
  }
}

void TextTable::add(const std::vector<std::string>& row) {
  expects(row.size() == columns_, "a table row needs a cell for every column");
  rows_.push_back(row);
}

std::string TextTable::text(std::size_t gap) const {
  std::vector<std::size_t> widths(columns_, 0);
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < columns_; ++c) {
      widths[c] = std::max(widths[c], display_width(row[c]));
    }
  }
  std::string text;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    std::string line;
    for (std::size_t c = 0; c < columns_; ++c) {
      const std::string pad(widths[c] - display_width(rows_[r][c]), ' ');
      if (c > 0) line.append(gap, ' ');
      line += c == 0 ? rows_[r][c] + pad : pad + rows_[r][c];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (r + 1 == heading_lines_) {
      std::size_t total = gap * (columns_ - 1);
      for (const std::size_t width : widths) total += width;
      text += std::string(total, '-') + "\n";
    }
  }
  return text;
}

}  // namespace minerva
