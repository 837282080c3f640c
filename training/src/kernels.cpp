#include "kernels.hpp"

#include "minerva/training/gradient.hpp"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define MINERVA_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MINERVA_CLONES
#endif

namespace minerva::training::kernels {
namespace {
// Inlined into each clone, so that it is compiled for that clone's instruction set.
#define MINERVA_INLINE __attribute__((always_inline)) inline

template <class Scalar>
MINERVA_INLINE void drop_of(Scalar* __restrict x, int rows, std::ptrdiff_t step, int columns,
                            const std::uint16_t* __restrict bits, int threshold, Scalar scale) {
  for (int c = 0; c < columns; ++c, x += step, bits += rows) {
    for (int r = 0; r < rows; ++r) {
      const Scalar scaled = x[r] * scale;
      x[r] = int{bits[r]} >= threshold ? scaled : Scalar{0};
    }
  }
}

template <class Scalar>
MINERVA_INLINE void relu_backward_of(Scalar* __restrict delta, const Scalar* __restrict x,
                                     std::size_t count, Scalar scale, Scalar slope) {
  for (std::size_t i = 0; i < count; ++i) {
    const Scalar passed = scale * (delta[i] + slope);
    delta[i] = x[i] > 0 ? passed : Scalar{0};
  }
}

template <class Scalar>
MINERVA_INLINE void row_sums_of(Scalar* __restrict sums, const Scalar* __restrict matrix, int rows,
                                std::ptrdiff_t step, int columns) {
  for (int r = 0; r < rows; ++r) sums[r] = 0;
  for (int c = 0; c < columns; ++c, matrix += step) {
    for (int r = 0; r < rows; ++r) sums[r] += matrix[r];
  }
}

template <class Scalar>
MINERVA_INLINE double sum_of_squares_of(const Scalar* __restrict x, std::size_t count) {
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

MINERVA_CLONES void drop(float* x, int rows, std::ptrdiff_t step, int columns,
                         const std::uint16_t* bits, int threshold, float scale) {
  drop_of(x, rows, step, columns, bits, threshold, scale);
}
void drop(double* x, int rows, std::ptrdiff_t step, int columns, const std::uint16_t* bits,
          int threshold, double scale) {
  drop_of(x, rows, step, columns, bits, threshold, scale);
}

MINERVA_CLONES void relu_backward(float* delta, const float* x, std::size_t count, float scale,
                                  float slope) {
  relu_backward_of(delta, x, count, scale, slope);
}
void relu_backward(double* delta, const double* x, std::size_t count, double scale, double slope) {
  relu_backward_of(delta, x, count, scale, slope);
}

MINERVA_CLONES void row_sums(float* sums, const float* matrix, int rows, std::ptrdiff_t step,
                             int columns) {
  row_sums_of(sums, matrix, rows, step, columns);
}
void row_sums(double* sums, const double* matrix, int rows, std::ptrdiff_t step, int columns) {
  row_sums_of(sums, matrix, rows, step, columns);
}

MINERVA_CLONES double sum_of_squares(const float* x, std::size_t count) {
  return sum_of_squares_of(x, count);
}
double sum_of_squares(const double* x, std::size_t count) { return sum_of_squares_of(x, count); }

MINERVA_CLONES void philox_bits(std::uint16_t* __restrict bits, std::uint32_t first,
                                std::uint32_t counter1, std::uint32_t counter2,
                                std::uint32_t counter3, std::uint32_t key0, std::uint32_t key1) {
  constexpr std::uint32_t kBlocks = kDropoutChunk / 8;
  std::uint32_t c0[kBlocks];
  std::uint32_t c1[kBlocks];
  std::uint32_t c2[kBlocks];
  std::uint32_t c3[kBlocks];
  for (std::uint32_t i = 0; i < kBlocks; ++i) {
    c0[i] = first + i;
    c1[i] = counter1;
    c2[i] = counter2;
    c3[i] = counter3;
  }
  for (int round = 0; round < 10; ++round) {
    for (std::uint32_t i = 0; i < kBlocks; ++i) {
      const std::uint64_t a = std::uint64_t{0xD2511F53U} * c0[i];
      const std::uint64_t b = std::uint64_t{0xCD9E8D57U} * c2[i];
      c0[i] = static_cast<std::uint32_t>(b >> 32) ^ c1[i] ^ key0;
      c1[i] = static_cast<std::uint32_t>(b);
      c2[i] = static_cast<std::uint32_t>(a >> 32) ^ c3[i] ^ key1;
      c3[i] = static_cast<std::uint32_t>(a);
    }
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
  for (std::uint32_t i = 0; i < kBlocks; ++i) {
    const std::uint32_t words[4] = {c0[i], c1[i], c2[i], c3[i]};
    for (int j = 0; j < 4; ++j) {
      *bits++ = static_cast<std::uint16_t>(words[j]);
      *bits++ = static_cast<std::uint16_t>(words[j] >> 16);
    }
  }
}

}  // namespace minerva::training::kernels
