#include "minerva/accelsim/technology_rows.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/limits.hpp"
#include "minerva/base/text.hpp"
#include "minerva/files/shipped_files.hpp"
#include "technology_figures.hpp"

namespace minerva {
namespace {

constexpr const char* kBlanks = " \t\r";  // a file may have lines that end as on Windows

}  // namespace

std::optional<double> parse_figure(const std::string& text) {
  if (text.find_first_not_of("0123456789.+-eE") != std::string::npos) return std::nullopt;
  std::size_t used = 0;
  try {
    const double value = std::stod(text, &used);
    if (used == text.size() && std::isfinite(value)) return value;
  } catch (const std::logic_error&) {  // no number, or none that a double holds
  }
  return std::nullopt;
}

namespace {

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
    const auto number = parse_figure(text.substr(from, last ? cross : cross - from));
    if (!number) return std::nullopt;
    index.push_back(*number);
    from = cross + 1;
  }
  return index;
}

constexpr std::size_t kColumns = 7;  // an eighth one may follow
constexpr double kLargestResidualPercent = 300;

/// "0.6 to 1 V"
std::optional<RowRange> parse_range(const std::string& text) {
  std::istringstream words(text);
  std::string low, to, high, unit, more;
  if (!(words >> low >> to >> high >> unit) || words >> more || to != "to") return std::nullopt;
  const auto from = parse_figure(low);
  const auto end = parse_figure(high);
  if (!from || !end || *from > *end) return std::nullopt;
  if (unit != "V" && unit != "ns" && unit != "words") return std::nullopt;
  return RowRange{*from, *end, unit};
}

/// "12 %"
std::optional<double> parse_residual(const std::string& text) {
  std::istringstream words(text);
  std::string number, unit, more;
  if (!(words >> number >> unit) || words >> more || unit != "%") return std::nullopt;
  const auto percent = parse_figure(number);
  if (!percent || *percent <= 0 || *percent > kLargestResidualPercent) return std::nullopt;
  return percent;
}

/// The eighth column: "residual 12 %", "within 0.6 to 1 V", or both with a semicolon between them.
void read_quality(const std::string& text, FigureRow& row) {
  row.quality = text;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ';');) {
    const std::string content(trimmed(part, kBlanks));
    const std::size_t blank = content.find(' ');
    const std::string word = content.substr(0, blank);
    const std::string rest = blank == std::string::npos ? "" : content.substr(blank + 1);
    const bool fresh = word == "residual" ? !row.residual_percent : !row.range;
    if (fresh && word == "residual") row.residual_percent = parse_residual(rest);
    if (fresh && word == "within") row.range = parse_range(rest);
    if (fresh && (word == "residual" ? row.residual_percent.has_value() : row.range.has_value())) {
      continue;
    }
    throw UserError(row.where + ": last column", text,
                    "needs 'residual 12 %' (above 0, at most " +
                        number_text(kLargestResidualPercent) +
                        "), 'within 0.6 to 1 V' (or ns, words), or both, joined by a semicolon");
  }
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
  if (columns.size() > kColumns) read_quality(columns[kColumns], row);
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
  const auto value = parse_figure(row.value_text);
  if (!value) throw UserError(where + ": " + row.key(), row.value_text, "needs a finite number");
  row.value = *value;
  return row;
}

}  // namespace

bool RowRange::holds(double value) const { return value >= low && value <= high; }

bool FigureRow::is_law() const {
  const std::string ending = "_law";
  return name.size() > ending.size() &&
         name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
}

bool is_of_a_network(const FigureRow& row) {
  const auto ends_in = [&](const std::string& ending) {
    return row.name.size() > ending.size() &&
           row.name.compare(row.name.size() - ending.size(), ending.size(), ending) == 0;
  };
  return ends_in("_energy_dense") || ends_in("_energy_kept");
}

std::string operands_text(const FigureRow& row) {
  const std::string words = "operands of ";
  const std::size_t at = row.conditions.find(words);
  return at == std::string::npos ? row.conditions : row.conditions.substr(at + words.size());
}

std::vector<std::string> operands_of(const std::vector<FigureRow>& rows) {
  std::vector<std::string> all;
  for (const FigureRow& row : rows) {
    if (!is_of_a_network(row)) continue;
    const std::string text = operands_text(row);
    if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
  }
  return all;
}

std::string FigureRow::key() const {
  std::string text = name;
  for (std::size_t k = 0; k < index.size(); ++k) {
    text += (k == 0 ? "[" : "x") + number_text(index[k]);
  }
  return index.empty() ? text : text + "]";
}

