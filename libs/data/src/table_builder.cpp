#include "table_builder.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "field_text.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva {
namespace {

constexpr const char* kLeaveNothingOut = "none";
constexpr int kHeaderLine = 1;  // of a CSV file; names in ARFF are checked where they stand

bool is_place(const std::string& text, std::size_t& place) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), place);
  if (text.empty() || end != text.data() + text.size()) return false;
  if (error != std::errc()) place = 0;  // too large for any table
  return true;
}

/// pandas calls a column "Unnamed: 0" whose header it found empty.
bool is_nameless(const std::string& name) {
  return name.empty() || name.rfind("Unnamed: ", 0) == 0;
}

std::vector<std::string> items_of(const std::string& list) {
  std::vector<std::string> items;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    items.emplace_back(trimmed(std::string_view(list).substr(begin, end - begin)));
    begin = end + 1;
  }
  return items;
}

}  // namespace

std::optional<std::size_t> label_place(const CsvOptions& options, const std::string& path,
                                       std::size_t columns) {
  const std::string& text = options.label_column;
  if (text == "last") return columns - 1;
  if (text == "first") return 0;
  std::size_t number = 0;
  if (!is_place(text, number)) return std::nullopt;
  if (number < 1 || number > columns) {
    throw UserError("data.label_column", text,
                    "needs last, first, a name or 1 to " + std::to_string(columns) +
                        ", the columns of " + path);
  }
  return number - 1;
}

TableBuilder::TableBuilder(const std::string& path, const CsvOptions& options,
                           const TextLines& lines)
    : options_(options), lines_(lines) {
  table_.path = path;
}

void TableBuilder::set_columns(std::size_t columns, const std::vector<std::string>& header,
                               const std::string& without_header) {
  columns_ = columns;
  const auto place = label_place(options_, table_.path, columns);
  const auto found = std::find(header.begin(), header.end(), options_.label_column);
  if (!place && header.empty()) {
    throw UserError("data.label_column", options_.label_column,
                    "needs last, first or a number from 1: " + without_header);
  }
  if (!place && found == header.end()) {
    throw UserError("data.label_column", options_.label_column,
                    "needs last, first, a number from 1 or a name in the header of " + table_.path);
  }
  label_ = place ? *place : static_cast<std::size_t>(found - header.begin());
  left_out_.assign(columns, false);
  find_left_out(header, without_header);
  for (std::size_t c = 0; c < columns; ++c) table_.inputs += is_input(c) ? 1 : 0;
  if (!header.empty()) name_columns(header);
  if (table_.inputs == 0) {
    throw UserError("data.leave_out", options_.leave_out,
                    "leaves no input of " + table_.path + ": needs to leave one");
  }
}

void TableBuilder::name_columns(const std::vector<std::string>& header) {
  std::set<std::string_view> seen;
  for (std::size_t c = 0; c < header.size(); ++c) {
    if (header[c].empty() || seen.insert(header[c]).second) continue;
    throw UserError(table_.path + ":" + std::to_string(kHeaderLine), shown(header[c]),
                    "column " + std::to_string(c + 1) + " needs a name that stands once");
  }
  header_ = header;
  for (std::size_t c = 0; c < columns_; ++c) {
    if (is_input(c)) table_.column_names.push_back(header[c]);
  }
}

bool TableBuilder::names_one_of(const std::vector<std::string>& header) const {
  const auto holds = [&](const std::string& name) {
    return std::find(header.begin(), header.end(), name) != header.end();
  };
  std::size_t place = 0;
  const std::string& label = options_.label_column;
  if (label != "last" && label != "first" && !is_place(label, place) && holds(label)) return true;
  const std::vector<std::string> items = items_of(options_.leave_out);
  return std::any_of(items.begin(), items.end(), [&](const std::string& item) {
    return item != kLeaveNothingOut && !item.empty() && !is_place(item, place) && holds(item);
  });
}

void TableBuilder::find_left_out(const std::vector<std::string>& header,
                                 const std::string& without_header) {
  const std::string& list = options_.leave_out;
  if (list.empty() || list == kLeaveNothingOut) return;
  for (const std::string& item : items_of(list)) {
    std::size_t column = 0;
    if (is_place(item, column)) {
      --column;  // 0 becomes too large
    } else {
      if (header.empty()) {
        throw UserError("data.leave_out", item, "needs numbers of columns: " + without_header);
      }
      column =
          static_cast<std::size_t>(std::find(header.begin(), header.end(), item) - header.begin());
    }
    if (item.empty() || column >= columns_) {
      throw UserError("data.leave_out", item.empty() ? list : item,
                      std::string("needs ") + (header.empty() ? "" : "names of the header or ") +
                          "numbers from 1 to " + std::to_string(columns_) + ", the columns of " +
                          table_.path + ", joined by commas; or none");
    }
    if (column == label_) {
      throw UserError("data.leave_out", item,
                      "is the column of the label (data.label_column = " + options_.label_column +
                          "): needs another one");
    }
    left_out_[column] = true;
  }
}

