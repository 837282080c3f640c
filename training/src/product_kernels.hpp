#pragma once
#include <cstddef>
#include <cstdint>

#include "minerva/training/descent.hpp"

// The matrix products of training, column-major. Every element of a result is one chain of fused
// multiply-adds in ascending order of the summed index; vectors hold several rows of the result, so
// neither their width nor the shape of a tile changes a bit. The versions in double are plain
// loops.
namespace minerva::training::kernels {

/// A matrix whose element (row, column) stands at values[row * row_step + column * column_step].
template <class Scalar>
struct Strided {
  const Scalar* values = nullptr;
  std::ptrdiff_t row_step = 1;
  std::ptrdiff_t column_step = 0;
};

/// The elements that are not 0, rows ascending in each column: column c has those from starts[c] to
/// ends[c].
template <class Scalar>
struct SparseColumns {
  const std::int32_t* rows = nullptr;
  const Scalar* values = nullptr;
  const std::int32_t* starts = nullptr;
  const std::int32_t* ends = nullptr;
};

/// The right-hand factor: `sparse` where its starts are there, `dense` otherwise.
template <class Scalar>
struct Factor {
  Strided<Scalar> dense;
  SparseColumns<Scalar> sparse;
};

/// sums (m x columns) = relu?(start + a b), a m x k with unit row step, start a column of m or null
/// for 0. Negative sums become +0 where relu is set; what is not a number stays.
template <class Scalar>
struct Product {
  const Scalar* a = nullptr;
  std::ptrdiff_t a_step = 0;
  int m = 0;
  int k = 0;
  Factor<Scalar> b;
  const Scalar* start = nullptr;
  bool relu = false;
  Scalar* sums = nullptr;
  std::ptrdiff_t sums_step = 0;
};
/// Columns first_column .. last_column - 1 of the product.
void multiply(const Product<float>& product, int first_column, int last_column);
void multiply(const Product<double>& product, int first_column, int last_column);

/// The gradient of weights w (m x inputs, packed): the penalty's, l1 sign(w) + 2 l2 w, and on top
/// of it delta (m x k) times the inputs (k x inputs). Goes to `gradient`, of the same shape, or,
/// where that is null, moves the weights of `state` at once.
template <class Scalar>
struct WeightGradient {
  const Scalar* delta = nullptr;
  std::ptrdiff_t delta_step = 0;
  int m = 0;
  int k = 0;
  Factor<Scalar> inputs;
  const Scalar* penalised = nullptr;  ///< the weights whose penalty is meant
  Scalar l1 = 0;
  Scalar l2 = 0;
  Scalar* gradient = nullptr;
  bool onto = false;  ///< the chains go on from what `gradient` holds, without the penalty
  Descent rule;
  DescentState<Scalar> state;
};
/// The part that belongs to inputs first .. last - 1.
void weight_gradient(const WeightGradient<float>& work, int first, int last);
void weight_gradient(const WeightGradient<double>& work, int first, int last);

/// One step of a rule on `count` parameters, with scale * gradient.
void move(const Descent& rule, const DescentState<float>& state, const float* gradient, float scale,
          std::size_t count);
void move(const Descent& rule, const DescentState<double>& state, const double* gradient,
          double scale, std::size_t count);

/// to (columns x rows, to_step apart) = the transpose of `from` (rows x columns, packed).
void transpose(const float* from, int rows, int columns, float* to, std::ptrdiff_t to_step);
void transpose(const double* from, int rows, int columns, double* to, std::ptrdiff_t to_step);

/// Writes the rows and values of a column's elements that are not 0; returns how many. Room for
/// kCompressSlack more elements than that is written to.
constexpr int kCompressSlack = 64;
int compress(const float* column, int count, std::int32_t* rows, float* values);
int compress(const double* column, int count, std::int32_t* rows, double* values);

/// to[i] = e^(x[i] - largest), relative error below 2e-7; 0 where the result is below 2^-64, so
/// that no product with it is subnormal.
void exponentials(const float* x, int count, float largest, float* to);
void exponentials(const double* x, int count, double largest, double* to);

}  // namespace minerva::training::kernels