namespace {

constexpr int kDeepestInclude = 8;
constexpr const char* kIncludeName = "include";

/// The columns of "NAME = VALUE"; nothing for a line with columns between bars.
std::optional<std::pair<std::string, std::string>> parse_assignment(const std::string& content) {
  const std::size_t equals = content.find('=');
  if (equals == std::string::npos || content.find('|') != std::string::npos) return std::nullopt;
  return std::pair{std::string(trimmed(content.substr(0, equals), kBlanks)),
                   std::string(trimmed(content.substr(equals + 1), kBlanks))};
}

FigureRow parse_line(const std::string& line, const std::string& content,
                     const std::string& where) {
  const std::vector<std::string> columns = split_columns(line);
  if (columns.size() != kColumns && columns.size() != kColumns + 1) {
    throw UserError(where, content,
                    "needs name | value | unit | node | conditions | source | kind");
  }
  for (const std::string& column : columns) {
    if (column.empty()) throw UserError(where, content, "needs a text in every column");
  }
  return parse_row(columns, where);
}

/// Where the file is that `path` includes: beside it, or among those that come with the program.
std::string path_of_include(const std::string& path, const std::string& relative) {
  namespace fs = std::filesystem;
  const std::string beside = (fs::path(path).parent_path() / relative).lexically_normal().string();
  std::error_code ignored;
  if (fs::exists(beside, ignored)) return beside;
  const std::string folder = "configs/tech/";
  const std::string shipped = find_shipped_file(
      relative.compare(0, folder.size(), folder) == 0 ? relative : folder + relative, path);
  return fs::exists(shipped, ignored) ? shipped : beside;
}

class TechnologyFileReader {
 public:
  void read(const std::string& path, const std::string& included_at) {
    std::ifstream file(path);
    if (!file) {
      const std::string why =
          std::string("needs a readable technology file: ") + std::strerror(errno);
      throw UserError(included_at.empty() ? path : included_at, included_at.empty() ? "" : path,
                      why);
    }
    read_.files.push_back(path);
    std::string text(limits::kTechnologyBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (file.bad()) throw UserError(path, "", "could not be read to its end, or is a folder");
    if (text.size() > limits::kTechnologyBytes) {
      throw UserError(
          path, "",
          "needs at most " + std::to_string(limits::kTechnologyBytes) + " bytes of a technology");
    }
    std::istringstream lines(text);
    std::vector<FigureRow> own;
    std::vector<RowOverride> overrides;
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
      const std::string content(trimmed(line, kBlanks));
      if (content.empty() || content.front() == '#') continue;
      const std::string where = path + ":" + std::to_string(number);
      const auto assigned = parse_assignment(content);
      if (!assigned) {
        own.push_back(parse_line(line, content, where));
      } else if (assigned->first == kIncludeName) {
        if (!own.empty() || !overrides.empty() || !read_.rows.empty()) {
          throw UserError(where + ": include", assigned->second,
                          "needs to stand once, before the rows");
        }
        include(path, assigned->second, where + ": include");
      } else {
        overrides.push_back({assigned->first, assigned->second, where});
      }
    }
    if (own.empty() && read_.rows.empty()) {
      throw UserError(path, "", "is empty: needs the rows of a technology");
    }
    apply(overrides);
    replace(std::move(own));
  }

  TechnologyFile take() { return std::move(read_); }

 private:
  void include(const std::string& path, const std::string& relative, const std::string& where) {
    namespace fs = std::filesystem;
    if (relative.empty()) throw UserError(where, "(empty)", "needs the path of a technology file");
    const std::string included = path_of_include(path, relative);
    for (const std::string& above : read_.files) {
      std::error_code ignored;
      if (fs::equivalent(above, included, ignored)) {
        throw UserError(where, relative, "this file is being read already: it includes itself");
      }
    }
    if (static_cast<int>(read_.files.size()) > kDeepestInclude) {
      throw UserError(where, relative,
                      "needs at most " + std::to_string(kDeepestInclude) + " files one in another");
    }
    read(included, where);
  }

  /// Included rows get other values.
  void apply(const std::vector<RowOverride>& overrides) {
    const std::string technology = std::filesystem::path(read_.files.front()).stem().string();
    for (const RowOverride& change : overrides) {
      read_.overrides.push_back(override_rows(read_.rows, change, technology));
    }
  }

  /// A row of the file stands for the included one of its name. A fault table is replaced whole,
  /// because rows of two memories are no table, and the flow's takes those of other criteria and
  /// their clock period with it.
  void replace(std::vector<FigureRow> own) {
    std::set<std::string> replaced;
    std::set<std::string> tables;
    std::set<std::string> replaced_names;
    for (const FigureRow& row : own) {
      replaced.insert(row.key());
      if (is_fault_table(row.name)) tables.insert(row.name);
      // The parts of an included energy do not add up to another one.
      for (const std::string& part : part_keys(row)) replaced.insert(part);
      // Nor does what pays for the same in another way.
      for (const std::string& name : names_replaced_by(row.name)) replaced_names.insert(name);
    }
    read_.rows.erase(std::remove_if(read_.rows.begin(), read_.rows.end(),
                                    [&](const FigureRow& old) {
                                      const bool of_faults =
                                          is_fault_table(old.name) || old.name == kFaultClock;
                                      return replaced.count(old.key()) != 0 ||
                                             replaced_names.count(old.name) != 0 ||
                                             tables.count(old.name) != 0 ||
                                             (of_faults && tables.count(kFaultTable) != 0);
                                    }),
                     read_.rows.end());
    // Rows that stand twice in one file stay two, for the checks to find.
    read_.rows.insert(read_.rows.end(), own.begin(), own.end());
  }

  TechnologyFile read_;
};

}  // namespace

TechnologyFile read_technology_file(const std::string& path) {
  TechnologyFileReader reader;
  reader.read(path, "");
  return reader.take();
}

}  // namespace minerva
