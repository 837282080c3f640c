#include <algorithm>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/config/suggestions.hpp"

// The kinds of values that a key may have: their texts, and how they are read and checked.
namespace minerva {
namespace {

template <typename T, typename ToText>
std::string list_text(const std::vector<T>& values, ToText to_text) {
  std::vector<std::string> words;
  words.reserve(values.size());
  for (const T& value : values) words.push_back(to_text(value));
  return joined(words, ",");
}

std::string items_text(Range<int> items) { return range_text(items) + " items"; }

template <typename Parse>
auto parse_list(const std::string& text, const std::string& where, Range<int> items, Parse parse) {
  std::vector<decltype(parse(text))> values;
  for (const std::string& item : split_list(text, where)) values.push_back(parse(item));
  const int count = static_cast<int>(values.size());
  if (count < items.low || count > items.high) {
    throw UserError(where, text.empty() ? "(empty)" : text, "needs " + items_text(items));
  }
  return values;
}

template <typename T>
auto number_text(const T* value) {
  return [value] { return setting_text(*value); };
}
template <typename T>
auto number_setter(T* value, Range<T> range) {
  return [=](const std::string& text, const std::string& where) {
    *value = parse_number(text, where, range);
  };
}
template <typename T>
auto numbers_text(const std::vector<T>* values) {
  return [values] { return list_text(*values, [](T value) { return setting_text(value); }); };
}
template <typename T>
auto numbers_setter(std::vector<T>* values, Range<T> range, Range<int> items, Repeats repeats) {
  return [=](const std::string& text, const std::string& where) {
    *values = parse_numbers(text, where, range, items, repeats);
  };
}

}  // namespace

void KeyRows::insert(SettingInfo info, std::function<std::string()> text,
                     std::function<void(const std::string&, const std::string&)> set) const {
  info.effect = effect_;
  info.readers = readers_;
  settings_->insert(std::move(info), std::move(text), std::move(set));
}

void KeyRows::add(const std::string& key, int* value, Range<int> range, const std::string& unit,
                  const std::string& meaning, const std::string& source) const {
  insert({key, "integer", "", unit, range_text(range), meaning, source}, number_text(value),
         number_setter(value, range));
}
void KeyRows::add(const std::string& key, std::int64_t* value, Range<std::int64_t> range,
                  const std::string& unit, const std::string& meaning,
                  const std::string& source) const {
  insert({key, "integer", "", unit, range_text(range), meaning, source}, number_text(value),
         number_setter(value, range));
}
void KeyRows::add(const std::string& key, std::uint64_t* value, Range<std::uint64_t> range,
                  const std::string& unit, const std::string& meaning,
                  const std::string& source) const {
  insert({key, "integer", "", unit, range_text(range), meaning, source}, number_text(value),
         number_setter(value, range));
}
void KeyRows::add(const std::string& key, double* value, Range<double> range,
                  const std::string& unit, const std::string& meaning,
                  const std::string& source) const {
  insert({key, "number", "", unit, range_text(range), meaning, source}, number_text(value),
         number_setter(value, range));
}
void KeyRows::add(const std::string& key, std::vector<int>* values, Range<int> range,
                  Range<int> items, const std::string& unit, const std::string& meaning,
                  const std::string& source, Repeats repeats) const {
  insert({key, "list of integers", "", unit, range_text(range) + "; " + items_text(items), meaning,
          source},
         numbers_text(values), numbers_setter(values, range, items, repeats));
}
void KeyRows::add(const std::string& key, std::vector<double>* values, Range<double> range,
                  Range<int> items, const std::string& unit, const std::string& meaning,
                  const std::string& source, Repeats repeats) const {
  insert({key, "list of numbers", "", unit, range_text(range) + "; " + items_text(items), meaning,
          source},
         numbers_text(values), numbers_setter(values, range, items, repeats));
}

void KeyRows::add(const std::string& key, std::vector<Topology>* values, Range<int> items,
                  const std::string& meaning, const std::string& source) const {
  insert(
      {key, "list of topologies", "", "neurons", items_text(items), meaning, source},
      [values] {
        return list_text(*values, [](const Topology& value) { return to_string(value); });
      },
      [=](const std::string& text, const std::string& where) {
        *values = parse_list(text, where, items,
                             [&](const std::string& item) { return parse_topology(item, where); });
      });
}

void KeyRows::add(const std::string& key, Topology* value, const std::string& meaning,
                  const std::string& source) const {
  insert(
      {key, "topology", "", "neurons", "widths joined by -", meaning, source},
      [value] { return to_string(*value); },
      [value](const std::string& text, const std::string& where) {
        *value = parse_topology(text, where);
      });
}

void KeyRows::add(const std::string& key, bool* value, const std::string& meaning,
                  const std::string& source) const {
  insert({key, "switch", "", "", "true, false", meaning, source, {"true", "false"}},
         number_text(value), [value](const std::string& text, const std::string& where) {
           *value = parse_bool(text, where);
         });
}

void KeyRows::add(const std::string& key, std::string* value, const std::string& empty_means,
                  const std::string& meaning, const std::string& source) const {
  insert(
      {key, "text", "", "", empty_means.empty() ? "not empty" : "empty: " + empty_means, meaning,
       source},
      [value] { return *value; },
      [=](const std::string& text, const std::string& where) {
        if (text.empty() && empty_means.empty()) {
          throw UserError(where, "(empty)", "needs a value");
        }
        const bool control = std::any_of(text.begin(), text.end(), [](char c) {
          return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        });
        // Config files cut a line at '#' and trim it; such a text would not survive them.
        if (control || text.find('#') != std::string::npos ||
            (!text.empty() && (text.front() == ' ' || text.back() == ' '))) {
          throw UserError(where, text, "needs one line without '#' and without blanks at its ends");
        }
        *value = text;
      });
}

void KeyRows::add_words(const std::string& key, const std::vector<std::string>& words,
                        std::function<std::string()> get, std::function<void(std::size_t)> set,
                        const std::string& meaning, const std::string& source) const {
  insert({key, "word", "", "", joined(words, ", "), meaning, source, words}, std::move(get),
         [words, set = std::move(set)](const std::string& text, const std::string& where) {
           const auto found = std::find(words.begin(), words.end(), text);
           if (found == words.end()) {
             throw UserError(
                 where, text.empty() ? "(empty)" : text,
                 "needs one of " + joined(words, ", ") + did_you_mean(nearest_words(text, words)));
           }
           set(static_cast<std::size_t>(found - words.begin()));
         });
}

KeyRows Settings::read_by(const std::vector<std::string>& stages) {
  expects(!stages.empty(), "a key that is read by stages needs one of them");
  return {*this, KeyEffect::value, stages};
}
KeyRows Settings::by_content() { return {*this, KeyEffect::content, {}}; }
KeyRows Settings::without_effect() { return {*this, KeyEffect::none, {}}; }

}  // namespace minerva
