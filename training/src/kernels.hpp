#pragma once
#include <cstddef>
#include <cstdint>

// The element-wise loops of training. Those for float are compiled for several instruction sets and
// chosen by the CPU at run time; they use no fused operation, so the choice changes no bit. Those
// for double serve the gradient test.
namespace minerva::training::kernels {

/// sums (rows x columns) = relu(sums + biases), biases added to each column.
void bias_relu(float* sums, const float* biases, int rows, int columns);
void bias_relu(double* sums, const double* biases, int rows, int columns);

/// The same, times `scale` where bits >= threshold and 0 elsewhere.
void bias_relu_dropout(float* sums, const float* biases, int rows, int columns,
                       const std::uint16_t* bits, int threshold, float scale);
void bias_relu_dropout(double* sums, const double* biases, int rows, int columns,
                       const std::uint16_t* bits, int threshold, double scale);

/// delta = x > 0 ? scale * (delta + slope) : 0, back through dropout, ReLU and activation penalty.
void relu_backward(float* delta, const float* x, std::size_t count, float scale, float slope);
void relu_backward(double* delta, const double* x, std::size_t count, double scale, double slope);

/// gradient = l1 * sign(w) + 2 * l2 * w.
void penalty_gradient(float* gradient, const float* weights, std::size_t count, float l1, float l2);
void penalty_gradient(double* gradient, const double* weights, std::size_t count, double l1,
                      double l2);

/// sums of the rows of `matrix` (rows x columns), in the order of the columns.
void row_sums(float* sums, const float* matrix, int rows, int columns);
void row_sums(double* sums, const double* matrix, int rows, int columns);

/// Adam (Kingma and Ba, 2015, end of Sec. 2): `step_size` and `epsilon` hold the bias corrections.
void adam(float* w, float* mean, float* variance, const float* gradient, std::size_t count,
          float step_size, float epsilon);
constexpr double kAdamMeanDecay = 0.9;
constexpr double kAdamVarianceDecay = 0.999;
constexpr double kAdamEpsilon = 1e-8;

/// velocity = momentum * velocity + gradient; w -= step_size * velocity.
void momentum_descent(float* w, float* velocity, const float* gradient, std::size_t count,
                      float step_size, float momentum);

/// Philox4x32-10 blocks first .. first + 15 of a key, as 8 numbers of 16 bits each, low half first.
void philox_bits(std::uint16_t* bits, std::uint32_t first, std::uint32_t counter1,
                 std::uint32_t counter2, std::uint32_t counter3, std::uint32_t key0,
                 std::uint32_t key1);

}  // namespace minerva::training::kernels
