// Loops over vectors of floats for one instruction set; included once for each by the files that
// foreach_target.h repeats, hence no pragma once.
#if defined(MINERVA_TRAINING_VECTOR_LOOPS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef MINERVA_TRAINING_VECTOR_LOOPS_INL
#undef MINERVA_TRAINING_VECTOR_LOOPS_INL
#else
#define MINERVA_TRAINING_VECTOR_LOOPS_INL
#endif

#include <hwy/highway.h>

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace minerva::training::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int kMostLanes = static_cast<int>(HWY_LANES(float));

/// a b + c, rounded once.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V fma(D d, V a, V b, V c) {
#if HWY_NATIVE_FMA
  (void)d;
  return hn::MulAdd(a, b, c);
#else
  constexpr std::size_t kLanes = hn::MaxLanes(D());
  HWY_ALIGN float x[kLanes];
  HWY_ALIGN float y[kLanes];
  HWY_ALIGN float z[kLanes];
  hn::Store(a, d, x);
  hn::Store(b, d, y);
  hn::Store(c, d, z);
  for (std::size_t i = 0; i < kLanes; ++i) z[i] = std::fma(x[i], y[i], z[i]);
  return hn::Load(d, z);
#endif
}

/// Calls part(tag, i) for vectors that cover first .. last - 1, ever shorter ones at the end, so
/// that nothing beyond is read.
template <class D, class Part>
HWY_INLINE void cover(D d, int first, int last, const Part& part) {
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));
  for (; first + kLanes <= last; first += kLanes) part(d, first);
  if constexpr (kLanes > 1) {
    if (first < last) cover(hn::CappedTag<float, kLanes / 2>(), first, last, part);
  }
}

}  // namespace minerva::training::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
