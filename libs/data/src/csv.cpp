#include "minerva/data/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <string_view>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/data/unpacked_file.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {

namespace {
constexpr std::size_t kMaxShownBytes = 40;  // of a bad field in a message

char character(Delimiter delimiter) {
  return delimiter == Delimiter::comma ? ',' : delimiter == Delimiter::semicolon ? ';' : '\t';
}

std::string shown(std::string_view text) {
  return text.empty() ? "(empty)" : std::string(text.substr(0, kMaxShownBytes));
}

/// The number that a whole field is, NaN and infinity among them; nothing for any other text.
std::optional<double> number_in(std::string_view field) {
  if (!field.empty() && field.front() == '+') field.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (end != field.data() + field.size() || field.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::numeric_limits<double>::infinity();
  return error == std::errc() ? std::optional<double>(value) : std::nullopt;
}

/// The fields of one row after another; quoted ones are kept here until the next row.
class RowFields {
 public:
  RowFields(const TextLines& lines, char delimiter) : lines_(lines), delimiter_(delimiter) {}

  const std::vector<std::string_view>& split(std::string_view line) {
    fields_.clear();
    if (line.find('"') != std::string_view::npos) {
      split_quoted(line);
      return fields_;
    }
    for (std::size_t begin = 0;;) {
      const std::size_t end = line.find(delimiter_, begin);
      fields_.push_back(trimmed(line.substr(begin, end - begin)));
      if (end == std::string_view::npos) return fields_;
      begin = end + 1;
    }
  }

 private:
  void split_quoted(std::string_view line) {
    texts_.assign(1, "");
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
        texts_.back() += '"';  // a doubled quote stands for one
        ++i;
      } else if (line[i] == '"') {
        quoted = !quoted;
      } else if (line[i] == delimiter_ && !quoted) {
        texts_.emplace_back();
      } else {
        texts_.back() += line[i];
      }
    }
    if (quoted)
      throw UserError(lines_.where(), shown(line),
                      "needs every quote to be closed in its line; no field may hold a line break");
    for (const std::string& text : texts_) fields_.push_back(trimmed(text));
  }

  const TextLines& lines_;
  char delimiter_;
  std::vector<std::string_view> fields_;
  std::vector<std::string> texts_;
};

/// Column of the label when the options give its place; nothing when they give a name.
std::optional<std::size_t> label_place(const CsvOptions& options, const std::string& path,
                                       std::size_t columns) {
  const std::string& text = options.label_column;
  if (text == "last") return columns - 1;
  if (text == "first") return 0;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (error != std::errc() || number < 1 || number > columns) {
    throw UserError("data.label_column", text,
                    "needs last, first, a name or 1 to " + std::to_string(columns) +
                        ", the columns of " + path);
  }
  return number - 1;
}

/// Names are what no number is; the label may be a word in every row.
bool looks_like_header(const std::vector<std::string_view>& fields,
                       std::optional<std::size_t> label) {
  for (std::size_t c = 0; c < fields.size(); ++c) {
    if (label && c == *label) continue;
    if (fields[c].empty() || number_in(fields[c])) return false;
  }
  return true;
}

std::size_t named_label(const std::vector<std::string_view>& header, const CsvOptions& options,
                        const std::string& path) {
  const auto found = std::find(header.begin(), header.end(), options.label_column);
  if (found != header.end()) return static_cast<std::size_t>(found - header.begin());
  throw UserError("data.label_column", options.label_column,
                  "needs last, first, a number from 1 or a name in the header of " + path);
}

class Reader {
 public:
  Reader(const std::string& path, const CsvOptions& options)
      : options_(options), lines_(path), fields_(lines_, character(options.delimiter)) {
    table_.path = path;
  }

  CsvTable read() {
    std::string_view line;
    if (!lines_.next(line)) throw UserError(table_.path, "", "is empty: needs a row a sample");
    const std::vector<std::string_view>& first = fields_.split(line);
    columns_ = first.size();
    if (columns_ < 2 || columns_ > kMaxLayerWidth) {
      throw UserError(lines_.where(), std::to_string(columns_) + " column(s)",
                      "needs a label and 1 to " + std::to_string(kMaxLayerWidth) + " inputs with " +
                          to_string(options_.delimiter) + " between them (data.delimiter)");
    }
    table_.inputs = static_cast<int>(columns_ - 1);
    const auto place = label_place(options_, table_.path, columns_);
    const bool header = options_.header == HeaderRow::present ||
                        (options_.header == HeaderRow::detect && looks_like_header(first, place));
    if (header) {
      label_ = place ? *place : named_label(first, options_, table_.path);
      take_header(first);
      table_.first_line = 2;
    } else if (place) {
      label_ = *place;
      take_row(first);
    } else {
      throw UserError("data.label_column", options_.label_column,
                      "needs last, first or a number from 1: " + table_.path +
                          (options_.header == HeaderRow::absent ? " is said to have no header"
                                                                : " has no header"));
    }
    while (lines_.next(line)) take_row(fields_.split(line));
    if (table_.labels.empty()) throw UserError(table_.path, "", "has a header and no sample");
    return std::move(table_);
  }

 private:
  void take_header(const std::vector<std::string_view>& names) {
    std::set<std::string_view> seen;
    for (std::size_t c = 0; c < names.size(); ++c) {
      if (names[c].empty() || !seen.insert(names[c]).second) {
        throw UserError(lines_.where(), shown(names[c]),
                        "column " + std::to_string(c + 1) + " needs a name that stands once");
      }
      if (c != label_) table_.column_names.emplace_back(names[c]);
    }
  }

  void take_row(const std::vector<std::string_view>& fields) {
    if (fields.size() == 1 && fields[0].empty()) {
      throw UserError(
          lines_.where(), "",
          "is a blank line: needs " + std::to_string(columns_) + " fields, as the first row has");
    }
    if (fields.size() != columns_) {
      throw UserError(lines_.where(), std::to_string(fields.size()) + " fields",
                      "needs " + std::to_string(columns_) + ", as the first row has");
    }
    for (std::size_t c = 0; c < columns_; ++c) {
      if (c == label_) {
        take_label(fields[c]);
      } else {
        table_.values.push_back(value_of(fields[c], c));
      }
    }
  }

  void take_label(std::string_view label) {
    const auto number = number_in(label);
    if (label.empty() || (number && !std::isfinite(*number))) {
      throw UserError(
          lines_.where(), shown(label),
          "label in column " + std::to_string(label_ + 1) + " needs a word or a finite number");
    }
    table_.labels.emplace_back(label);
  }

  float value_of(std::string_view field, std::size_t column) const {
    const auto number = number_in(field);
    const float value = number ? static_cast<float>(*number) : 0;
    if (number && std::isfinite(value)) return value;
    const std::string name = column_name(column);
    throw UserError(lines_.where(), shown(field),
                    "column " + std::to_string(column + 1) +
                        (name.empty() ? "" : " (" + shown(name) + ")") +
                        " needs a finite number of single precision");
  }

  std::string column_name(std::size_t column) const {
    if (table_.column_names.empty()) return "";
    return table_.column_names[column - (column > label_ ? 1 : 0)];
  }

  const CsvOptions& options_;
  TextLines lines_;
  RowFields fields_;
  CsvTable table_;
  std::size_t columns_ = 0;
  std::size_t label_ = 0;
};
}  // namespace

CsvTable read_csv(const std::string& path, const CsvOptions& options) {
  return Reader(path, options).read();
}

}  // namespace minerva
