// What every kernel does with a product of integers: round and saturate it, and add it. Kernels
// include this file once for every instruction set.
#if defined(MINERVA_ENGINE_ROUNDED_PRODUCTS) == defined(HWY_TARGET_TOGGLE)
#ifdef MINERVA_ENGINE_ROUNDED_PRODUCTS
#undef MINERVA_ENGINE_ROUNDED_PRODUCTS
#else
#define MINERVA_ENGINE_ROUNDED_PRODUCTS
#endif

#include <hwy/highway.h>

#include <cstdint>

#include "kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace minerva::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Products of words of 16 bits, in 16 bits. Weights are scaled so that the bits that stay are the
/// upper half of a product of 32 bits.
template <NarrowProduct kProduct, bool kClamp, typename V16>
struct NarrowRounding {
  V16 low, high, one, quarter;

  HWY_INLINE V16 product(V16 w, V16 x) const {
    V16 product;
    if constexpr (kProduct == NarrowProduct::truncate) {
      product = hn::MulHigh(w, x);
    } else if constexpr (kProduct == NarrowProduct::exact) {
      product = hn::Mul(w, x);
    } else {
      product = hn::MulFixedPoint15(w, x);
    }
    if constexpr (kProduct == NarrowProduct::half_even) {
      // Bits 0 to 15 of the product are 0x4000 where the rest is one half and the code below it is
      // even: rounded up, it is odd and one too large.
      const auto tie = hn::Eq(hn::Mul(w, x), quarter);
      product = hn::IfThenElse(tie, hn::Sub(product, one), product);
    }
    if constexpr (kClamp) product = hn::Min(hn::Max(product, low), high);
    return product;
  }
};

template <NarrowProduct kProduct, bool kClamp, typename D16>
HWY_INLINE NarrowRounding<kProduct, kClamp, hn::Vec<D16>> narrow_rounding(
    D16 d, const ProductRounding& r) {
  return {hn::Set(d, static_cast<std::int16_t>(r.low)),
          hn::Set(d, static_cast<std::int16_t>(r.high)), hn::Set(d, std::int16_t{1}),
          hn::Set(d, std::int16_t{0x4000})};
}

/// Adds sums of 16 bits to as many of 32.
template <typename D16, typename V16>
HWY_INLINE void add_narrow_sums([[maybe_unused]] D16 d, V16 sums, std::int32_t* acc) {
#if HWY_TARGET == HWY_SCALAR
  *acc += hn::GetLane(sums);
#else
  const hn::Half<D16> half;
  const hn::Rebind<std::int32_t, decltype(half)> wide;
  const int lanes = static_cast<int>(hn::Lanes(wide));
  const auto lower = hn::PromoteTo(wide, hn::LowerHalf(half, sums));
  const auto upper = hn::PromoteTo(wide, hn::UpperHalf(half, sums));
  hn::StoreU(hn::Add(hn::LoadU(wide, acc), lower), wide, acc);
  hn::StoreU(hn::Add(hn::LoadU(wide, acc + lanes), upper), wide, acc + lanes);
#endif
}

/// v / 2^shift rounded, of 32 bits; v + half does not overflow.
/// @param half 2^(shift - 1), or 0 for a shift of 0, which half_even does not take.
template <Rounding kMode, typename D32, typename V32>
HWY_INLINE V32 round_32(D32 d, V32 v, V32 half, int shift) {
  if constexpr (kMode == Rounding::half_up) {
    v = hn::Add(v, half);
  } else if constexpr (kMode == Rounding::half_even) {
    const V32 one = hn::Set(d, 1);
    const V32 odd = hn::And(hn::ShiftRightSame(v, shift), one);
    v = hn::Add(v, hn::Add(half, hn::Sub(odd, one)));
  }
  return hn::ShiftRightSame(v, shift);
}

}  // namespace minerva::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
