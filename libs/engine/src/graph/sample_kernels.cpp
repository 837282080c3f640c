#include "graph/sample_kernels.hpp"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "graph/sample_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "rounded_products-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace minerva::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D16 = hn::CappedTag<std::int16_t, kBatchSamples>;
using D32 = hn::CappedTag<std::int32_t, kBatchSamples>;
using DFloat = hn::CappedTag<float, kBatchSamples>;
using V16 = hn::Vec<D16>;
using V32 = hn::Vec<D32>;
using VFloat = hn::Vec<DFloat>;

// Each step says how sums of one kernel start, take a product and end; run_tile holds the loop for
// all of them. The sums of a tile stay in registers while all terms pass.
template <int kFilters, int kPositions, typename Step, typename X, typename Weight, typename Sum>
HWY_INLINE void run_tile(const Step& step, const X* x, const std::uint32_t* first,
                         const std::uint32_t* offsets, const Weight* weights, std::size_t count,
                         Sum* acc) {
  constexpr int kLanes = static_cast<int>(HWY_LANES(typename Step::Lane));
  constexpr int kStep = kLanes < kBatchSamples ? kLanes : kBatchSamples;
  for (int part = 0; part < kBatchSamples; part += kStep) {
    typename Step::Vector sums[kFilters][kPositions];
    for (int f = 0; f < kFilters; ++f) {
      for (int q = 0; q < kPositions; ++q) {
        sums[f][q] = step.begin(acc + (f * kPositions + q) * kBatchSamples + part);
      }
    }
    for (std::size_t t = 0; t < count; ++t) {
      const X* at = x + offsets[t] + part;
      typename Step::Vector words[kPositions];
      for (int q = 0; q < kPositions; ++q) words[q] = step.load(at + first[q]);
      for (int f = 0; f < kFilters; ++f) {
        const auto w = step.broadcast(weights[t * kFilters + static_cast<std::size_t>(f)]);
        for (int q = 0; q < kPositions; ++q) sums[f][q] = step.add(sums[f][q], w, words[q]);
      }
    }
    for (int f = 0; f < kFilters; ++f) {
      for (int q = 0; q < kPositions; ++q) {
        step.end(sums[f][q], acc + (f * kPositions + q) * kBatchSamples + part);
      }
    }
  }
}

template <int kFilters, typename Step, typename X, typename Weight, typename Sum>
HWY_INLINE void run_positions(const Step& step, const X* x, const TileWindows& windows,
                              const std::uint32_t* offsets, const Weight* weights,
                              std::size_t count, Sum* acc) {
  switch (windows.positions) {
    case 1:
      return run_tile<kFilters, 1>(step, x, windows.first, offsets, weights, count, acc);
    case 2:
      return run_tile<kFilters, 2>(step, x, windows.first, offsets, weights, count, acc);
    case 3:
      return run_tile<kFilters, 3>(step, x, windows.first, offsets, weights, count, acc);
    default:
      return run_tile<kFilters, 4>(step, x, windows.first, offsets, weights, count, acc);
  }
}

template <typename Step, typename X, typename Weight, typename Sum>
HWY_INLINE void run(const Step& step, const X* x, const TileWindows& windows, int filters,
                    const std::uint32_t* offsets, const Weight* weights, std::size_t count,
                    Sum* acc) {
  switch (filters) {
    case 1:
      return run_positions<1>(step, x, windows, offsets, weights, count, acc);
    case 2:
      return run_positions<2>(step, x, windows, offsets, weights, count, acc);
    case 3:
      return run_positions<3>(step, x, windows, offsets, weights, count, acc);
    default:
      return run_positions<4>(step, x, windows, offsets, weights, count, acc);
  }
}

template <NarrowProduct kProduct, bool kClamp>
struct NarrowStep {
  using Lane = std::int16_t;
  using Vector = V16;
  NarrowRounding<kProduct, kClamp, V16> rounding;

