#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <vector>

namespace minerva {

/// Softmax outputs of the float network, to diverge from.
class ReferenceOutputs {
 public:
  /// `outputs`: sums of the float network, outputs x samples; may be empty.
  explicit ReferenceOutputs(const Eigen::MatrixXf& outputs);

  bool empty() const { return probabilities_.empty(); }
  std::size_t outputs() const { return outputs_; }
  /// Divergence (Kullback-Leibler, nats) of softmax(sums) from the reference of `sample`.
  double divergence(std::int64_t sample, const std::vector<double>& sums) const;
  /// Samples by how likely they are to be wrong: the reference's probability of the label less the
  /// largest other one, smallest first. In their order when there is no reference.
  std::vector<std::int64_t> hardest_first(const std::vector<std::int32_t>& labels) const;

 private:
  std::size_t outputs_ = 0;
  std::vector<double> probabilities_;     // outputs x samples
  std::vector<double> negative_entropy_;  // a sample
};

}  // namespace minerva
