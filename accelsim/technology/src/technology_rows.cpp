#include "minerva/accelsim/technology_rows.hpp"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>

#include "minerva/base/errors.hpp"
#include "minerva/base/limits.hpp"
#include "minerva/base/text.hpp"

namespace minerva {
namespace {

constexpr const char* kBlanks = " \t\r";  // a file may have lines that end as on Windows

std::optional<double> parse_number(const std::string& text) {
  if (text.find_first_not_of("0123456789.+-eE") != std::string::npos) return std::nullopt;
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
    columns.emplace_back(trimmed(line.substr(from, bar - from), kBlanks));
    from = bar + 1;
  }
  columns.emplace_back(trimmed(line.substr(from), kBlanks));
  return columns;
}

/// The numbers of "[4]" or "[8x6]".
std::optional<std::vector<double>> parse_index(const std::string& text) {
  std::vector<double> index;
  std::size_t from = 0;
  for (bool last = false; !last;) {
    const std::size_t cross = text.find('x', from);
    last = cross == std::string::npos;
    const auto number = parse_number(text.substr(from, last ? cross : cross - from));
    if (!number) return std::nullopt;
    index.push_back(*number);
    from = cross + 1;
  }
  return index;
}

FigureRow parse_row(const std::vector<std::string>& columns, const std::string& where) {
  FigureRow row;
  row.where = where;
  row.name = columns[0];
  row.value_text = columns[1];
  row.unit = columns[2];
  row.node = columns[3];
  row.conditions = columns[4];
  row.source = columns[5];
  row.kind = parse_enum<FigureKind>(columns[6], where + ": kind");
  const auto bracket = row.name.find('[');
  if (bracket != std::string::npos) {
    const auto index =
        row.name.back() == ']'
            ? parse_index(row.name.substr(bracket + 1, row.name.size() - bracket - 2))
            : std::nullopt;
    if (!index) throw UserError(where, row.name, "needs a number, or axb, between [ and ]");
    row.index = *index;
    row.name.resize(bracket);
  }
  if (row.is_law()) return row;
  const auto value = parse_number(row.value_text);
  if (!value) throw UserError(where + ": " + row.key(), row.value_text, "needs a finite number");
  row.value = *value;
  return row;
}

}  // namespace

bool FigureRow::is_law() const {
  const std::string ending = "_law";
  return name.size() > ending.size() &&
         name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
}

std::string FigureRow::key() const {
  std::string text = name;
  for (std::size_t k = 0; k < index.size(); ++k) {
    text += (k == 0 ? "[" : "x") + number_text(index[k]);
  }
  return index.empty() ? text : text + "]";
}

std::vector<FigureRow> read_figure_rows(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    throw UserError(path, "",
                    std::string("needs a readable technology file: ") + std::strerror(errno));
  }
  std::string text(limits::kTechnologyBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) throw UserError(path, "", "could not be read to its end, or is a folder");
  if (text.size() > limits::kTechnologyBytes) {
    throw UserError(path, "",
                    "needs at most " + std::to_string(limits::kTechnologyBytes) +
                        " bytes of a technology");
  }
  std::istringstream lines(text);
  std::vector<FigureRow> rows;
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::string content(trimmed(line, kBlanks));
    if (content.empty() || content.front() == '#') continue;
    const std::string where = path + ":" + std::to_string(number);
    const std::vector<std::string> columns = split_columns(line);
    if (columns.size() != 7) {
      throw UserError(where, content,
                      "needs name | value | unit | node | conditions | source | kind");
    }
    for (const std::string& column : columns) {
      if (column.empty()) throw UserError(where, content, "needs a text in every column");
    }
    rows.push_back(parse_row(columns, where));
  }
  if (rows.empty()) throw UserError(path, "", "is empty: needs the rows of a technology");
  return rows;
}

}  // namespace minerva