  HWY_INLINE V16 begin(const std::int32_t*) const { return hn::Zero(D16()); }
  HWY_INLINE V16 load(const std::int16_t* x) const { return hn::LoadU(D16(), x); }
  HWY_INLINE V16 broadcast(std::int32_t weight) const {
#if HWY_TARGET == HWY_SCALAR
    return hn::Set(D16(), static_cast<std::int16_t>(weight & 0xFFFF));
#else
    const hn::Repartition<std::int32_t, D16> d;
    return hn::BitCast(D16(), hn::Set(d, weight));
#endif
  }
  HWY_INLINE V16 add(V16 sum, V16 w, V16 x) const { return hn::Add(sum, rounding.product(w, x)); }
  HWY_INLINE void end(V16 sum, std::int32_t* acc) const { add_narrow_sums(D16(), sum, acc); }
};

template <NarrowProduct kProduct, bool kClamp>
void add_narrow_as(const std::int16_t* x, const TileWindows& windows, const NarrowTerms& terms,
                   int filters, const std::vector<std::uint32_t>& ends, const ProductRounding& r,
                   std::int32_t* acc) {
  const NarrowStep<kProduct, kClamp> step{narrow_rounding<kProduct, kClamp>(D16(), r)};
  std::uint32_t from = 0;
  for (const std::uint32_t end : ends) {
    run(step, x, windows, filters, terms.offsets.data() + from,
        terms.weights.data() + static_cast<std::ptrdiff_t>(from) * filters, end - from, acc);
    from = end;
  }
}

void add_narrow_terms(const std::int16_t* x, const TileWindows& windows, const NarrowTerms& terms,
                      int filters, const std::vector<std::uint32_t>& ends, const ProductRounding& r,
                      bool clamp, std::int32_t* acc) {
  const auto as = [&](auto with, auto without) HWY_ATTR {
    (clamp ? with : without)(x, windows, terms, filters, ends, r, acc);
  };
  switch (r.narrow) {
    case NarrowProduct::half_up:
      return as(&add_narrow_as<NarrowProduct::half_up, true>,
                &add_narrow_as<NarrowProduct::half_up, false>);
    case NarrowProduct::truncate:
      return as(&add_narrow_as<NarrowProduct::truncate, true>,
                &add_narrow_as<NarrowProduct::truncate, false>);
    case NarrowProduct::half_even:
      return as(&add_narrow_as<NarrowProduct::half_even, true>,
                &add_narrow_as<NarrowProduct::half_even, false>);
    case NarrowProduct::exact:
      return as(&add_narrow_as<NarrowProduct::exact, true>,
                &add_narrow_as<NarrowProduct::exact, false>);
  }
}

/// v / 2^shift rounded; v + 2^(shift - 1) does not overflow. A shift of 0 rounds nothing.
template <Rounding kMode>
HWY_INLINE V32 round_32(V32 v, int shift) {
  if (shift == 0) return v;
  return round_32<kMode>(D32(), v, hn::Set(D32(), std::int32_t{1} << (shift - 1)), shift);
}

template <Rounding kMode>
struct WideStep {
  using Lane = std::int32_t;
  using Vector = V32;
  V32 low, high;
  int shift;

  HWY_INLINE V32 begin(const std::int32_t* acc) const { return hn::LoadU(D32(), acc); }
  HWY_INLINE V32 load(const std::int16_t* x) const {
    const hn::Rebind<std::int16_t, D32> narrow;
    return hn::PromoteTo(D32(), hn::LoadU(narrow, x));
  }
  HWY_INLINE V32 broadcast(std::int32_t weight) const { return hn::Set(D32(), weight); }
  HWY_INLINE V32 add(V32 sum, V32 w, V32 x) const {
    const V32 rounded = round_32<kMode>(hn::Mul(w, x), shift);
    return hn::Add(sum, hn::Min(hn::Max(rounded, low), high));
  }
  HWY_INLINE void end(V32 sum, std::int32_t* acc) const { hn::StoreU(sum, D32(), acc); }
};

