#include <algorithm>
#include <charconv>
#include <set>
#include <type_traits>

#include "minerva/base/text.hpp"
#include "minerva/config/setting_text.hpp"

namespace minerva {
namespace {

/// The parts of "begin..end step 4"; `word` empty: a single number, or steps of one.
struct Item {
  std::string begin;
  std::string end;
  std::string word;
  std::string argument;
  bool is_range = false;
};

Item take_apart(const std::string& text) {
  Item item;
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) {
    item.begin = text;
    return item;
  }
  item.is_range = true;
  item.begin = trimmed(text.substr(0, dots));
  item.end = trimmed(text.substr(dots + 2));
  for (const char* word : {" step ", " times "}) {
    const std::size_t at = item.end.find(word);
    if (at == std::string::npos) continue;
    item.word = trimmed(word);
    item.argument = trimmed(item.end.substr(at + item.word.size() + 2));
    item.end = trimmed(item.end.substr(0, at));
    break;
  }
  return item;
}

/// Steps and powers of doubles are decimal numbers to their writer.
double fifteen_digits(double value) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 15);
  double rounded = 0;
  std::from_chars(text, end.ptr, rounded);
  return rounded;
}
std::int64_t fifteen_digits(std::int64_t value) { return value; }

template <typename T>
void expand(const std::string& text, const std::string& place, Range<T> range, int most,
            std::vector<T>& values) {
  using Wide = std::conditional_t<std::is_same_v<T, int>, std::int64_t, double>;
  const Item item = take_apart(text);
  const T begin = parse_number(item.begin, place, range);
  if (!item.is_range) {
    values.push_back(begin);
    return;
  }
  const T end = parse_number(item.end, place, range);
  if (end < begin) {
    throw UserError(place, text, "needs an end that is not below the begin " + setting_text(begin));
  }
  const bool powers = item.word == "times";
  const T most_argument = std::numeric_limits<T>::max();
  const Range<T> allowed =
      powers ? Range<T>{1, most_argument, true} : Range<T>{0, most_argument, true};
  const T argument =
      item.word.empty() ? T{1} : parse_number(item.argument, place + ": " + item.word, allowed);
  if (powers && !(begin > 0)) {
    throw UserError(place, text, "needs a begin above 0 to be multiplied");
  }
  Wide value = begin;
  for (int k = 1; fifteen_digits(value) <= end; ++k) {
    if (static_cast<int>(values.size()) >= most) {
      throw UserError(place, text,
                      "needs at most " + std::to_string(most) + " numbers in the list");
    }
    values.push_back(static_cast<T>(fifteen_digits(value)));
    const Wide next =
        powers ? value * argument : static_cast<Wide>(begin) + static_cast<Wide>(k) * argument;
    if (!(next > value)) throw UserError(place, text, "needs a larger step");
    value = next;
  }
}

template <typename T>
std::vector<T> parse_list(const std::string& text, const std::string& where, Range<T> range,
                          Range<int> items, Repeats repeats) {
  std::vector<T> values;
  std::set<T> seen;
  for (const std::string& item : split_list(text, where)) {
    const std::size_t before = values.size();
    expand(item, where, range, items.high, values);
    for (std::size_t i = before; i < values.size(); ++i) {
      if (!seen.insert(values[i]).second && repeats == Repeats::refused) {
        throw UserError(where, item,
                        "needs each number once; " + setting_text(values[i]) + " stands already");
      }
    }
  }
  const int count = static_cast<int>(values.size());
  if (count < items.low || count > items.high) {
    throw UserError(where, text.empty() ? "(empty)" : text,
                    "needs " + range_text(items) + " items");
  }
  return values;
}

}  // namespace

std::vector<int> parse_numbers(const std::string& text, const std::string& where, Range<int> range,
                               Range<int> items, Repeats repeats) {
  return parse_list(text, where, range, items, repeats);
}
std::vector<double> parse_numbers(const std::string& text, const std::string& where,
                                  Range<double> range, Range<int> items, Repeats repeats) {
  return parse_list(text, where, range, items, repeats);
}

}  // namespace minerva
