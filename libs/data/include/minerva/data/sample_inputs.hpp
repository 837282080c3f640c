#pragma once
#include <Eigen/Core>
#include <Eigen/SparseCore>
#include <cstdint>
#include <variant>

namespace minerva {

/// Bags of words: one sample a column, compressed, inputs ascending, no stored zero.
using SparseInputs = Eigen::SparseMatrix<float, Eigen::ColMajor, std::int32_t>;

/// What samples feed to a network, inputs x samples. Sparse ones are never made dense as a whole:
/// 20 newsgroups would take 1.7 GB.
class SampleInputs {
 public:
  SampleInputs() = default;
  SampleInputs(Eigen::MatrixXf dense)
      : values_(std::move(dense)) {}  // NOLINT: a plain matrix is one
  /// Throws when a zero is stored or the matrix is not compressed.
  explicit SampleInputs(SparseInputs sparse);

  Eigen::Index rows() const;
  Eigen::Index cols() const;
  bool is_sparse() const { return values_.index() == 1; }
  /// The values in the form that they are in; asking for the other one is a broken contract.
  const Eigen::MatrixXf& dense() const;
  Eigen::MatrixXf& dense();
  const SparseInputs& sparse() const;

  /// One value; a search in a sparse column.
  float at(Eigen::Index input, Eigen::Index sample) const;
  /// All rows() values of a sample.
  void copy_column(Eigen::Index sample, float* to) const;
  SampleInputs left_columns(Eigen::Index count) const;
  /// Largest |x| of each input over all samples.
  Eigen::VectorXf largest_magnitudes() const;

 private:
  std::variant<Eigen::MatrixXf, SparseInputs> values_;
};

}  // namespace minerva
