#include "kernels.hpp"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "rounded_products-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace minerva::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D16 = hn::ScalableTag<std::int16_t>;
using D32 = hn::ScalableTag<std::int32_t>;
using DFloat = hn::ScalableTag<float>;
using V16 = hn::Vec<D16>;
using V32 = hn::Vec<D32>;
using VFloat = hn::Vec<DFloat>;

// Each step below says how sums of one kernel start, take a product and end; `run` holds the loops
// for all of them. Sums of kTile vectors stay in registers while all inputs pass.
template <int kTile, typename Step, typename Input, typename Sum>
HWY_INLINE void run_tile(const Step& step, const typename Step::Weight* weights,
                         const Input* inputs, std::size_t count, Sum* acc) {
  constexpr int kLanes = static_cast<int>(HWY_LANES(typename Step::Lane));
  typename Step::Vector sums[kTile];
  for (int t = 0; t < kTile; ++t) sums[t] = step.begin(acc + t * kLanes);
  for (std::size_t at = 0; at < count; ++at) {
    const typename Step::Weight* w = weights + inputs[at].row;
    const auto x = step.broadcast(inputs[at]);
    for (int t = 0; t < kTile; ++t) sums[t] = step.add(sums[t], w + t * kLanes, x);
  }
  for (int t = 0; t < kTile; ++t) step.end(sums[t], acc + t * kLanes);
}

template <typename Step, typename Input, typename Sum>
HWY_INLINE void run(const Step& step, const typename Step::Weight* weights, int n,
                    const Input* inputs, std::size_t count, Sum* acc) {
  constexpr int kLanes = static_cast<int>(HWY_LANES(typename Step::Lane));
  int i = 0;
  for (; i + 8 * kLanes <= n; i += 8 * kLanes) {
    run_tile<8>(step, weights + i, inputs, count, acc + i);
  }
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    run_tile<4>(step, weights + i, inputs, count, acc + i);
  }
  for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
    run_tile<2>(step, weights + i, inputs, count, acc + i);
  }
  for (; i < n; i += kLanes) run_tile<1>(step, weights + i, inputs, count, acc + i);
}

template <NarrowProduct kProduct, bool kClamp>
struct NarrowStep {
  using Weight = std::int16_t;
  using Lane = std::int16_t;
  using Vector = V16;
  NarrowRounding<kProduct, kClamp, V16> rounding;

  HWY_INLINE V16 begin(const std::int32_t*) const { return hn::Zero(D16()); }
  HWY_INLINE V16 broadcast(const NarrowInput& input) const {
    return hn::BitCast(D16(), hn::Set(D32(), input.value));
  }
  HWY_INLINE V16 add(V16 sum, const std::int16_t* weights, V16 x) const {
    return hn::Add(sum, rounding.product(hn::LoadU(D16(), weights), x));
  }
  HWY_INLINE void end(V16 sum, std::int32_t* acc) const { add_narrow_sums(D16(), sum, acc); }
};

template <NarrowProduct kProduct, bool kClamp>
void accumulate_narrow_as(const std::int16_t* weights, int n, const NarrowInput* inputs,
                          const std::uint32_t* block_ends, std::size_t blocks,
                          const ProductRounding& r, std::int32_t* acc) {
  const NarrowStep<kProduct, kClamp> step{narrow_rounding<kProduct, kClamp>(D16(), r)};
  std::uint32_t from = 0;
  for (std::size_t b = 0; b < blocks; ++b) {
    run(step, weights, n, inputs + from, block_ends[b] - from, acc);
    from = block_ends[b];
  }
}