bool TableBuilder::is_input(std::size_t column) const {
  return column != label_ && !left_out_[column];
}

void TableBuilder::take(const std::vector<std::string_view>& fields) {
  if (fields.size() != columns_) {
    throw UserError(lines_.where(), std::to_string(fields.size()) + " fields",
                    "needs " + std::to_string(columns_) + ", as the first row has");
  }
  for (std::size_t c = 0; c < columns_; ++c) {
    if (is_input(c)) table_.values.push_back(value_of(fields[c], c));
    if (c != label_) continue;
    const auto number = number_in(fields[c]);
    if (fields[c].empty() || (number && !std::isfinite(*number))) {
      throw UserError(
          lines_.where(), shown(fields[c]),
          "label in column " + std::to_string(label_ + 1) + " needs a word or a finite number");
    }
    table_.labels.emplace_back(fields[c]);
  }
}

void TableBuilder::put_first(const std::vector<std::string_view>& fields) {
  std::vector<float> values;
  for (std::size_t c = 0; c < columns_; ++c) {
    if (is_input(c)) values.push_back(value_of(fields[c], c));
  }
  table_.values.insert(table_.values.begin(), values.begin(), values.end());
  table_.labels.emplace(table_.labels.begin(), fields[label_]);
}

float TableBuilder::value_of(std::string_view field, std::size_t column) const {
  const auto number = number_in(field);
  const float value = number ? static_cast<float>(*number) : 0;
  if (number && std::isfinite(value)) return value;
  const bool has_name = !header_.empty() && !header_[column].empty();
  throw UserError(lines_.where(), shown(field),
                  "column " + std::to_string(column + 1) +
                      (has_name ? " (" + shown(header_[column]) + ")" : "") +
                      " needs a finite number of single precision");
}

void TableBuilder::leave_out_row_numbers() {
  if (options_.leave_out == kLeaveNothingOut || header_.empty() || !is_input(0) ||
      !is_nameless(header_[0]) || table_.inputs < 2) {
    return;
  }
  const auto inputs = static_cast<std::size_t>(table_.inputs);
  std::vector<float> numbers;
  for (std::size_t k = 0; k < table_.values.size(); k += inputs) {
    numbers.push_back(table_.values[k]);
  }
  std::sort(numbers.begin(), numbers.end());
  const bool whole = std::all_of(numbers.begin(), numbers.end(), [](float number) {
    return number >= 0 && std::trunc(number) == number;
  });
  // Rows beyond 2^24 share their numbers in single precision.
  constexpr float kMostExact = 16777216;
  const bool once = std::adjacent_find(numbers.begin(), numbers.end(), [](float a, float b) {
                      return a == b && a < kMostExact;
                    }) == numbers.end();
  if (!whole || !once) return;
  std::size_t kept = 0;
  for (std::size_t k = 0; k < table_.values.size(); ++k) {
    if (k % inputs != 0) table_.values[kept++] = table_.values[k];
  }
  table_.values.resize(kept);
  --table_.inputs;
  table_.column_names.erase(table_.column_names.begin());
  left_out_[0] = true;
  row_numbers_left_out_ = true;
}

std::string TableBuilder::column_text(std::size_t column) const {
  const bool has_name = !header_.empty() && !header_[column].empty();
  return std::to_string(column + 1) + (has_name ? " (" + shown(header_[column]) + ")" : "");
}

std::string TableBuilder::description() const {
  std::string text = ", label in column " + column_text(label_);
  for (std::size_t c = 0; c < columns_; ++c) {
    if (!left_out_[c]) continue;
    text += ", column " + column_text(c) + " left out";
    if (c == 0 && row_numbers_left_out_) {
      text += " since it has no name and numbers the rows (data.leave_out = none keeps it)";
    }
  }
  for (std::size_t c = 0; c < header_.size(); ++c) {
    if (is_input(c) && header_[c].empty()) {
      text += ", column " + std::to_string(c + 1) + " without a name is an input";
    }
  }
  return text;
}

}  // namespace minerva
