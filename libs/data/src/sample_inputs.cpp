#include "minerva/data/sample_inputs.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/base/errors.hpp"

namespace minerva {

SampleInputs::SampleInputs(SparseInputs sparse) : values_(std::move(sparse)) {
  const SparseInputs& s = std::get<1>(values_);
  expects(s.isCompressed(), "SampleInputs: sparse inputs must be compressed");
  expects(std::none_of(s.valuePtr(), s.valuePtr() + s.nonZeros(), [](float x) { return x == 0; }),
          "SampleInputs: sparse inputs store no zero");
}

Eigen::Index SampleInputs::rows() const { return is_sparse() ? sparse().rows() : dense().rows(); }
Eigen::Index SampleInputs::cols() const { return is_sparse() ? sparse().cols() : dense().cols(); }

const Eigen::MatrixXf& SampleInputs::dense() const {
  expects(!is_sparse(), "SampleInputs: the inputs are sparse");
  return std::get<0>(values_);
}

Eigen::MatrixXf& SampleInputs::dense() {
  expects(!is_sparse(), "SampleInputs: the inputs are sparse");
  return std::get<0>(values_);
}

const SparseInputs& SampleInputs::sparse() const {
  expects(is_sparse(), "SampleInputs: the inputs are dense");
  return std::get<1>(values_);
}

float SampleInputs::at(Eigen::Index input, Eigen::Index sample) const {
  return is_sparse() ? sparse().coeff(input, sample) : dense()(input, sample);
}

void SampleInputs::copy_column(Eigen::Index sample, float* to) const {
  if (!is_sparse()) {
    std::copy_n(dense().col(sample).data(), dense().rows(), to);
    return;
  }
  std::fill_n(to, rows(), 0.0F);
  for (SparseInputs::InnerIterator x(sparse(), sample); x; ++x) to[x.index()] = x.value();
}

SampleInputs SampleInputs::left_columns(Eigen::Index count) const {
  if (!is_sparse()) return Eigen::MatrixXf(dense().leftCols(count));
  return SampleInputs(SparseInputs(sparse().leftCols(count)));
}

Eigen::VectorXf SampleInputs::largest_magnitudes() const {
  if (!is_sparse()) return dense().cwiseAbs().rowwise().maxCoeff();
  Eigen::VectorXf largest = Eigen::VectorXf::Zero(rows());
  for (Eigen::Index s = 0; s < cols(); ++s) {
    for (SparseInputs::InnerIterator x(sparse(), s); x; ++x) {
      largest[x.index()] = std::max(largest[x.index()], std::fabs(x.value()));
    }
  }
  return largest;
}

}  // namespace minerva
