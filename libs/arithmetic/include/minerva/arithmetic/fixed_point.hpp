#pragma once
#include <cstdint>
#include <string>

#include "minerva/base/enum_names.hpp"

namespace minerva {

/// A fixed-point format Qm.n: two's complement with m integer bits, which include the sign, and n
/// fraction bits. A value is an integer code times 2^-n. (Q2.6 spans -2 to 1.984375 in steps of
/// 1/64.) Book, Sec. 4.4.1; docs/arithmetic.md specifies everything in this file.
struct QFormat {
  int integer_bits = 6;
  int fraction_bits = 10;

  constexpr int bits() const { return integer_bits + fraction_bits; }
  constexpr std::int64_t min_code() const { return -(std::int64_t{1} << (bits() - 1)); }
  constexpr std::int64_t max_code() const { return (std::int64_t{1} << (bits() - 1)) - 1; }
  /// The value of one code step, 2^-n.
  double step() const;

  friend constexpr bool operator==(QFormat a, QFormat b) {
    return a.integer_bits == b.integer_bits && a.fraction_bits == b.fraction_bits;
  }
  friend constexpr bool operator!=(QFormat a, QFormat b) { return !(a == b); }
};

/// Most bits of a weight or an activation, and of a product.
constexpr int kMaxOperandBits = 16;
constexpr int kMaxProductBits = 32;

/// Throws UserError naming `key` unless m >= 1, n >= 0 and m + n <= `max_bits`.
void check_format(QFormat format, int max_bits, const std::string& key);
std::string to_string(QFormat format);
/// Reads "Qm.n". Throws UserError naming `key` for any other text and for a format that
/// check_format refuses.
QFormat parse_format(const std::string& text, int max_bits, const std::string& key);

/// How a value between two codes is rounded. half_up: to the nearest code, halves upward;
/// half_even: to the nearest code, halves to the even one; truncate: to the lower code. (truncate
/// is there for demonstration, because it biases every sum.)
enum class Rounding { half_up, half_even, truncate };
constexpr EnumNames<Rounding, 3> enum_names(Rounding) {
  return {{{Rounding::half_up, "half_up"},
           {Rounding::half_even, "half_even"},
           {Rounding::truncate, "truncate"}}};
}

/// v / 2^shift rounded to an integer, exactly, for shift >= 0 and |v| < 2^61.
constexpr std::int64_t shift_right_round(std::int64_t v, int shift, Rounding mode) {
  if (shift == 0) return v;
  if (shift > 62) return mode == Rounding::truncate && v < 0 ? -1 : 0;  // callers hold |v| < 2^61
  const std::int64_t floor = v >> shift;
  const std::int64_t remainder = v - floor * (std::int64_t{1} << shift);
  const std::int64_t half = std::int64_t{1} << (shift - 1);
  switch (mode) {
    case Rounding::half_up:
      return floor + (remainder >= half ? 1 : 0);
    case Rounding::half_even:
      return floor + (remainder > half || (remainder == half && (floor & 1) != 0) ? 1 : 0);
    case Rounding::truncate:
      return floor;
  }
  return floor;
}

constexpr std::int64_t saturate(std::int64_t code, QFormat to) {
  return code < to.min_code() ? to.min_code() : code > to.max_code() ? to.max_code() : code;
}

/// The value code * 2^-fraction_bits, with |code| < 2^61, as a code of `to`: rounded by `mode` and
/// then saturated. The result is exact for every shift. No other function of the project rounds a
/// code.
constexpr std::int64_t round_code(QFormat to, std::int64_t code, int fraction_bits, Rounding mode) {
  const int shift = fraction_bits - to.fraction_bits;
  if (shift >= 0) return saturate(shift_right_round(code, shift, mode), to);
  const int left = -shift;
  if (code == 0) return 0;
  if (left >= to.bits()) return code > 0 ? to.max_code() : to.min_code();
  if (code > (to.max_code() >> left)) return to.max_code();
  if (code < (to.min_code() >> left)) return to.min_code();
  return code * (std::int64_t{1} << left);
}

/// A real value as a code of `to`, rounded exactly by `mode` and then saturated. NaN and infinity
/// throw ContractViolation, because inputs and networks are checked to be finite when they are
/// read.
std::int64_t round_to(QFormat to, double value, Rounding mode = Rounding::half_up);

/// Bits of an accumulator that can add a bias and n_in products of that format without overflow:
/// m_P + n_P + ceil(log2(n_in + 1)).
int accumulator_bits(QFormat product, int n_in);

}  // namespace minerva
