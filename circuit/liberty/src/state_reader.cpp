#include "state_reader.hpp"

#include <algorithm>

#include "liberty_values.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva::circuit {
namespace {

bool keeps_two_names(const LibertyStatement& group) {
  return group.name == "ff" || group.name == "latch";
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  constexpr std::string_view kBlanks = " \t\r\n\\";
  while (true) {
    text = trimmed(text, kBlanks);
    if (text.empty()) return words;
    const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

}  // namespace

void StateReader::declare(const LibertyStatement& group, Cell& cell) const {
  if (!keeps_two_names(group)) return;
  if (group.values.size() != 2) {
    throw UserError(place_of(file_, group), "", "needs the names of the state and of its inverse");
  }
  for (const std::string_view name : group.values) cell.variables.emplace_back(name);
}

void StateReader::read(const LibertyStatement& group, Cell& cell) const {
  if (group.name == "ff") read_flip_flop(group, cell);
  if (group.name == "latch") read_latch(group, cell);
  if (group.name == "statetable") read_state_table(group, cell);
}

BooleanExpression StateReader::expression(const LibertyStatement& statement) const {
  return {statement.value(), resolve_, place_of(file_, statement)};
}

void StateReader::read_optional(const LibertyStatement& group, const char* name,
                                std::optional<BooleanExpression>& into) const {
  if (const LibertyStatement* statement = group.find(name)) into.emplace(expression(*statement));
}

std::array<bool, 2> StateReader::both_active(const LibertyStatement& group, Cell& cell) const {
  std::array<bool, 2> values{false, false};
  const char* names[] = {"clear_preset_var1", "clear_preset_var2"};
  for (std::size_t k = 0; k < values.size(); ++k) {
    const LibertyStatement* statement = group.find(names[k]);
    if (statement == nullptr) continue;
    const std::string_view value = statement->value();
    if (value != "L" && value != "H" && cell.refusal.empty()) {
      cell.refusal = place_of(file_, *statement) + " is '" + std::string(value) +
                     "', and two-valued simulation knows L and H alone";
    }
    values[k] = value == "H";
  }
  return values;
}

void StateReader::read_flip_flop(const LibertyStatement& group, Cell& cell) const {
  const LibertyStatement* clock = group.find("clocked_on");
  const LibertyStatement* next = group.find("next_state");
  if (clock == nullptr || next == nullptr) {
    throw UserError(place_of(file_, group), "", "needs clocked_on and next_state");
  }
  FlipFlop& read = cell.flip_flop.emplace();
  read.state = resolve_(group.values[0]);
  read.inverted_state = resolve_(group.values[1]);
  read.clocked_on = expression(*clock);
  read.next_state = expression(*next);
  read_optional(group, "clear", read.clear);
  read_optional(group, "preset", read.preset);
  read.both_active = both_active(group, cell);
}

void StateReader::read_latch(const LibertyStatement& group, Cell& cell) const {
  Latch& read = cell.latch.emplace();
  read.state = resolve_(group.values[0]);
  read.inverted_state = resolve_(group.values[1]);
  read_optional(group, "enable", read.enable);
  read_optional(group, "data_in", read.data_in);
  if (read.enable.has_value() != read.data_in.has_value()) {
    throw UserError(place_of(file_, group), "", "needs both enable and data_in, or neither");
  }
  read_optional(group, "clear", read.clear);
  read_optional(group, "preset", read.preset);
  read.both_active = both_active(group, cell);
}

void StateReader::read_state_table(const LibertyStatement& group, Cell& cell) const {
  const LibertyStatement* rows = group.find("table");
  if (group.values.size() != 2 || rows == nullptr) {
    throw UserError(place_of(file_, group), "", "needs its inputs, its state, and table");
  }
  StateTable read;
  for (const std::string_view name : words_of(group.values[0])) {
    read.inputs.push_back(resolve_(name));
  }
  read.state = resolve_(group.values[1]);
  const bool known = std::count(read.inputs.begin(), read.inputs.end(), -1) == 0;
  std::string_view text = rows->value();
  bool understood = known && read.state >= 0;
  while (understood && !text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view row = trimmed(text.substr(0, end), " \t\r\n\\");
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!row.empty()) understood = read_row(row, read);
  }
  if (understood) {
    cell.state_table = std::move(read);
  } else if (cell.refusal.empty()) {
    cell.refusal = place_of(file_, group) +
                   " has more than rows of L, H and - over pins for one state, L, H or N";
  }
}

bool StateReader::read_row(std::string_view text, StateTable& table) const {
  const std::size_t first = text.find(':');
  const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (second == std::string_view::npos) return false;
  StateTable::Row row;
  const auto level = [](std::string_view word, StateTable::Level& out) {
    out = word == "L" ? StateTable::Level::low
                      : (word == "H" ? StateTable::Level::high : StateTable::Level::any);
    return word == "L" || word == "H" || word == "-";
  };
  for (const std::string_view word : words_of(text.substr(0, first))) {
    if (!level(word, row.inputs.emplace_back())) return false;
  }
  if (row.inputs.size() != table.inputs.size()) return false;
  if (!level(trimmed(text.substr(first + 1, second - first - 1)), row.state)) return false;
  const std::string_view next = trimmed(text.substr(second + 1));
  if (next != "L" && next != "H" && next != "N") return false;
  row.next = next == "L" ? StateTable::Next::low
                         : (next == "H" ? StateTable::Next::high : StateTable::Next::keep);
  table.rows.push_back(std::move(row));
  return true;
}

}  // namespace minerva::circuit
