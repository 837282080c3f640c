#include "row_fields.hpp"

#include <algorithm>
#include <cstdint>

#include "field_text.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva {
namespace {

constexpr std::size_t kLinesLookedAt = 20;

const char* characters(Delimiter delimiter) {
  switch (delimiter) {
    case Delimiter::comma:
      return ",";
    case Delimiter::semicolon:
      return ";";
    case Delimiter::tab:
      return "\t";
    case Delimiter::blank:
    case Delimiter::detect:
      break;
  }
  return " \t";
}

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
    : lines_(lines),
      blank_(delimiter == Delimiter::blank),
      delimiters_(characters(delimiter)),
      quotes_(quotes) {
  expects(delimiter != Delimiter::detect, "RowFields: a delimiter that is known");
}

const std::vector<std::string_view>& RowFields::split(std::string_view line) {
  fields_.clear();
  if (blank_) line = trimmed(line);
  if (line.find_first_of(quotes_) != std::string_view::npos) {
    split_quoted(line);
  } else {
    split_plain(line);
  }
  return fields_;
}

void RowFields::split_plain(std::string_view line) {
  for (std::size_t begin = 0;;) {
    const std::size_t end =
        blank_ ? line.find_first_of(delimiters_, begin) : line.find(delimiters_[0], begin);
    if (!blank_ || end != begin) fields_.push_back(trimmed(line.substr(begin, end - begin)));
    if (end == std::string_view::npos) return;
    begin = end + 1;
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
    } else if (quote == 0 && delimiters_.find(c) != std::string::npos) {
      if (blank_ && texts_.back().empty() && !begun) continue;
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