template <Rounding kMode>
void add_wide_as(const std::int16_t* x, const TileWindows& windows, const WideTerms& terms,
                 int filters, int shift, const ProductRounding& r, std::int32_t* acc) {
  run(WideStep<kMode>{hn::Set(D32(), r.low), hn::Set(D32(), r.high), shift}, x, windows, filters,
      terms.offsets.data(), terms.weights.data(), terms.size(), acc);
}

void add_wide_terms(const std::int16_t* x, const TileWindows& windows, const WideTerms& terms,
                    int filters, int shift, const ProductRounding& r, std::int32_t* acc) {
  switch (r.mode) {
    case Rounding::half_up:
      return add_wide_as<Rounding::half_up>(x, windows, terms, filters, shift, r, acc);
    case Rounding::half_even:
      return add_wide_as<Rounding::half_even>(x, windows, terms, filters, shift, r, acc);
    case Rounding::truncate:
      return add_wide_as<Rounding::truncate>(x, windows, terms, filters, shift, r, acc);
  }
}

struct FloatStep {
  using Lane = float;
  using Vector = VFloat;
  HWY_INLINE VFloat begin(const float* acc) const { return hn::LoadU(DFloat(), acc); }
  HWY_INLINE VFloat load(const float* x) const { return hn::LoadU(DFloat(), x); }
  HWY_INLINE VFloat broadcast(float weight) const { return hn::Set(DFloat(), weight); }
  HWY_INLINE VFloat add(VFloat sum, VFloat w, VFloat x) const {
    // Mul and Add apart: a fused operation would round once and give other bits.
    return hn::Add(sum, hn::Mul(w, x));
  }
  HWY_INLINE void end(VFloat sum, float* acc) const { hn::StoreU(sum, DFloat(), acc); }
};

void add_float_terms(const float* x, const TileWindows& windows, const FloatTerms& terms,
                     int filters, float* acc) {
  run(FloatStep{}, x, windows, filters, terms.offsets.data(), terms.weights.data(), terms.size(),
      acc);
}

template <Rounding kMode>
HWY_INLINE void round_word_as(const std::int32_t* acc, const TensorRounding& r, std::int16_t* x) {
  const D32 d;
  const hn::Rebind<std::int16_t, D32> narrow;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int s = 0; s < kBatchSamples; s += lanes) {
    V32 y =
        hn::Min(hn::Max(hn::LoadU(d, acc + s), hn::Set(d, r.low_limit)), hn::Set(d, r.high_limit));
    y = r.shift < 0 ? hn::ShiftLeftSame(y, -r.shift) : round_32<kMode>(y, r.shift);
    y = hn::Min(hn::Max(y, hn::Set(d, r.min_code)), hn::Set(d, r.max_code));
    hn::StoreU(hn::DemoteTo(narrow, y), narrow, x + s);
  }
}

void round_word(const std::int32_t* acc, const TensorRounding& r, std::int16_t* x) {
  switch (r.mode) {
    case Rounding::half_up:
      return round_word_as<Rounding::half_up>(acc, r, x);
    case Rounding::half_even:
      return round_word_as<Rounding::half_even>(acc, r, x);
    case Rounding::truncate:
      return round_word_as<Rounding::truncate>(acc, r, x);
  }
}

void largest_magnitude(const std::int16_t* x, std::size_t n, std::int32_t* largest) {
  const D16 d;
  const auto lanes = hn::Lanes(d);
  V16 high = hn::Zero(d);
  V16 low = hn::Zero(d);
  for (std::size_t i = 0; i < n; i += lanes) {
    const V16 v = hn::LoadU(d, x + i);
    high = hn::Max(high, v);
    low = hn::Min(low, v);
  }
  std::int16_t highs[kBatchSamples];
  std::int16_t lows[kBatchSamples];
  hn::StoreU(high, d, highs);
  hn::StoreU(low, d, lows);
  std::int32_t most = 0;
  for (std::size_t i = 0; i < lanes; ++i) {
    if (highs[i] > most) most = highs[i];
    if (-std::int32_t{lows[i]} > most) most = -std::int32_t{lows[i]};
  }
  *largest = most;
}

