#pragma once
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#include "minerva/arithmetic/fixed_point.hpp"

// The inner loops of both engines. Chosen at run time by what the CPU has; the integer ones equal
// round_code and saturate of minerva/core bit for bit, the float one adds in the order of `inputs`.
namespace minerva::kernels {

/// Starts every array at a cache line: a vector load that straddles two costs double.
template <typename T>
struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kAlignment{64};

  CacheLineAllocator() = default;
  template <typename U>
  explicit CacheLineAllocator(const CacheLineAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), kAlignment)); }
  void deallocate(T* at, std::size_t) { ::operator delete(at, kAlignment); }
  friend bool operator==(const CacheLineAllocator&, const CacheLineAllocator&) { return true; }
  friend bool operator!=(const CacheLineAllocator&, const CacheLineAllocator&) { return false; }
};
template <typename T>
using AlignedVector = std::vector<T, CacheLineAllocator<T>>;

/// Elements a row is padded to, so that every load is whole.
constexpr int kRowMultiple = 32;
inline int padded(int n) { return (n + kRowMultiple - 1) / kRowMultiple * kRowMultiple; }

/// How a product becomes 16 bits in one or a few instructions. w and x are codes that were shifted
/// left by u and v, s is the shift of the rounding.
enum class NarrowProduct {
  half_up,    ///< (w x + 2^14) >> 15 with u + v = 15 - s; s is 1 to 15
  truncate,   ///< (w x) >> 16 with u + v = 16 - s; s is 1 to 16
  half_even,  ///< as half_up, ties from an even code taken back
  exact,      ///< w x, s is 0
};

/// An input whose products fit 16 bits.
struct NarrowInput {
  std::uint32_t row;   ///< its first weight
  std::int32_t value;  ///< the shifted code in both halves
};
/// An input whose products need 32 bits.
struct WideInput {
  std::uint32_t row;
  std::int16_t value;
  std::int16_t shift;  ///< of the rounding, 0 to 30
};
struct FloatInput {
  std::uint32_t row;
  float value;
};

/// Rounding of products: `low` and `high` are the ends of P, within the type of the product.
struct ProductRounding {
  Rounding mode = Rounding::half_up;
  NarrowProduct narrow = NarrowProduct::exact;
  std::int32_t low = 0;
  std::int32_t high = 0;
};

/// acc[i] += sum over the inputs of round(weights[row + i] * value), i < n. Block b is the inputs
/// from block_ends[b - 1] to block_ends[b]; its sums fit 16 bits. `clamp`: products may leave P.
void accumulate_narrow(const std::int16_t* weights, int n, const NarrowInput* inputs,
                       const std::uint32_t* block_ends, std::size_t blocks,
                       const ProductRounding& rounding, bool clamp, std::int32_t* acc);
/// The same with products and sums of 32 bits, always clamped.
void accumulate_wide(const std::int16_t* weights, int n, const WideInput* inputs, std::size_t count,
                     const ProductRounding& rounding, std::int32_t* acc);
/// acc[i] += sum over the inputs of weights[row + i] * value, one rounding each.
void accumulate_float(const float* weights, int n, const FloatInput* inputs, std::size_t count,
                      float* acc);

/// Rounding of an accumulator to the X of the next layer.
struct CodeRounding {
  Rounding mode = Rounding::half_up;
  int shift = 0;              ///< fraction bits lost (-14 to 14); gained when negative
  std::int32_t limit = 0;     ///< accumulators are cut to this; it rounds to max_code or above
  std::int32_t max_code = 0;  ///< of X
};
/// x[i] = max(acc[i], 0) rounded, i < n, n a multiple of kRowMultiple.
void next_codes(const std::int32_t* acc, int n, const CodeRounding& rounding, std::int16_t* x);

struct Selection {
  int kept = 0;   ///< bits set
  int zeros = 0;  ///< elements that are 0, padding among them
};
/// Sets bit i of `kept` where |x[i]| >= theta, theta >= 1, and clears the others up to n, a
/// multiple of kRowMultiple.
Selection select(const std::int16_t* x, int n, int theta, std::uint64_t* kept);
/// Sets bit i where a[i] differs from b[i] in the same way; returns how many do.
int differences(const std::int16_t* a, const std::int16_t* b, int n, std::uint64_t* differ);

/// How many of the elements from `distance` to n are 0 and were so `distance` elements before.
/// @param nonzero bit i: element i is not 0; clear from n on
std::int64_t repeated_zeros(const std::uint64_t* nonzero, int n, int distance);
/// How many chunks of nothing but zeros follow such a chunk. @param chunk a power of two below 64
std::int64_t repeated_zero_chunks(const std::uint64_t* nonzero, int n, int chunk);

/// Name of the instruction set in use.
const char* instruction_set();

}  // namespace minerva::kernels