void accumulate_narrow(const std::int16_t* weights, int n, const NarrowInput* inputs,
                       const std::uint32_t* block_ends, std::size_t blocks,
                       const ProductRounding& r, bool clamp, std::int32_t* acc) {
  const auto as = [&](auto with, auto without) HWY_ATTR {
    (clamp ? with : without)(weights, n, inputs, block_ends, blocks, r, acc);
  };
  switch (r.narrow) {
    case NarrowProduct::half_up:
      return as(&accumulate_narrow_as<NarrowProduct::half_up, true>,
                &accumulate_narrow_as<NarrowProduct::half_up, false>);
    case NarrowProduct::truncate:
      return as(&accumulate_narrow_as<NarrowProduct::truncate, true>,
                &accumulate_narrow_as<NarrowProduct::truncate, false>);
    case NarrowProduct::half_even:
      return as(&accumulate_narrow_as<NarrowProduct::half_even, true>,
                &accumulate_narrow_as<NarrowProduct::half_even, false>);
    case NarrowProduct::exact:
      return as(&accumulate_narrow_as<NarrowProduct::exact, true>,
                &accumulate_narrow_as<NarrowProduct::exact, false>);
  }
}

template <Rounding kMode>
struct WideStep {
  using Weight = std::int16_t;
  using Lane = std::int32_t;
  using Vector = V32;
  struct Broadcast {
    V32 x, half;
    int shift;
  };
  V32 low, high;

  HWY_INLINE V32 begin(const std::int32_t* acc) const { return hn::LoadU(D32(), acc); }
  HWY_INLINE Broadcast broadcast(const WideInput& input) const {
    const D32 d;
    return {hn::Set(d, input.value),
            hn::Set(d, input.shift > 0 ? std::int32_t{1} << (input.shift - 1) : 0), input.shift};
  }
  HWY_INLINE V32 add(V32 sum, const std::int16_t* weights, const Broadcast& b) const {
    const hn::Rebind<std::int16_t, D32> narrow;
    const V32 product = hn::Mul(hn::PromoteTo(D32(), hn::LoadU(narrow, weights)), b.x);
    V32 rounded = product;
    // A shift of 0 rounds nothing, and half_even's term would be wrong there.
    if (kMode != Rounding::half_even || b.shift > 0)
      rounded = round_32<kMode>(D32(), product, b.half, b.shift);
    return hn::Add(sum, hn::Min(hn::Max(rounded, low), high));
  }
  HWY_INLINE void end(V32 sum, std::int32_t* acc) const { hn::StoreU(sum, D32(), acc); }
};

template <Rounding kMode>
void accumulate_wide_as(const std::int16_t* weights, int n, const WideInput* inputs,
                        std::size_t count, const ProductRounding& r, std::int32_t* acc) {
  run(WideStep<kMode>{hn::Set(D32(), r.low), hn::Set(D32(), r.high)}, weights, n, inputs, count,
      acc);
}

void accumulate_wide(const std::int16_t* weights, int n, const WideInput* inputs, std::size_t count,
                     const ProductRounding& r, std::int32_t* acc) {
  switch (r.mode) {
    case Rounding::half_up:
      return accumulate_wide_as<Rounding::half_up>(weights, n, inputs, count, r, acc);
    case Rounding::half_even:
      return accumulate_wide_as<Rounding::half_even>(weights, n, inputs, count, r, acc);
    case Rounding::truncate:
      return accumulate_wide_as<Rounding::truncate>(weights, n, inputs, count, r, acc);
  }
}

struct FloatStep {
  using Weight = float;
  using Lane = float;
  using Vector = VFloat;
  HWY_INLINE VFloat begin(const float* acc) const { return hn::LoadU(DFloat(), acc); }
  HWY_INLINE VFloat broadcast(const FloatInput& input) const {
    return hn::Set(DFloat(), input.value);
  }
  HWY_INLINE VFloat add(VFloat sum, const float* weights, VFloat x) const {
    // Mul and Add apart: a fused operation would round once and give other bits.
    return hn::Add(sum, hn::Mul(hn::LoadU(DFloat(), weights), x));
  }
  HWY_INLINE void end(VFloat sum, float* acc) const { hn::StoreU(sum, DFloat(), acc); }
};

void accumulate_float(const float* weights, int n, const FloatInput* inputs, std::size_t count,
                      float* acc) {
  run(FloatStep{}, weights, n, inputs, count, acc);
}

