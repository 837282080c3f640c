#pragma once
#include <cstdint>
#include <vector>

#include "minerva/core/fixed_point.hpp"

// The inner loops of both engines. Chosen at run time by what the CPU has; the integer ones equal
// round_code and saturate of minerva/core bit for bit, the float one adds in the order of `kept`.
namespace minerva::kernels {

/// Outputs a row is padded to, so that every load is whole.
constexpr int kRowMultiple = 32;
inline int padded(int n_out) { return (n_out + kRowMultiple - 1) / kRowMultiple * kRowMultiple; }

/// An input that takes part: its index and its value.
template <typename T>
struct Kept {
  std::int32_t input;
  T value;
};

/// Rounding of a product: shift right by `shift` >= 0, then clamp.
struct ProductRounding {
  int shift = 0;
  std::int32_t low = 0;
  std::int32_t high = 0;
  Rounding mode = Rounding::half_up;
};

/// acc[i] += sum over kept of round(weights[input][i] * value), rows of padded(n_out) codes, with
/// 32-bit products and accumulators.
void accumulate_32(const std::int16_t* weights, int row,
                   const std::vector<Kept<std::int16_t>>& kept, const ProductRounding& rounding,
                   std::int32_t* acc);
/// The same where products and `block` of their sums fit 16 bits.
void accumulate_16(const std::int16_t* weights, int row,
                   const std::vector<Kept<std::int16_t>>& kept, const ProductRounding& rounding,
                   int block, std::int32_t* acc);
/// acc[i] += sum over kept of weights[input][i] * value, one rounding each.
void accumulate_float(const float* weights, int row, const std::vector<Kept<float>>& kept,
                      float* acc);
/// Name of the instruction set in use.
const char* instruction_set();

}  // namespace minerva::kernels
