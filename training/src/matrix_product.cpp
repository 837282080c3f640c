#include "minerva/training/matrix_product.hpp"

#include <cblas.h>

#include <mutex>

namespace minerva::training {
namespace {

CBLAS_TRANSPOSE form(bool transposed) { return transposed ? CblasTrans : CblasNoTrans; }

/// Sets one BLAS thread, since threads go around whole trainings. It is the whole program's
/// setting.
bool is_sequential_build() {
  openblas_set_num_threads(1);
  return openblas_get_parallel() == OPENBLAS_SEQUENTIAL;
}

/// Holds the turn of a product for as long as it lives, where turns are taken.
class Turn {
 public:
  Turn() : lock_(mutex(), std::defer_lock) {
    if (products_take_turns()) lock_.lock();
  }

 private:
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  std::unique_lock<std::mutex> lock_;
};

}  // namespace

bool products_take_turns() {
  static const bool sequential = is_sequential_build();
  return sequential;
}

void matrix_product(const ProductShape& s, const float* a, int lda, const float* b, int ldb,
                    float beta, float* c) {
  const Turn turn;
  cblas_sgemm(CblasColMajor, form(s.transpose_a), form(s.transpose_b), s.m, s.n, s.k, 1.0F, a, lda,
              b, ldb, beta, c, s.m);
}

void matrix_product(const ProductShape& s, const double* a, int lda, const double* b, int ldb,
                    double beta, double* c) {
  const Turn turn;
  cblas_dgemm(CblasColMajor, form(s.transpose_a), form(s.transpose_b), s.m, s.n, s.k, 1.0, a, lda,
              b, ldb, beta, c, s.m);
}

}  // namespace minerva::training
