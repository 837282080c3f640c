#pragma once
#include <cstddef>
#include <cstdint>

// The element-wise loops of training: those for float with the vectors of the CPU at hand, no
// operation of which depends on their width, those for double plain.
namespace minerva::training::kernels {

/// x (rows x columns, step apart) = scale * x where bits >= threshold and 0 elsewhere; bits packed.
void drop(float* x, int rows, std::ptrdiff_t step, int columns, const std::uint16_t* bits,
          int threshold, float scale);
void drop(double* x, int rows, std::ptrdiff_t step, int columns, const std::uint16_t* bits,
          int threshold, double scale);

/// delta = x > 0 ? scale * (delta + slope) : 0, back through dropout, ReLU and activation penalty.
void relu_backward(float* delta, const float* x, int count, float scale, float slope);
void relu_backward(double* delta, const double* x, int count, double scale, double slope);

/// Sums of the rows of `matrix` (rows x columns, step apart), in the order of the columns.
void row_sums(float* sums, const float* matrix, int rows, std::ptrdiff_t step, int columns);
void row_sums(double* sums, const double* matrix, int rows, std::ptrdiff_t step, int columns);

/// Sum of the squares of x, in an order that does not depend on the machine.
double sum_of_squares(const float* x, std::size_t count);
double sum_of_squares(const double* x, std::size_t count);

/// Philox4x32-10 blocks first .. first + 15 of a key, as 8 numbers of 16 bits each, low half first;
/// counter and key as philox4x32 of minerva/core takes them, the counter's first word left out.
constexpr std::uint32_t kPhiloxBlocks = 16;
void philox_bits(std::uint32_t first, const std::uint32_t counter[3], const std::uint32_t key[2],
                 std::uint16_t* bits);

}  // namespace minerva::training::kernels
