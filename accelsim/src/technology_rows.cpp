#include "technology_rows.hpp"

#include <cmath>
#include <fstream>
#include <optional>

#include "minerva/core/errors.hpp"

namespace minerva {
namespace {

std::string trim(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::optional<double> parse_number(const std::string& text) {
  std::size_t used = 0;
  try {
    const double value = std::stod(text, &used);
    if (used == text.size() && std::isfinite(value)) return value;
  } catch (const std::logic_error&) {  // no number, or none that a double holds
  }
  return std::nullopt;
}

std::vector<std::string> split_columns(const std::string& line) {
  std::vector<std::string> columns;
  std::size_t from = 0;
  for (std::size_t bar = line.find('|'); bar != std::string::npos; bar = line.find('|', from)) {
    columns.push_back(trim(line.substr(from, bar - from)));
    from = bar + 1;
  }
  columns.push_back(trim(line.substr(from)));
  return columns;
}

}  // namespace

std::vector<FigureRow> read_figure_rows(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw UserError(path, "", "needs a readable technology file");
  std::vector<FigureRow> rows;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (trim(line).empty() || trim(line).front() == '#') continue;
    const std::string where = path + ":" + std::to_string(number);
    const std::vector<std::string> columns = split_columns(line);
    if (columns.size() != 7) {
      throw UserError(where, trim(line),
                      "needs name | value | unit | node | conditions | source | kind");
    }
    for (const std::string& column : columns) {
      if (column.empty()) throw UserError(where, trim(line), "needs a text in every column");
    }
    FigureRow row{where, columns[0], false, 0, 0, columns[1], columns[2], columns[6]};
    const auto bracket = row.name.find('[');
    if (bracket != std::string::npos) {
      const auto index =
          row.name.back() == ']'
              ? parse_number(row.name.substr(bracket + 1, row.name.size() - bracket - 2))
              : std::nullopt;
      if (!index) throw UserError(where, row.name, "needs a number between [ and ]");
      row.indexed = true;
      row.index = *index;
      row.name.resize(bracket);
    }
    const auto value = parse_number(row.value_text);
    if (!value) throw UserError(where, row.value_text, "needs a finite number");
    row.value = *value;
    if (row.kind != "public" && row.kind != "derived" && row.kind != "assumption" &&
        row.kind != "calibrated") {
      throw UserError(where, row.kind, "needs public, derived, assumption or calibrated");
    }
    rows.push_back(row);
  }
  if (file.bad()) throw UserError(path, "", "could not be read to its end");
  return rows;
}

}  // namespace minerva
