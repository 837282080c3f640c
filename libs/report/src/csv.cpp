#include "minerva/report/csv.hpp"

#include <charconv>
#include <cmath>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + "\"";
}

}  // namespace

CsvCell::CsvCell(double value) {
  expects(std::isfinite(value), "a CSV cell needs a finite number");
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  text_.assign(buffer, end.ptr);
}

Csv::Csv(const std::vector<std::string>& names) : columns_(names.size()) {
  expects(!names.empty(), "a CSV file needs a column");
  add(std::vector<CsvCell>(names.begin(), names.end()));
}

void Csv::add(const std::vector<CsvCell>& row) {
  expects(row.size() == columns_, "a CSV row needs a cell for every column");
  for (std::size_t i = 0; i < row.size(); ++i) text_ += (i > 0 ? "," : "") + quoted(row[i].text());
  text_ += '\n';
}

}  // namespace minerva
