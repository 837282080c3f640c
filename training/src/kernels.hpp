#pragma once
#include <cstddef>
#include <cstdint>

// The element-wise loops of training. Those for float are compiled for several instruction sets and
// chosen by the CPU at run time; they use no fused operation, so the choice changes no bit. Those
// for double serve the gradient test.
namespace minerva::training::kernels {

/// x (rows x columns, step apart) = scale * x where bits >= threshold and 0 elsewhere; bits packed.
void drop(float* x, int rows, std::ptrdiff_t step, int columns, const std::uint16_t* bits,
          int threshold, float scale);
void drop(double* x, int rows, std::ptrdiff_t step, int columns, const std::uint16_t* bits,
          int threshold, double scale);

/// delta = x > 0 ? scale * (delta + slope) : 0, back through dropout, ReLU and activation penalty.
void relu_backward(float* delta, const float* x, std::size_t count, float scale, float slope);
void relu_backward(double* delta, const double* x, std::size_t count, double scale, double slope);

/// Sums of the rows of `matrix` (rows x columns, step apart), in the order of the columns.
void row_sums(float* sums, const float* matrix, int rows, std::ptrdiff_t step, int columns);
void row_sums(double* sums, const double* matrix, int rows, std::ptrdiff_t step, int columns);

/// Sum of the squares of x, in an order that does not depend on the machine.
double sum_of_squares(const float* x, std::size_t count);
double sum_of_squares(const double* x, std::size_t count);

/// Philox4x32-10 blocks first .. first + 15 of a key, as 8 numbers of 16 bits each, low half first.
void philox_bits(std::uint16_t* bits, std::uint32_t first, std::uint32_t counter1,
                 std::uint32_t counter2, std::uint32_t counter3, std::uint32_t key0,
                 std::uint32_t key1);

}  // namespace minerva::training::kernels
