#include "library_units.hpp"

#include <cctype>
#include <cmath>
#include <vector>

#include "liberty_values.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva::circuit {
namespace {

/// The power of ten that a prefix stands for.
struct Prefix {
  char letter;
  int exponent;
};
constexpr Prefix kPrefixes[] = {{'f', -15}, {'p', -12}, {'n', -9}, {'u', -6}, {'m', -3}, {'k', 3}};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// The exponent of a unit such as "ns": that of its prefix. Returns false for another unit.
bool exponent_of(std::string_view unit, char base, int& exponent) {
  const std::string name = lower(unit);
  if (name.size() == 1 && name[0] == base) {
    exponent = 0;
    return true;
  }
  if (name.size() != 2 || name[1] != base) return false;
  for (const Prefix& prefix : kPrefixes) {
    if (prefix.letter != name[0]) continue;
    exponent = prefix.exponent;
    return true;
  }
  return false;
}

/// Powers of ten up to 10^22 are exact in a double, so multiplying or dividing by one rounds once.
double times_ten_to(double number, int exponent) {
  return exponent < 0 ? number / std::pow(10.0, -exponent) : number * std::pow(10.0, exponent);
}

/// A number and a unit such as "10ps", as a multiple of 10^ours.
double unit_of(const LibertyStatement& statement, const std::string& file, char base, int ours,
               const char* allowed) {
  const std::string_view text = statement.value();
  std::size_t digits = 0;
  while (digits < text.size() &&
         (std::isdigit(static_cast<unsigned char>(text[digits])) != 0 || text[digits] == '.')) {
    ++digits;
  }
  int exponent = 0;
  if (digits == 0 || !exponent_of(trimmed(text.substr(digits)), base, exponent)) {
    throw UserError(place_of(file, statement), std::string(text), allowed);
  }
  const double number = liberty_number(text.substr(0, digits), file, statement);
  if (!(number > 0)) throw UserError(place_of(file, statement), std::string(text), allowed);
  return times_ten_to(number, exponent - ours);
}

double capacitance_unit(const LibertyStatement& library, const std::string& file) {
  constexpr int kFemto = -15;
  constexpr const char* kAllowed = "needs a number and ff or pf, as in (1,pf)";
  const LibertyStatement* statement = library.find("capacitive_load_unit");
  if (statement == nullptr) {
    throw UserError(file, "", "the library has no capacitive_load_unit (1,pf) or the like");
  }
  int exponent = 0;
  if (statement->values.size() != 2 || !exponent_of(statement->values[1], 'f', exponent)) {
    std::vector<std::string> words(statement->values.begin(), statement->values.end());
    throw UserError(place_of(file, *statement), joined(words, ","), kAllowed);
  }
  const double number = liberty_number(statement->values[0], file, *statement);
  if (!(number > 0)) {
    throw UserError(place_of(file, *statement), std::string(statement->values[0]), kAllowed);
  }
  return times_ten_to(number, exponent - kFemto);
}

}  // namespace

LibraryUnits read_units(const LibertyStatement& library, const std::string& file) {
  constexpr int kNano = -9;
  LibraryUnits units;
  const LibertyStatement* time = library.find("time_unit");
  units.time_ns =
      time == nullptr ? 1 : unit_of(*time, file, 's', kNano, "needs a time such as 1ns or 10ps");
  units.capacitance_ff = capacitance_unit(library, file);
  const LibertyStatement* voltage = library.find("voltage_unit");
  if (voltage == nullptr) {
    throw UserError(file, "", "the library has no voltage_unit, which the unit of energy needs");
  }
  units.voltage_v = unit_of(*voltage, file, 'v', 0, "needs a voltage such as 1V or 100mV");
  const LibertyStatement* leakage = library.find("leakage_power_unit");
  if (leakage != nullptr) {
    units.leakage_nw =
        unit_of(*leakage, file, 'w', kNano, "needs a power such as 1nW, 100pW or 1uW");
  }
  return units;
}

}  // namespace minerva::circuit
