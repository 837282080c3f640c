#include <algorithm>
#include <charconv>
#include <set>

#include "minerva/accelsim/technology_rows.hpp"
#include "minerva/base/errors.hpp"
#include "technology_figures.hpp"

// Single rows that the user sets over a technology file.
namespace minerva {
namespace {

/// A number, or a factor of the file's.
struct NewValue {
  double number = 0;
  bool factor = false;
};

std::optional<NewValue> parse_value(const std::string& text) {
  const bool factor = !text.empty() && text.front() == 'x';
  const auto number = parse_figure(factor ? text.substr(1) : text);
  if (!number) return std::nullopt;
  return NewValue{*number, factor};
}

bool is_word(const std::string& text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
}

std::string base_name(const std::string& name) { return name.substr(0, name.find('[')); }

bool is_part(const std::string& name) {
  for (const std::string ending : {kInternalEnding, kSwitchingEnding}) {
    if (name.size() > ending.size() &&
        name.compare(name.size() - ending.size(), ending.size(), ending) == 0) {
      return true;
    }
  }
  return false;
}

/// The fewest digits that read back to the number.
std::string shortest_text(double value) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

/// Names of the rows that there are beside the one asked for.
std::string rows_of_table(const std::vector<FigureRow>& rows, const std::string& name) {
  std::string keys;
  for (const FigureRow& row : rows) {
    if (row.name == name) keys += (keys.empty() ? "" : ", ") + row.key();
  }
  return keys;
}

std::vector<FigureRow*> rows_named(std::vector<FigureRow>& rows, const RowOverride& change,
                                   const std::string& technology) {
  std::vector<FigureRow*> found;
  const bool whole_table = change.name.find('[') == std::string::npos;
  for (FigureRow& row : rows) {
    if (whole_table ? row.name == change.name : row.key() == change.name) found.push_back(&row);
  }
  if (!found.empty()) return found;
  const std::string table = rows_of_table(rows, base_name(change.name));
  throw UserError(change.where, change.name,
                  table.empty() ? "is no row of technology " + technology
                                : "needs a row of technology " + technology + ": " + table);
}

void set_value(FigureRow& row, const RowOverride& change) {
  const std::string before = row.value_text;
  if (row.is_law()) {
    if (!is_word(change.text))
      throw UserError(change.where, change.text, "needs the name of a law");
    row.value_text = change.text;
  } else {
    const auto value = parse_value(change.text);
    if (!value) throw UserError(change.where, change.text, "needs a number, or x0.5 for a factor");
    row.value = value->factor ? row.value * value->number : value->number;
    row.value_text = shortest_text(row.value);
  }
  row.source = "set by the user (" + change.text + "), was " + before + " of " + row.source;
  row.kind = FigureKind::user;
  // What was measured of the file's value is not known of this one.
  row.quality.clear();
  row.residual_percent.reset();
  row.range.reset();
  row.where = change.where;
}

}  // namespace

std::vector<std::string> part_keys(const FigureRow& row) {
  std::vector<std::string> keys;
  for (const char* ending : {kInternalEnding, kSwitchingEnding}) {
    FigureRow part = row;
    part.name += ending;
    keys.push_back(part.key());
  }
  return keys;
}

std::string override_rows(std::vector<FigureRow>& rows, const RowOverride& change,
                          const std::string& technology) {
  if (is_part(base_name(change.name))) {
    throw UserError(change.where, change.name,
                    "is a part of an energy: the whole energy is the row to set");
  }
  const std::vector<FigureRow*> found = rows_named(rows, change, technology);
  const auto value = parse_value(change.text);
  if (found.front()->name == change.name && !found.front()->index.empty() &&
      !(value && value->factor)) {
    throw UserError(change.where, change.text,
                    "needs a factor such as x0.5 for a whole table, or one of its rows: " +
                        rows_of_table(rows, change.name));
  }
  std::set<std::string> parts;
  std::string said;
  for (FigureRow* row : found) {
    const std::string before = row->value_text;
    set_value(*row, change);
    said += (said.empty() ? "" : ", ") + row->key() + " = " + row->value_text + " " + row->unit +
            " instead of " + before;
    for (const std::string& part : part_keys(*row)) parts.insert(part);
  }
  rows.erase(std::remove_if(rows.begin(), rows.end(),
                            [&](const FigureRow& row) { return parts.count(row.key()) != 0; }),
             rows.end());
  return said + " (" + change.name + " = " + change.text + ")";
}

void check_override_text(const RowOverride& change) {
  if (parse_value(change.text) || is_word(change.text)) return;
  throw UserError(change.where, change.text,
                  "needs a number, x0.5 for a factor of the file's value, or the name of a law");
}

std::vector<std::string> row_names() {
  std::set<std::string> names = {"datapath_law"};
  for (const DatapathForm form : {DatapathForm::by_period, DatapathForm::by_width}) {
    for (const FigureSpec& spec : figures_of(form)) names.insert(spec.name);
    for (const LawSpec& law : laws_of(form)) names.insert(law.name);
  }
  return {names.begin(), names.end()};
}

}  // namespace minerva