template <Rounding kMode>
void next_codes_as(const std::int32_t* acc, int n, const CodeRounding& r, std::int16_t* x) {
  const D32 d;
  const hn::Rebind<std::int16_t, D32> narrow;
  constexpr int kLanes = static_cast<int>(HWY_LANES(std::int32_t));
  const V32 limit = hn::Set(d, r.limit);
  const V32 top = hn::Set(d, r.max_code);
  const V32 half = hn::Set(d, r.shift > 0 ? std::int32_t{1} << (r.shift - 1) : 0);
  for (int i = 0; i < n; i += kLanes) {
    V32 y = hn::Min(hn::Max(hn::LoadU(d, acc + i), hn::Zero(d)), limit);
    if (r.shift > 0) {
      y = round_32<kMode>(D32(), y, half, r.shift);
    } else if (r.shift < 0) {
      y = hn::ShiftLeftSame(y, -r.shift);
    }
    hn::StoreU(hn::DemoteTo(narrow, hn::Min(y, top)), narrow, x + i);
  }
}

void next_codes(const std::int32_t* acc, int n, const CodeRounding& r, std::int16_t* x) {
  switch (r.mode) {
    case Rounding::half_up:
      return next_codes_as<Rounding::half_up>(acc, n, r, x);
    case Rounding::half_even:
      return next_codes_as<Rounding::half_even>(acc, n, r, x);
    case Rounding::truncate:
      return next_codes_as<Rounding::truncate>(acc, n, r, x);
  }
}

/// Writes the bits of lanes i and on; returns how many are set.
template <typename Mask>
HWY_INLINE int store_bits(const Mask& mask, int i, std::uint64_t* bits) {
  const D16 d;
#if HWY_TARGET == HWY_SCALAR
  const std::uint64_t bit = std::uint64_t{1} << (i % 64);
  const bool set = hn::CountTrue(d, mask) != 0;
  bits[i / 64] = set ? bits[i / 64] | bit : bits[i / 64] & ~bit;
  return set ? 1 : 0;
#else
  std::uint8_t bytes[8];
  const std::size_t count = hn::StoreMaskBits(d, mask, bytes);
  // Bit i is bit i % 8 of byte i / 8 on every machine that Highway has vectors for.
  std::memcpy(reinterpret_cast<std::uint8_t*>(bits) + i / 8, bytes, count);
  return static_cast<int>(hn::CountTrue(d, mask));
#endif
}

void select(const std::int16_t* x, int n, int theta, std::uint64_t* kept, Selection* selection) {
  const D16 d;
  constexpr int kLanes = static_cast<int>(HWY_LANES(std::int16_t));
  // Above theta - 1 or below its negative: theta itself may be 2^15, beyond 16 bits.
  const V16 above = hn::Set(d, static_cast<std::int16_t>(theta - 1));
  const V16 below = hn::Set(d, static_cast<std::int16_t>(1 - theta));
  int zeros = 0;
  int count = 0;
  for (int i = 0; i < n; i += kLanes) {
    const V16 v = hn::LoadU(d, x + i);
    zeros += static_cast<int>(hn::CountTrue(d, hn::Eq(v, hn::Zero(d))));
    count += store_bits(hn::Or(hn::Gt(v, above), hn::Lt(v, below)), i, kept);
  }
  *selection = {count, zeros};
}

void differences(const std::int16_t* a, const std::int16_t* b, int n, std::uint64_t* differ,
                 int* count) {
  const D16 d;
  constexpr int kLanes = static_cast<int>(HWY_LANES(std::int16_t));
  *count = 0;
  for (int i = 0; i < n; i += kLanes) {
    *count += store_bits(hn::Ne(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), i, differ);
  }
}

/// Counts j from `distance` to n whose bits, and those `distance` before, are not set. fold(word)
/// is counted in place of a word, where `positions` has bits.
template <typename Fold>
HWY_INLINE std::int64_t count_repeated(const std::uint64_t* bits, int n, int distance,
                                       std::uint64_t positions, const Fold& fold) {
  const int step = distance / 64;
  const int shift = distance % 64;
  std::int64_t repeated = 0;
  std::uint64_t carry = 0;  // what the word before moves into this one
  for (int w = step; w * 64 < n; ++w) {
    const std::uint64_t from = fold(bits[w - step]);
    std::uint64_t zeros = ~(fold(bits[w]) | from << shift | carry) & positions;
    carry = shift == 0 ? 0 : from >> (64 - shift);
    if (w == step) zeros &= ~std::uint64_t{0} << shift;
    if (n - w * 64 < 64) zeros &= ~(~std::uint64_t{0} << (n - w * 64));
    repeated += __builtin_popcountll(zeros);
  }
  return repeated;
}

