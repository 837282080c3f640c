#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "minerva/data/sample_inputs.hpp"
#include "minerva/training/gradient.hpp"
#include "product_kernels.hpp"

namespace minerva::training {

/// The inputs of one batch, gathered as both products of the first layer want them: the elements
/// that are not 0, by sample and by input, or a dense matrix where few are 0.
template <class Scalar>
class BatchInputs {
 public:
  /// Dense samples with at most this share of elements that are not 0 pass as sparse ones: where
  /// both take the same time on a CPU with AVX-512 (784-256-256-256-10, batches of 32 and 128).
  static constexpr double kDensestSparse = 0.22;

  void gather(const Batch& batch, int threads);
  /// Calls change(values, count) for the values that were gathered, in pieces; 0 must stay 0.
  template <class Change>
  void change_values(const Change& change) {
    if (!sparse_) {
      for (int c = 0; c < samples_; ++c) change(dense_.data() + c * step_, inputs_);
      return;
    }
    for (int c = 0; c < samples_; ++c) {
      const auto at = static_cast<std::size_t>(c);
      change(values_.data() + starts_[at], ends_[at] - starts_[at]);
    }
  }
  /// The inputs of one gathered sample, zeros included.
  void copy_sample(int sample, Scalar* to) const {
    if (!sparse_) {
      std::copy_n(dense_.data() + sample * step_, inputs_, to);
      return;
    }
    std::fill_n(to, inputs_, Scalar{0});
    const auto at = static_cast<std::size_t>(sample);
    for (std::int32_t i = starts_[at]; i < ends_[at]; ++i) {
      to[rows_[static_cast<std::size_t>(i)]] = values_[static_cast<std::size_t>(i)];
    }
  }
  /// inputs x samples, the right-hand factor of the forward product.
  kernels::Factor<Scalar> by_sample() const;
  /// samples x inputs, the right-hand factor of the weights' gradient. Costs a pass over the batch.
  kernels::Factor<Scalar> by_input();

 private:
  void gather_lists(const Batch& batch);
  /// False, with nothing gathered that counts, where too many elements are not 0.
  bool gather_nonzero(const Batch& batch, int threads);
  void gather_dense(const Batch& batch, int threads);

  int inputs_ = 0;
  int samples_ = 0;
  bool sparse_ = false;
  std::vector<Scalar> dense_;  ///< columns of step_
  std::ptrdiff_t step_ = 0;
  // Elements by sample, then by input.
  std::vector<std::int32_t> rows_;
  std::vector<Scalar> values_;
  std::vector<std::int32_t> starts_;
  std::vector<std::int32_t> ends_;
  std::vector<std::int32_t> sample_of_;
  std::vector<Scalar> input_values_;
  std::vector<std::int32_t> input_starts_;
};

/// Rows of a matrix of `rows` in memory: whole cache lines, an odd number of them, so that columns
/// do not crowd into few sets of a cache.
std::ptrdiff_t column_step(int rows);

extern template class BatchInputs<float>;
extern template class BatchInputs<double>;

}  // namespace minerva::training
