#pragma once
#include <Eigen/Core>
#include <Eigen/SparseCore>
#include <cstdint>
#include <variant>

namespace minerva {

/// Sparse inputs, such as bags of words: one sample a column, in Eigen's compressed form, with the
/// inputs of a column ascending and no stored zero.
using SparseInputs = Eigen::SparseMatrix<float, Eigen::ColMajor, std::int32_t>;

/// The inputs of samples, inputs x samples, either dense or sparse. Sparse inputs are never made
/// dense as a whole, since 20 newsgroups would then need 1.7 GB.
class SampleInputs {
 public:
  SampleInputs() = default;
  SampleInputs(Eigen::MatrixXf dense)
      : values_(std::move(dense)) {}  // NOLINT: a plain matrix is one
  /// Throws ContractViolation when the matrix stores a zero or is not compressed.
  explicit SampleInputs(SparseInputs sparse);

  Eigen::Index rows() const;
  Eigen::Index cols() const;
  bool is_sparse() const { return values_.index() == 1; }
  /// The values in their form. Calling the function of the other form breaks the contract.
  const Eigen::MatrixXf& dense() const;
  Eigen::MatrixXf& dense();
  const SparseInputs& sparse() const;

  /// One value. In sparse inputs this searches the column.
  float at(Eigen::Index input, Eigen::Index sample) const;
  /// Writes all rows() values of a sample to `to`, zeros included.
  void copy_column(Eigen::Index sample, float* to) const;
  SampleInputs left_columns(Eigen::Index count) const;
  /// The largest |x| of each input over all samples; rows() values.
  Eigen::VectorXf largest_magnitudes() const;

 private:
  std::variant<Eigen::MatrixXf, SparseInputs> values_;
};

}  // namespace minerva
