#include "liberty_values.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva::circuit {

std::string place_of(const std::string& file, const LibertyStatement& statement) {
  return file + ":" + std::to_string(statement.line) + ": " + std::string(statement.name);
}

double liberty_number(std::string_view text, const std::string& file,
                      const LibertyStatement& statement) {
  std::string_view digits = trimmed(text, " \t\r\n\\");
  if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(number)) {
    throw UserError(place_of(file, statement), std::string(text), "needs a number");
  }
  return number;
}

void add_liberty_numbers(std::string_view text, const std::string& file,
                         const LibertyStatement& statement, std::vector<double>& numbers) {
  const auto separates = [](char c) { return std::strchr(", \t\r\n\\", c) != nullptr && c != 0; };
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && separates(text[at])) ++at;
    if (at == text.size()) return;
    const std::size_t begin = at;
    while (at < text.size() && !separates(text[at])) ++at;
    numbers.push_back(liberty_number(text.substr(begin, at - begin), file, statement));
  }
}

double liberty_number(const std::string& file, const LibertyStatement& statement) {
  return liberty_number(statement.value(), file, statement);
}

bool liberty_flag(const std::string& file, const LibertyStatement& statement) {
  const std::string_view value = statement.value();
  if (value == "true" || value == "TRUE" || value == "1") return true;
  if (value == "false" || value == "FALSE" || value == "0") return false;
  throw UserError(place_of(file, statement), std::string(value), "needs true or false");
}

}  // namespace minerva::circuit
