#include "minerva/arithmetic/fixed_point.hpp"

#include <cmath>

#include "minerva/base/errors.hpp"

namespace minerva {

double QFormat::step() const { return std::ldexp(1.0, -fraction_bits); }

void check_format(QFormat format, int max_bits, const std::string& key) {
  if (format.integer_bits < 1 || format.fraction_bits < 0 || format.integer_bits > max_bits ||
      format.fraction_bits > max_bits || format.bits() > max_bits) {
    throw UserError(
        key, to_string(format),
        "needs Qm.n with m >= 1 (the sign), n >= 0 and m + n <= " + std::to_string(max_bits));
  }
}

std::string to_string(QFormat format) {
  return "Q" + std::to_string(format.integer_bits) + "." + std::to_string(format.fraction_bits);
}

QFormat parse_format(const std::string& text, int max_bits, const std::string& key) {
  const auto dot = text.find('.');
  const auto digits = [&](std::size_t from, std::size_t to) {
    if (from >= to || to - from > 3) return false;
    for (std::size_t i = from; i < to; ++i) {
      if (text[i] < '0' || text[i] > '9') return false;
    }
    return true;
  };
  if (text.empty() || text[0] != 'Q' || dot == std::string::npos || !digits(1, dot) ||
      !digits(dot + 1, text.size())) {
    throw UserError(key, text, "needs a format like Q2.6");
  }
  const QFormat format{std::stoi(text.substr(1, dot - 1)), std::stoi(text.substr(dot + 1))};
  check_format(format, max_bits, key);
  return format;
}

std::int64_t round_to(QFormat to, double value, Rounding mode) {
  expects(std::isfinite(value), "round_to: the value is not finite");
  if (value == 0.0) return 0;
  int exponent = 0;
  const double mantissa = std::frexp(value, &exponent);
  const auto code = static_cast<std::int64_t>(std::ldexp(mantissa, 53));  // exact, |code| < 2^53
  return round_code(to, code, 53 - exponent, mode);
}

int accumulator_bits(QFormat product, int n_in) {
  int log2 = 0;
  while ((std::int64_t{1} << log2) < std::int64_t{n_in} + 1) ++log2;
  return product.bits() + log2;
}

}  // namespace minerva
