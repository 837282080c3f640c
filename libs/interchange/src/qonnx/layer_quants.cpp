#include "qonnx/layer_quants.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/arithmetic/fixed_point.hpp"

namespace minerva {

double quantized_value(const QuantSignal& signal, double value) {
  // The scale is a power of two: dividing by it is exact, and codes are rounded as whole numbers.
  const double scaled = std::ldexp(value, signal.fraction_bits);
  const QFormat whole{signal.bits + 2, 0};  // saturates beyond the limits below
  const double sign = scaled < 0 ? -1 : 1;
  const auto rounded = [&](double x, Rounding mode) {
    return static_cast<double>(round_to(whole, x, mode));
  };
  double code = 0;
  switch (signal.rounding) {
    case QuantRounding::half_even:
      code = rounded(scaled, Rounding::half_even);
      break;
    case QuantRounding::half_up:  // halves away from zero
      code = sign * rounded(sign * scaled, Rounding::half_up);
      break;
    case QuantRounding::half_down:  // halves towards zero
      code = -sign * rounded(-sign * scaled, Rounding::half_up);
      break;
    case QuantRounding::ceil:
      code = -rounded(-scaled, Rounding::truncate);
      break;
    case QuantRounding::floor:
      code = rounded(scaled, Rounding::truncate);
      break;
    case QuantRounding::up:  // away from zero
      code = -sign * rounded(-sign * scaled, Rounding::truncate);
      break;
    case QuantRounding::down:  // towards zero
      code = sign * rounded(sign * scaled, Rounding::truncate);
      break;
  }
  const int narrow = signal.narrow ? 1 : 0;
  const double lowest = signal.is_signed ? -std::ldexp(1.0, signal.bits - 1) + narrow : 0;
  const double highest = signal.is_signed ? std::ldexp(1.0, signal.bits - 1) - 1
                                          : std::ldexp(1.0, signal.bits) - 1 - narrow;
  return std::ldexp(std::min(std::max(code, lowest), highest), -signal.fraction_bits);
}

}  // namespace minerva
