#include "kernels.hpp"

#include <cmath>

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
MINERVA_INLINE void bias_relu_of(Scalar* __restrict sums, const Scalar* __restrict biases, int rows,
                                 int columns) {
  for (int c = 0; c < columns; ++c, sums += rows) {
    for (int r = 0; r < rows; ++r) {
      const Scalar sum = sums[r] + biases[r];
      sums[r] = sum > 0 ? sum : Scalar{0};
    }
  }
}

template <class Scalar>
MINERVA_INLINE void bias_relu_dropout_of(Scalar* __restrict sums, const Scalar* __restrict biases,
                                         int rows, int columns,
                                         const std::uint16_t* __restrict bits, int threshold,
                                         Scalar scale) {
  for (int c = 0; c < columns; ++c, sums += rows, bits += rows) {
    for (int r = 0; r < rows; ++r) {
      const Scalar sum = sums[r] + biases[r];
      const Scalar kept = sum > 0 ? sum * scale : Scalar{0};
      sums[r] = int{bits[r]} >= threshold ? kept : Scalar{0};
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
MINERVA_INLINE void penalty_gradient_of(Scalar* __restrict gradient,
                                        const Scalar* __restrict weights, std::size_t count,
                                        Scalar l1, Scalar l2) {
  for (std::size_t i = 0; i < count; ++i) {
    const Scalar w = weights[i];
    const Scalar sign = w > 0 ? l1 : (w < 0 ? -l1 : Scalar{0});
    gradient[i] = sign + 2 * l2 * w;
  }
}

template <class Scalar>
MINERVA_INLINE void row_sums_of(Scalar* __restrict sums, const Scalar* __restrict matrix, int rows,
                                int columns) {
  for (int r = 0; r < rows; ++r) sums[r] = 0;
  for (int c = 0; c < columns; ++c, matrix += rows) {
    for (int r = 0; r < rows; ++r) sums[r] += matrix[r];
  }
}
}  // namespace

MINERVA_CLONES void bias_relu(float* sums, const float* biases, int rows, int columns) {
  bias_relu_of(sums, biases, rows, columns);
}
void bias_relu(double* sums, const double* biases, int rows, int columns) {
  bias_relu_of(sums, biases, rows, columns);
}

MINERVA_CLONES void bias_relu_dropout(float* sums, const float* biases, int rows, int columns,
                                      const std::uint16_t* bits, int threshold, float scale) {
  bias_relu_dropout_of(sums, biases, rows, columns, bits, threshold, scale);
}
void bias_relu_dropout(double* sums, const double* biases, int rows, int columns,
                       const std::uint16_t* bits, int threshold, double scale) {
  bias_relu_dropout_of(sums, biases, rows, columns, bits, threshold, scale);
}

MINERVA_CLONES void relu_backward(float* delta, const float* x, std::size_t count, float scale,
                                  float slope) {
  relu_backward_of(delta, x, count, scale, slope);
}
void relu_backward(double* delta, const double* x, std::size_t count, double scale, double slope) {
  relu_backward_of(delta, x, count, scale, slope);
}

MINERVA_CLONES void penalty_gradient(float* gradient, const float* weights, std::size_t count,
                                     float l1, float l2) {
  penalty_gradient_of(gradient, weights, count, l1, l2);
}
void penalty_gradient(double* gradient, const double* weights, std::size_t count, double l1,
                      double l2) {
  penalty_gradient_of(gradient, weights, count, l1, l2);
}

MINERVA_CLONES void row_sums(float* sums, const float* matrix, int rows, int columns) {
  row_sums_of(sums, matrix, rows, columns);
}
void row_sums(double* sums, const double* matrix, int rows, int columns) {
  row_sums_of(sums, matrix, rows, columns);
}

MINERVA_CLONES void adam(float* __restrict w, float* __restrict mean, float* __restrict variance,
                         const float* __restrict gradient, std::size_t count, float step_size,
                         float epsilon) {
  constexpr float kMean = static_cast<float>(kAdamMeanDecay);
  constexpr float kVariance = static_cast<float>(kAdamVarianceDecay);
  for (std::size_t i = 0; i < count; ++i) {
    const float g = gradient[i];
    const float m = kMean * mean[i] + (1 - kMean) * g;
    const float v = kVariance * variance[i] + (1 - kVariance) * (g * g);
    mean[i] = m;
    variance[i] = v;
    w[i] -= step_size * m / (std::sqrt(v) + epsilon);
  }
}

MINERVA_CLONES void momentum_descent(float* __restrict w, float* __restrict velocity,
                                     const float* __restrict gradient, std::size_t count,
                                     float step_size, float momentum) {
  for (std::size_t i = 0; i < count; ++i) {
    velocity[i] = momentum * velocity[i] + gradient[i];
    w[i] -= step_size * velocity[i];
  }
}

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