/// Bit i of the result is lane i of the mask, of the lanes from `part` on.
template <typename Mask>
HWY_INLINE std::uint32_t bits_of(const Mask& mask, int part) {
  const D16 d;
#if HWY_TARGET == HWY_SCALAR
  return (hn::CountTrue(d, mask) != 0 ? std::uint32_t{1} : 0) << part;
#else
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(d, mask, bytes);
  std::uint32_t bits = 0;
  std::memcpy(&bits, bytes, sizeof bits);
  return bits << part;
#endif
}

void read_words(const std::int16_t* x, int words, int theta, int shift, std::int16_t* to,
                WordMasks* masks) {
  const D16 d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  // Above theta - 1 or below its negative: theta itself may be 2^15, beyond 16 bits.
  const V16 above = hn::Set(d, static_cast<std::int16_t>(theta - 1));
  const V16 below = hn::Set(d, static_cast<std::int16_t>(1 - theta));
  for (int w = 0; w < words; ++w, x += kBatchSamples, to += kBatchSamples) {
    WordMasks of_word;
    for (int part = 0; part < kBatchSamples; part += lanes) {
      V16 v = hn::LoadU(d, x + part);
      const auto zero = hn::Eq(v, hn::Zero(d));
      auto kept = hn::Or(hn::Gt(v, above), hn::Lt(v, below));
      // theta 0: "above" is -1 and "below" 1, which every code is above or below.
      v = hn::IfThenElseZero(kept, v);
      of_word.kept |= bits_of(kept, part);
      of_word.zero |= bits_of(zero, part);
      hn::StoreU(hn::ShiftLeftSame(v, shift), d, to + part);
    }
    masks[w] = of_word;
  }
}

void maximum(const std::int16_t* x, std::size_t n, std::int16_t* to) {
  const D16 d;
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    hn::StoreU(hn::Max(hn::LoadU(d, x + i), hn::LoadU(d, to + i)), d, to + i);
  }
}

}  // namespace minerva::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace minerva::kernels {
HWY_EXPORT(add_narrow_terms);
HWY_EXPORT(add_wide_terms);
HWY_EXPORT(add_float_terms);
HWY_EXPORT(round_word);
HWY_EXPORT(largest_magnitude);
HWY_EXPORT(read_words);
HWY_EXPORT(maximum);

void add_narrow_terms(const std::int16_t* x, const TileWindows& windows, const NarrowTerms& terms,
                      int filters, const std::vector<std::uint32_t>& ends,
                      const ProductRounding& rounding, bool clamp, std::int32_t* acc) {
  HWY_DYNAMIC_DISPATCH(add_narrow_terms)
  (x, windows, terms, filters, ends, rounding, clamp, acc);
}

void add_wide_terms(const std::int16_t* x, const TileWindows& windows, const WideTerms& terms,
                    int filters, int shift, const ProductRounding& rounding, std::int32_t* acc) {
  HWY_DYNAMIC_DISPATCH(add_wide_terms)(x, windows, terms, filters, shift, rounding, acc);
}

void add_float_terms(const float* x, const TileWindows& windows, const FloatTerms& terms,
                     int filters, float* acc) {
  HWY_DYNAMIC_DISPATCH(add_float_terms)(x, windows, terms, filters, acc);
}

void round_word(const std::int32_t* acc, const TensorRounding& rounding, std::int16_t* x) {
  HWY_DYNAMIC_DISPATCH(round_word)(acc, rounding, x);
}

std::int32_t largest_magnitude(const std::int16_t* x, std::size_t n) {
  std::int32_t largest = 0;
  HWY_DYNAMIC_DISPATCH(largest_magnitude)(x, n, &largest);
  return largest;
}

void read_words(const std::int16_t* x, int words, int theta, int shift, std::int16_t* to,
                WordMasks* masks) {
  HWY_DYNAMIC_DISPATCH(read_words)(x, words, theta, shift, to, masks);
}

void maximum(const std::int16_t* x, std::size_t n, std::int16_t* to) {
  HWY_DYNAMIC_DISPATCH(maximum)(x, n, to);
}

}  // namespace minerva::kernels
#endif
