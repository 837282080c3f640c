#include "row_fields.hpp"

#include <algorithm>
#include <cstdint>

#include "field_text.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva {
namespace {

constexpr std::size_t kLinesLookedAt = 20;

/// How well a delimiter fits the first lines.
struct Fit {
  bool several_fields = false;  ///< in the first line
  bool same_fields = true;      ///< as many in each line
  std::int64_t numbers = 0;
};

Fit fit_of(Delimiter delimiter, const TextLines& text, const std::vector<std::string>& lines) {
  Fit fit;
  RowFields fields(text, delimiter);
  std::size_t columns = 0;
  for (const std::string& line : lines) {
    try {
      const std::vector<std::string_view>& row = fields.split(line);
      if (columns == 0) columns = row.size();
      fit.several_fields = columns > 1;
      fit.same_fields = fit.same_fields && row.size() == columns;
      fit.numbers += std::count_if(row.begin(), row.end(), [](std::string_view field) {
        return number_in(field).has_value();
      });
    } catch (const UserError&) {
      fit.same_fields = false;  // a quote that is open with this delimiter
    }
  }
  return fit;
}

bool fits_better(const Fit& a, const Fit& b) {
  if (a.several_fields != b.several_fields) return a.several_fields;
  if (a.same_fields != b.same_fields) return a.same_fields;
  return a.several_fields && a.same_fields && a.numbers > b.numbers;
}

}  // namespace

RowFields::RowFields(const TextLines& lines, Delimiter delimiter, std::string_view quotes)
    : lines_(lines), delimiter_(delimiter), quotes_(quotes) {
  expects(delimiter != Delimiter::detect, "RowFields: a delimiter that is known");
}

bool RowFields::is_delimiter(char c) const {
  switch (delimiter_) {
    case Delimiter::comma:
      return c == ',';
    case Delimiter::semicolon:
      return c == ';';
    case Delimiter::tab:
      return c == '\t';
    case Delimiter::blank:
    case Delimiter::detect:
      break;
  }
  return c == ' ' || c == '\t';
}

const std::vector<std::string_view>& RowFields::split(std::string_view line) {
  fields_.clear();
  if (delimiter_ == Delimiter::blank) line = trimmed(line);
  if (line.find_first_of(quotes_) != std::string_view::npos) {
    split_quoted(line);
  } else {
    split_plain(line);
  }
  return fields_;
}

void RowFields::split_plain(std::string_view line) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && !is_delimiter(line[i])) continue;
    if (delimiter_ != Delimiter::blank || i > begin || line.empty()) {
      fields_.push_back(trimmed(line.substr(begin, i - begin)));
    }
    begin = i + 1;
  }
}

void RowFields::split_quoted(std::string_view line) {
  texts_.assign(1, "");
  char quote = 0;      // the one that is open
  bool begun = false;  // the field has a quote, so that it counts though it may be empty
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0 && c == quote) {
      if (i + 1 < line.size() && line[i + 1] == quote) {
        texts_.back() += quote;  // a doubled quote stands for one
        ++i;
      } else {
        quote = 0;
      }
    } else if (quote == 0 && quotes_.find(c) != std::string::npos) {
      quote = c;
      begun = true;
    } else if (quote == 0 && is_delimiter(c)) {
      if (delimiter_ == Delimiter::blank && texts_.back().empty() && !begun) continue;
      texts_.emplace_back();
      begun = false;
    } else {
      texts_.back() += c;
    }
  }
  if (quote != 0) {
    throw UserError(lines_.where(), shown(line),
                    "needs every quote to be closed in its line; no field may hold a line break");
  }
  for (const std::string& text : texts_) fields_.push_back(trimmed(text));
}

bool is_blank(const std::vector<std::string_view>& fields) {
  return std::all_of(fields.begin(), fields.end(),
                     [](std::string_view field) { return field.empty(); });
}

Delimiter detect_delimiter(TextLines& lines) {
  std::vector<std::string> first;
  for (std::string_view line; first.size() < kLinesLookedAt && lines.next(line);) {
    if (!trimmed(line).empty()) first.emplace_back(line);
  }
  Delimiter best = Delimiter::comma;
  Fit best_fit = fit_of(best, lines, first);
  for (const Delimiter other : {Delimiter::semicolon, Delimiter::tab, Delimiter::blank}) {
    const Fit fit = fit_of(other, lines, first);
    if (!fits_better(fit, best_fit)) continue;
    best = other;
    best_fit = fit;
  }
  lines.rewind();
  return best;
}

}  // namespace minerva
