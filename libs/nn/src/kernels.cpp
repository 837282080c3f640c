#include "kernels.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace minerva::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <Rounding kMode, typename D, typename V>
HWY_INLINE V round_products(D d, V product, int shift, V half, V low, V high) {
  if constexpr (kMode == Rounding::half_up) {
    product = hn::Add(product, half);
  } else if constexpr (kMode == Rounding::half_even) {
    // Half a step less one, plus the lowest bit that stays: a tie goes up only from an odd code.
    const V odd = hn::And(hn::ShiftRightSame(product, shift), hn::Set(d, 1));
    product = hn::Add(product, hn::Add(half, hn::Sub(odd, hn::Set(d, 1))));
  }
  return hn::Min(hn::Max(hn::ShiftRightSame(product, shift), low), high);
}

// Four vectors of sums stay in registers while all kept inputs pass.
constexpr int kTile = 4;

template <Rounding kMode>
void accumulate_32_mode(const std::int16_t* weights, int row,
                        const std::vector<Kept<std::int16_t>>& kept, const ProductRounding& r,
                        std::int32_t* acc) {
  const hn::ScalableTag<std::int32_t> d;
  const hn::Rebind<std::int16_t, decltype(d)> d16;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto low = hn::Set(d, r.low);
  const auto high = hn::Set(d, r.high);
  const auto half = hn::Set(d, r.shift > 0 ? std::int32_t{1} << (r.shift - 1) : 0);
  const int shift = r.shift;
  const auto rounded = [&](const std::int16_t* w, auto x) HWY_ATTR {
    const auto product = hn::Mul(hn::PromoteTo(d, hn::LoadU(d16, w)), x);
    return round_products<kMode>(d, product, shift, half, low, high);
  };
  int i = 0;
  for (; i + kTile * lanes <= row; i += kTile * lanes) {
    auto s0 = hn::LoadU(d, acc + i);
    auto s1 = hn::LoadU(d, acc + i + lanes);
    auto s2 = hn::LoadU(d, acc + i + 2 * lanes);
    auto s3 = hn::LoadU(d, acc + i + 3 * lanes);
    for (const Kept<std::int16_t>& k : kept) {
      const std::int16_t* w = weights + static_cast<std::ptrdiff_t>(k.input) * row + i;
      const auto x = hn::Set(d, k.value);
      s0 = hn::Add(s0, rounded(w, x));
      s1 = hn::Add(s1, rounded(w + lanes, x));
      s2 = hn::Add(s2, rounded(w + 2 * lanes, x));
      s3 = hn::Add(s3, rounded(w + 3 * lanes, x));
    }
    hn::StoreU(s0, d, acc + i);
    hn::StoreU(s1, d, acc + i + lanes);
    hn::StoreU(s2, d, acc + i + 2 * lanes);
    hn::StoreU(s3, d, acc + i + 3 * lanes);
  }
  for (; i < row; i += lanes) {
    auto sum = hn::LoadU(d, acc + i);
    for (const Kept<std::int16_t>& k : kept) {
      sum = hn::Add(sum, rounded(weights + static_cast<std::ptrdiff_t>(k.input) * row + i,
                                 hn::Set(d, k.value)));
    }
    hn::StoreU(sum, d, acc + i);
  }
}

template <Rounding kMode>
void accumulate_16_mode(const std::int16_t* weights, int row,
                        const std::vector<Kept<std::int16_t>>& kept, const ProductRounding& r,
                        int block, std::int32_t* acc) {
  const hn::ScalableTag<std::int16_t> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto low = hn::Set(d, static_cast<std::int16_t>(r.low));
  const auto high = hn::Set(d, static_cast<std::int16_t>(r.high));
  const auto half =
      hn::Set(d, static_cast<std::int16_t>(r.shift > 0 ? std::int32_t{1} << (r.shift - 1) : 0));
  const int shift = r.shift;
  const auto rounded = [&](const std::int16_t* w, auto x) HWY_ATTR {
    return round_products<kMode>(d, hn::Mul(hn::LoadU(d, w), x), shift, half, low, high);
  };
  const auto flush = [&](auto sum, std::int32_t* to) HWY_ATTR {
    HWY_ALIGN std::int16_t sums[HWY_MAX_BYTES / 2];
    hn::Store(sum, d, sums);
    for (int i = 0; i < lanes; ++i) to[i] += sums[i];
  };
  const std::size_t count = kept.size();
  for (std::size_t from = 0; from < count; from += static_cast<std::size_t>(block)) {
    const std::size_t to = std::min(count, from + static_cast<std::size_t>(block));
    int i = 0;
    for (; i + kTile * lanes <= row; i += kTile * lanes) {
      auto s0 = hn::Zero(d);
      auto s1 = hn::Zero(d);
      auto s2 = hn::Zero(d);
      auto s3 = hn::Zero(d);
      for (std::size_t k = from; k < to; ++k) {
        const std::int16_t* w = weights + static_cast<std::ptrdiff_t>(kept[k].input) * row + i;
        const auto x = hn::Set(d, kept[k].value);
        s0 = hn::Add(s0, rounded(w, x));
        s1 = hn::Add(s1, rounded(w + lanes, x));
        s2 = hn::Add(s2, rounded(w + 2 * lanes, x));
        s3 = hn::Add(s3, rounded(w + 3 * lanes, x));
      }
      flush(s0, acc + i);
      flush(s1, acc + i + lanes);
      flush(s2, acc + i + 2 * lanes);
      flush(s3, acc + i + 3 * lanes);
    }
    for (; i < row; i += lanes) {
      auto sum = hn::Zero(d);
      for (std::size_t k = from; k < to; ++k) {
        sum = hn::Add(sum, rounded(weights + static_cast<std::ptrdiff_t>(kept[k].input) * row + i,
                                   hn::Set(d, kept[k].value)));
      }
      flush(sum, acc + i);
    }
  }
}

