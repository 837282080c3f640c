#include "minerva/base/range.hpp"

#include <charconv>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

template <typename T>
std::string text_of_number(T value) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, end.ptr);
}

template <typename T>
std::string text_of_range(const Range<T>& range) {
  const std::string low = (range.low_excluded ? "above " : "") + text_of_number(range.low);
  if (range.high == std::numeric_limits<T>::max()) {
    if (range.low == std::numeric_limits<T>::lowest()) return "any";
    return range.low_excluded ? low : low + " or more";
  }
  return low + (range.high_excluded ? " and below " : " to ") + text_of_number(range.high);
}

template <typename T>
void check_number(const char* where, T value, const Range<T>& range) {
  if (!range.contains(value)) {
    throw UserError(where, text_of_number(value), "needs " + text_of_range(range));
  }
}

}  // namespace

std::string exact_text(int value) { return text_of_number(value); }
std::string exact_text(std::int64_t value) { return text_of_number(value); }
std::string exact_text(std::uint64_t value) { return text_of_number(value); }
std::string exact_text(double value) { return text_of_number(value); }

std::string range_text(const Range<int>& range) { return text_of_range(range); }
std::string range_text(const Range<std::int64_t>& range) { return text_of_range(range); }
std::string range_text(const Range<std::uint64_t>& range) { return text_of_range(range); }
std::string range_text(const Range<double>& range) { return text_of_range(range); }

void check_in_range(const char* where, int value, const Range<int>& range) {
  check_number(where, value, range);
}
void check_in_range(const char* where, std::int64_t value, const Range<std::int64_t>& range) {
  check_number(where, value, range);
}
void check_in_range(const char* where, std::uint64_t value, const Range<std::uint64_t>& range) {
  check_number(where, value, range);
}
void check_in_range(const char* where, double value, const Range<double>& range) {
  check_number(where, value, range);
}

}  // namespace minerva