void repeated_zeros(const std::uint64_t* nonzero, int n, int distance, std::int64_t* repeated) {
  *repeated = count_repeated(nonzero, n, distance, ~std::uint64_t{0},
                             [](std::uint64_t word) { return word; });
}

void repeated_zero_chunks(const std::uint64_t* nonzero, int n, int chunk, std::int64_t* repeated) {
  std::uint64_t first_of_chunk = 1;
  for (int bit = chunk; bit < 64; bit += chunk) first_of_chunk |= std::uint64_t{1} << bit;
  *repeated = count_repeated(nonzero, n, chunk, first_of_chunk, [chunk](std::uint64_t word) {
    for (int by = 1; by < chunk; by *= 2) word |= word >> by;
    return word;
  });
}

const char* target_name() { return hwy::TargetName(HWY_TARGET); }

}  // namespace minerva::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace minerva::kernels {
HWY_EXPORT(accumulate_narrow);
HWY_EXPORT(accumulate_wide);
HWY_EXPORT(accumulate_float);
HWY_EXPORT(next_codes);
HWY_EXPORT(select);
HWY_EXPORT(differences);
HWY_EXPORT(repeated_zeros);
HWY_EXPORT(repeated_zero_chunks);
HWY_EXPORT(target_name);

void accumulate_narrow(const std::int16_t* weights, int n, const NarrowInput* inputs,
                       const std::uint32_t* block_ends, std::size_t blocks,
                       const ProductRounding& rounding, bool clamp, std::int32_t* acc) {
  HWY_DYNAMIC_DISPATCH(accumulate_narrow)
  (weights, n, inputs, block_ends, blocks, rounding, clamp, acc);
}

void accumulate_wide(const std::int16_t* weights, int n, const WideInput* inputs, std::size_t count,
                     const ProductRounding& rounding, std::int32_t* acc) {
  HWY_DYNAMIC_DISPATCH(accumulate_wide)(weights, n, inputs, count, rounding, acc);
}

void accumulate_float(const float* weights, int n, const FloatInput* inputs, std::size_t count,
                      float* acc) {
  HWY_DYNAMIC_DISPATCH(accumulate_float)(weights, n, inputs, count, acc);
}

void next_codes(const std::int32_t* acc, int n, const CodeRounding& rounding, std::int16_t* x) {
  HWY_DYNAMIC_DISPATCH(next_codes)(acc, n, rounding, x);
}

Selection select(const std::int16_t* x, int n, int theta, std::uint64_t* kept) {
  if (n % 64 != 0) kept[n / 64] = 0;  // the vectors write half of it
  Selection selection;
  HWY_DYNAMIC_DISPATCH(select)(x, n, theta, kept, &selection);
  return selection;
}

int differences(const std::int16_t* a, const std::int16_t* b, int n, std::uint64_t* differ) {
  if (n % 64 != 0) differ[n / 64] = 0;
  int count = 0;
  HWY_DYNAMIC_DISPATCH(differences)(a, b, n, differ, &count);
  return count;
}

std::int64_t repeated_zeros(const std::uint64_t* nonzero, int n, int distance) {
  std::int64_t repeated = 0;
  HWY_DYNAMIC_DISPATCH(repeated_zeros)(nonzero, n, distance, &repeated);
  return repeated;
}

std::int64_t repeated_zero_chunks(const std::uint64_t* nonzero, int n, int chunk) {
  std::int64_t repeated = 0;
  HWY_DYNAMIC_DISPATCH(repeated_zero_chunks)(nonzero, n, chunk, &repeated);
  return repeated;
}

const char* instruction_set() { return HWY_DYNAMIC_DISPATCH(target_name)(); }

}  // namespace minerva::kernels
#endif
