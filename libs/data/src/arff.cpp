#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "field_text.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/data/csv.hpp"
#include "minerva/data/unpacked_file.hpp"
#include "minerva/network/topology.hpp"
#include "row_fields.hpp"
#include "table_builder.hpp"

// ARFF, the form of Weka: a header of @relation, an @attribute a column and @data, then a row a
// sample; % begins a comment line.
namespace minerva {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// The first word of a line, in lower case; `rest` is what stands behind it.
std::string first_word(std::string_view line, std::string_view& rest) {
  const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
  rest = trimmed(line.substr(end));
  return lower(line.substr(0, end));
}

bool is_comment(std::string_view line) { return !line.empty() && line.front() == '%'; }

class ArffReader {
 public:
  ArffReader(const std::string& path, const CsvOptions& options)
      : path_(path), lines_(path), builder_(path, options, lines_) {}

  CsvTable read() {
    read_header();
    if (names_.size() < 2 || names_.size() > kMaxLayerWidth) {
      throw UserError(path_, std::to_string(names_.size()) + " attribute(s)",
                      "needs a label and 1 to " + std::to_string(kMaxLayerWidth) + " inputs");
    }
    builder_.set_columns(names_.size(), names_, "");
    read_samples();
    CsvTable& table = builder_.table();
    if (table.labels.empty()) throw UserError(path_, "", "has no sample behind @data");
    table.read_as = std::to_string(names_.size()) + " attributes" + builder_.description();
    return std::move(table);
  }

 private:
  void read_header() {
    std::string_view line;
    while (lines_.next(line)) {
      line = trimmed(line);
      if (line.empty() || is_comment(line)) continue;
      std::string_view rest;
      const std::string word = first_word(line, rest);
      if (word == "@data") return;
      if (word == "@relation") continue;
      if (word != "@attribute") {
        throw UserError(lines_.where(), shown(line),
                        "is no header of ARFF: needs @relation, @attribute, @data or a % comment");
      }
      take_attribute(rest);
    }
    throw UserError(path_, "", "is no ARFF file: needs @data");
  }

  void take_attribute(std::string_view rest) {
    std::string name;
    const char quote = rest.empty() ? '\0' : rest.front();
    std::size_t end = 0;
    if (quote == '\'' || quote == '"') {
      end = rest.find(quote, 1);
      if (end == std::string_view::npos) {
        throw UserError(lines_.where(), shown(rest), "needs the quote of its name to be closed");
      }
      name = rest.substr(1, end - 1);
      ++end;
    } else {
      end = std::min(rest.find_first_of(" \t{"), rest.size());
      name = rest.substr(0, end);
    }
    const std::string_view type = trimmed(rest.substr(std::min(end, rest.size())));
    if (name.empty() || type.empty()) {
      throw UserError(lines_.where(), shown(rest), "needs @attribute NAME TYPE");
    }
    if (std::find(names_.begin(), names_.end(), name) != names_.end()) {
      throw UserError(lines_.where(), shown(name), "needs a name that stands once");
    }
    names_.push_back(std::move(name));
  }

  void read_samples() {
    RowFields fields(lines_, Delimiter::comma, "\"'");
    for (std::string_view line; lines_.next(line);) {
      line = trimmed(line);
      if (line.empty() || is_comment(line)) continue;
      if (line.front() == '{') {
        throw UserError(lines_.where(), shown(line),
                        "is a sparse row: needs dense ARFF, or data.set = libsvm");
      }
      const std::vector<std::string_view>& row = fields.split(line);
      for (std::size_t c = 0; c < std::min(row.size(), names_.size()); ++c) {
        if (row[c] != "?" || !(builder_.is_input(c) || c == builder_.label())) continue;
        throw UserError(lines_.where(), "?",
                        "column " + std::to_string(c + 1) + " (" + shown(names_[c]) +
                            ") has a missing value: needs a value in every row, or "
                            "data.leave_out for the column");
      }
      builder_.take(row);
      builder_.table().lines.push_back(lines_.number());
    }
  }

  const std::string& path_;
  TextLines lines_;
  TableBuilder builder_;
  std::vector<std::string> names_;
};

}  // namespace

CsvTable read_arff(const std::string& path, const CsvOptions& options) {
  return ArffReader(path, options).read();
}

}  // namespace minerva
