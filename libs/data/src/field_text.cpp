#include "field_text.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace minerva {
namespace {
constexpr std::size_t kMaxShownBytes = 40;         // of a bad field in a message
constexpr double kMostExact = 9007199254740992.0;  // 2^53: doubles hold every whole number to here
}  // namespace

std::string shown(std::string_view field) {
  return field.empty() ? "(empty)" : std::string(field.substr(0, kMaxShownBytes));
}

std::optional<double> number_in(std::string_view field) {
  if (!field.empty() && field.front() == '+') field.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (end != field.data() + field.size() || field.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::numeric_limits<double>::infinity();
  return error == std::errc() ? std::optional<double>(value) : std::nullopt;
}

std::optional<double> label_number_in(std::string_view field) {
  const auto number = number_in(field);
  if (!number || !std::isfinite(*number) || std::fabs(*number) > kMostExact) return std::nullopt;
  return *number == 0 ? 0.0 : *number;  // -0 is no class of its own
}

std::optional<std::int64_t> whole_number_in(std::string_view field) {
  const auto number = label_number_in(field);
  if (!number || std::trunc(*number) != *number) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

}  // namespace minerva
