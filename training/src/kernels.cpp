#include "kernels.hpp"

#include <algorithm>
#include <cstring>

#include "minerva/arithmetic/random.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "vector_loops-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace minerva::training::kernels::HWY_NAMESPACE {

void drop(float* x, int rows, std::ptrdiff_t step, int columns, const std::uint16_t* bits,
          int threshold, float scale) {
  for (int c = 0; c < columns; ++c, x += step, bits += rows) {
    cover(hn::ScalableTag<float>(), 0, rows, [&](auto d, int r) HWY_ATTR {
      const hn::RebindToSigned<decltype(d)> integers;
      const hn::Rebind<std::uint16_t, decltype(d)> narrow;
      const auto random = hn::PromoteTo(integers, hn::LoadU(narrow, bits + r));
      const auto dropped = hn::RebindMask(d, hn::Lt(random, hn::Set(integers, threshold)));
      const auto scaled = hn::Mul(hn::LoadU(d, x + r), hn::Set(d, scale));
      hn::StoreU(hn::IfThenZeroElse(dropped, scaled), d, x + r);
    });
  }
}

void relu_backward(float* delta, const float* x, int count, float scale, float slope) {
  cover(hn::ScalableTag<float>(), 0, count, [&](auto d, int i) HWY_ATTR {
    const auto open = hn::Gt(hn::LoadU(d, x + i), hn::Zero(d));
    const auto sum = hn::Add(hn::LoadU(d, delta + i), hn::Set(d, slope));
    hn::StoreU(hn::IfThenElseZero(open, hn::Mul(hn::Set(d, scale), sum)), d, delta + i);
  });
}

void row_sums(float* sums, const float* matrix, int rows, std::ptrdiff_t step, int columns) {
  std::fill_n(sums, rows, 0.0F);
  for (int c = 0; c < columns; ++c, matrix += step) {
    cover(hn::ScalableTag<float>(), 0, rows, [&](auto d, int r) HWY_ATTR {
      hn::StoreU(hn::Add(hn::LoadU(d, sums + r), hn::LoadU(d, matrix + r)), d, sums + r);
    });
  }
}

#if HWY_TARGET == HWY_SCALAR
void philox_bits(std::uint32_t first, const std::uint32_t counter[3], const std::uint32_t key[2],
                 std::uint16_t* bits) {
  for (std::uint32_t i = 0; i < kPhiloxBlocks; ++i, bits += 8) {
    const auto words =
        philox4x32({first + i, counter[0], counter[1], counter[2]}, {key[0], key[1]});
    std::memcpy(bits, words.data(), sizeof(words));
  }
}
#else
using D32 = hn::CappedTag<std::uint32_t, kPhiloxBlocks>;
using V32 = hn::Vec<D32>;

/// The upper and the lower half of x * factor, lane by lane.
HWY_INLINE void multiply_wide(V32 x, std::uint32_t factor, V32* high, V32* low) {
  const D32 d;
  const hn::Repartition<std::uint64_t, D32> wide;
  const V32 factors = hn::Set(d, factor);
  const auto even = hn::MulEven(x, factors);
  const auto odd = hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, x))), factors);
  *high = hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, hn::ShiftRight<32>(even)));
  *low = hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even));
}

void philox_bits(std::uint32_t first, const std::uint32_t counter[3], const std::uint32_t key[2],
                 std::uint16_t* bits) {
  const D32 d;
  constexpr auto kLanes = static_cast<std::uint32_t>(hn::MaxLanes(D32()));
  std::uint32_t words[4 * kLanes];
  for (std::uint32_t i = 0; i < kPhiloxBlocks; i += kLanes, bits += 8 * kLanes) {
    V32 c0 = hn::Iota(d, first + i);
    V32 c1 = hn::Set(d, counter[0]);
    V32 c2 = hn::Set(d, counter[1]);
    V32 c3 = hn::Set(d, counter[2]);
    std::uint32_t key0 = key[0];
    std::uint32_t key1 = key[1];
    for (int round = 0; round < 10; ++round) {
      V32 high0, low0, high2, low2;
      multiply_wide(c0, 0xD2511F53U, &high0, &low0);
      multiply_wide(c2, 0xCD9E8D57U, &high2, &low2);
      c0 = hn::Xor(hn::Xor(high2, c1), hn::Set(d, key0));
      c1 = low2;
      c2 = hn::Xor(hn::Xor(high0, c3), hn::Set(d, key1));
      c3 = low0;
      key0 += 0x9E3779B9U;
      key1 += 0xBB67AE85U;
    }
    hn::StoreInterleaved4(c0, c1, c2, c3, d, words);
    std::memcpy(bits, words, sizeof(words));
  }
}
#endif

}  // namespace minerva::training::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace minerva::training::kernels {
namespace {
template <class Scalar>
double sum_of_squares_of(const Scalar* x, std::size_t count) {
  // Sixteen sums side by side, whatever a vector holds.
  constexpr std::size_t kSums = 16;
  double sums[kSums] = {};
  std::size_t i = 0;
  for (; i + kSums <= count; i += kSums) {
    for (std::size_t j = 0; j < kSums; ++j) {
      const auto value = static_cast<double>(x[i + j]);
      sums[j] += value * value;
    }
  }
  double total = 0;
  for (const double sum : sums) total += sum;
  for (; i < count; ++i) total += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return total;
}
}  // namespace

HWY_EXPORT(drop);
HWY_EXPORT(relu_backward);
HWY_EXPORT(row_sums);
HWY_EXPORT(philox_bits);

void drop(float* x, int rows, std::ptrdiff_t step, int columns, const std::uint16_t* bits,
          int threshold, float scale) {
  HWY_DYNAMIC_DISPATCH(drop)(x, rows, step, columns, bits, threshold, scale);
}
void drop(double* x, int rows, std::ptrdiff_t step, int columns, const std::uint16_t* bits,
          int threshold, double scale) {
  for (int c = 0; c < columns; ++c, x += step, bits += rows) {
    for (int r = 0; r < rows; ++r) x[r] = int{bits[r]} >= threshold ? x[r] * scale : 0;
  }
}

void relu_backward(float* delta, const float* x, int count, float scale, float slope) {
  HWY_DYNAMIC_DISPATCH(relu_backward)(delta, x, count, scale, slope);
}
void relu_backward(double* delta, const double* x, int count, double scale, double slope) {
  for (int i = 0; i < count; ++i) delta[i] = x[i] > 0 ? scale * (delta[i] + slope) : 0;
}

void row_sums(float* sums, const float* matrix, int rows, std::ptrdiff_t step, int columns) {
  HWY_DYNAMIC_DISPATCH(row_sums)(sums, matrix, rows, step, columns);
}
void row_sums(double* sums, const double* matrix, int rows, std::ptrdiff_t step, int columns) {
  std::fill_n(sums, rows, 0.0);
  for (int c = 0; c < columns; ++c, matrix += step) {
    for (int r = 0; r < rows; ++r) sums[r] += matrix[r];
  }
}

double sum_of_squares(const float* x, std::size_t count) { return sum_of_squares_of(x, count); }
double sum_of_squares(const double* x, std::size_t count) { return sum_of_squares_of(x, count); }

void philox_bits(std::uint32_t first, const std::uint32_t counter[3], const std::uint32_t key[2],
                 std::uint16_t* bits) {
  HWY_DYNAMIC_DISPATCH(philox_bits)(first, counter, key, bits);
}

}  // namespace minerva::training::kernels
#endif
