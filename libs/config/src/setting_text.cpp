#include "minerva/config/setting_text.hpp"

#include <charconv>
#include <cmath>
#include <system_error>
#include <type_traits>

namespace minerva {
namespace {

template <typename T>
std::string shortest_text(T value) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, end.ptr);
}

template <typename T>
std::string range_of(Range<T> range) {
  const std::string low = (range.low_excluded ? "above " : "") + shortest_text(range.low);
  if (range.high == std::numeric_limits<T>::max()) {
    if (range.low == std::numeric_limits<T>::lowest()) return "any";
    return range.low_excluded ? low : low + " or more";
  }
  return low + " to " + shortest_text(range.high);
}

template <typename T>
T parse_in_range(const std::string& text, const std::string& where, Range<T> range) {
  const char* kind = std::is_floating_point_v<T> ? "needs a finite number, "
                                                 : "needs an integer in plain digits, ";
  T value{};
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  bool good = parsed.ec == std::errc() && parsed.ptr == end && value >= range.low &&
              value <= range.high && !(range.low_excluded && value == range.low);
  if constexpr (std::is_floating_point_v<T>) good = good && std::isfinite(value);
  if (!good) throw UserError(where, text.empty() ? "(empty)" : text, kind + range_of(range));
  return value;
}

}  // namespace

std::string setting_text(bool value) { return value ? "true" : "false"; }
std::string setting_text(int value) { return shortest_text(value); }
std::string setting_text(std::int64_t value) { return shortest_text(value); }
std::string setting_text(std::uint64_t value) { return shortest_text(value); }
std::string setting_text(double value) { return shortest_text(value); }

bool parse_bool(const std::string& text, const std::string& where) {
  if (text != "true" && text != "false") {
    throw UserError(where, text.empty() ? "(empty)" : text, "needs true or false");
  }
  return text == "true";
}

int parse_number(const std::string& text, const std::string& where, Range<int> range) {
  return parse_in_range(text, where, range);
}
std::int64_t parse_number(const std::string& text, const std::string& where,
                          Range<std::int64_t> range) {
  return parse_in_range(text, where, range);
}
std::uint64_t parse_number(const std::string& text, const std::string& where,
                           Range<std::uint64_t> range) {
  return parse_in_range(text, where, range);
}
double parse_number(const std::string& text, const std::string& where, Range<double> range) {
  return parse_in_range(text, where, range);
}

std::string range_text(Range<int> range) { return range_of(range); }
std::string range_text(Range<std::int64_t> range) { return range_of(range); }
std::string range_text(Range<std::uint64_t> range) { return range_of(range); }
std::string range_text(Range<double> range) { return range_of(range); }

std::vector<std::string> split_list(const std::string& text, const std::string& where) {
  std::vector<std::string> items;
  if (text.empty()) return items;
  std::size_t begin = 0;
  while (true) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const std::size_t first = text.find_first_not_of(" \t", begin);
    if (first >= comma) throw UserError(where, text, "needs values joined by single commas");
    const std::size_t last = text.find_last_not_of(" \t", comma - 1);
    items.push_back(text.substr(first, last - first + 1));
    if (comma == text.size()) return items;
    begin = comma + 1;
  }
}

}  // namespace minerva
