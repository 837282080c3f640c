#pragma once
#include <cstdint>

#include "minerva/arithmetic/fixed_point.hpp"

namespace minerva {

/// The same steps without the limits: 62 bits hold every product, sum and shifted value.
inline QFormat unlimited(QFormat f) { return {62 - f.fraction_bits, f.fraction_bits}; }

/// Whether rounding the code, or the value, meets an end of the format.
inline bool saturates(QFormat to, std::int64_t code, int fraction_bits, Rounding mode) {
  return round_code(to, code, fraction_bits, mode) !=
         round_code(unlimited(to), code, fraction_bits, mode);
}

inline bool saturates(QFormat to, double value, Rounding mode) {
  return round_to(to, value, mode) != round_to(unlimited(to), value, mode);
}

}  // namespace minerva
