#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "minerva/engine/error_measure.hpp"
#include "reference_outputs.hpp"

namespace minerva {

/// The error of each sample by an ErrorMeasure, and its divergence from the reference outputs.
class SampleErrors {
 public:
  /// `labels` must outlive this. `reference`: sums of the float network, outputs x samples, or
  /// empty.
  SampleErrors(const std::vector<std::int32_t>& labels, const Eigen::MatrixXf& reference,
               ErrorMeasure measure);

  /// error() and divergence() look at the outputs; else those may be empty.
  bool reads_outputs() const { return measure_.targets || diverges(); }
  /// There are reference outputs.
  bool diverges() const { return !reference_.empty() || values_.size() > 0; }
  /// Whether a network of so many outputs fits targets and reference.
  bool fits(std::size_t outputs) const;

  std::int64_t error(std::int64_t sample, int predicted_class,
                     const std::vector<double>& outputs) const;
  double divergence(std::int64_t sample, const std::vector<double>& outputs) const;
  /// Samples by how likely they are to be wrong, where that is known; else in their order.
  std::vector<std::int64_t> hardest_first() const { return reference_.hardest_first(labels_); }

 private:
  const std::vector<std::int32_t>& labels_;
  ErrorMeasure measure_;
  ReferenceOutputs reference_;  ///< without targets
  Eigen::MatrixXf values_;      ///< the reference outputs, with targets
};

}  // namespace minerva