void accumulate_32(const std::int16_t* w, int row, const std::vector<Kept<std::int16_t>>& kept,
                   const ProductRounding& r, std::int32_t* acc) {
  if (r.shift == 0 || r.mode == Rounding::truncate) {
    accumulate_32_mode<Rounding::truncate>(w, row, kept, r, acc);
  } else if (r.mode == Rounding::half_up) {
    accumulate_32_mode<Rounding::half_up>(w, row, kept, r, acc);
  } else {
    accumulate_32_mode<Rounding::half_even>(w, row, kept, r, acc);
  }
}

void accumulate_16(const std::int16_t* w, int row, const std::vector<Kept<std::int16_t>>& kept,
                   const ProductRounding& r, int block, std::int32_t* acc) {
  if (r.shift == 0 || r.mode == Rounding::truncate) {
    accumulate_16_mode<Rounding::truncate>(w, row, kept, r, block, acc);
  } else if (r.mode == Rounding::half_up) {
    accumulate_16_mode<Rounding::half_up>(w, row, kept, r, block, acc);
  } else {
    accumulate_16_mode<Rounding::half_even>(w, row, kept, r, block, acc);
  }
}

void accumulate_float(const float* weights, int row, const std::vector<Kept<float>>& kept,
                      float* acc) {
  const hn::ScalableTag<float> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  int i = 0;
  // Mul and Add apart: a fused operation would round once and give other bits.
  const auto step = [&](auto sum, const float* w, auto x)
                        HWY_ATTR { return hn::Add(sum, hn::Mul(hn::LoadU(d, w), x)); };
  for (; i + kTile * lanes <= row; i += kTile * lanes) {
    auto s0 = hn::LoadU(d, acc + i);
    auto s1 = hn::LoadU(d, acc + i + lanes);
    auto s2 = hn::LoadU(d, acc + i + 2 * lanes);
    auto s3 = hn::LoadU(d, acc + i + 3 * lanes);
    for (const Kept<float>& k : kept) {
      const float* w = weights + static_cast<std::ptrdiff_t>(k.input) * row + i;
      const auto x = hn::Set(d, k.value);
      s0 = step(s0, w, x);
      s1 = step(s1, w + lanes, x);
      s2 = step(s2, w + 2 * lanes, x);
      s3 = step(s3, w + 3 * lanes, x);
    }
    hn::StoreU(s0, d, acc + i);
    hn::StoreU(s1, d, acc + i + lanes);
    hn::StoreU(s2, d, acc + i + 2 * lanes);
    hn::StoreU(s3, d, acc + i + 3 * lanes);
  }
  for (; i < row; i += lanes) {
    auto sum = hn::LoadU(d, acc + i);
    for (const Kept<float>& k : kept) {
      sum =
          step(sum, weights + static_cast<std::ptrdiff_t>(k.input) * row + i, hn::Set(d, k.value));
    }
    hn::StoreU(sum, d, acc + i);
  }
}

const char* target_name() { return hwy::TargetName(HWY_TARGET); }

}  // namespace minerva::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace minerva::kernels {
HWY_EXPORT(accumulate_32);
HWY_EXPORT(accumulate_16);
HWY_EXPORT(accumulate_float);
HWY_EXPORT(target_name);

void accumulate_32(const std::int16_t* weights, int row,
                   const std::vector<Kept<std::int16_t>>& kept, const ProductRounding& rounding,
                   std::int32_t* acc) {
  HWY_DYNAMIC_DISPATCH(accumulate_32)(weights, row, kept, rounding, acc);
}

void accumulate_16(const std::int16_t* weights, int row,
                   const std::vector<Kept<std::int16_t>>& kept, const ProductRounding& rounding,
                   int block, std::int32_t* acc) {
  HWY_DYNAMIC_DISPATCH(accumulate_16)(weights, row, kept, rounding, block, acc);
}

void accumulate_float(const float* weights, int row, const std::vector<Kept<float>>& kept,
                      float* acc) {
  HWY_DYNAMIC_DISPATCH(accumulate_float)(weights, row, kept, acc);
}

const char* instruction_set() { return HWY_DYNAMIC_DISPATCH(target_name)(); }

}  // namespace minerva::kernels
#endif
