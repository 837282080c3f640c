#pragma once

namespace minerva::training {

/// c = op(a) op(b) + beta c, column-major, op the transpose where asked; op(a) is m x k, op(b) k x
/// n, c m x n with leading dimension m. One BLAS thread. May be called from several threads.
struct ProductShape {
  int m = 0;
  int n = 0;
  int k = 0;
  bool transpose_a = false;
  bool transpose_b = false;
};
void matrix_product(const ProductShape& shape, const float* a, int lda, const float* b, int ldb,
                    float beta, float* c);
void matrix_product(const ProductShape& shape, const double* a, int lda, const double* b, int ldb,
                    double beta, double* c);

/// True when the OpenBLAS at hand is its sequential build, whose products give wrong numbers when
/// they run at once: those of trainings side by side then take turns, and two cores gain little.
bool products_take_turns();

}  // namespace minerva::training
