#include "reference_outputs.hpp"

#include <algorithm>
#include <numeric>

#include "minerva/arithmetic/portable_math.hpp"

namespace minerva {

ReferenceOutputs::ReferenceOutputs(const Eigen::MatrixXf& outputs)
    : outputs_(static_cast<std::size_t>(outputs.rows())),
      probabilities_(static_cast<std::size_t>(outputs.size())),
      negative_entropy_(static_cast<std::size_t>(outputs.cols()), 0) {
  for (Eigen::Index s = 0; s < outputs.cols(); ++s) {
    double* p = probabilities_.data() + static_cast<std::size_t>(s) * outputs_;
    const double top = outputs.col(s).maxCoeff();
    double sum = 0;
    for (std::size_t i = 0; i < outputs_; ++i) {
      p[i] = portable_exp(double{outputs(static_cast<Eigen::Index>(i), s)} - top);
      sum += p[i];
    }
    double& entropy = negative_entropy_[static_cast<std::size_t>(s)];
    for (std::size_t i = 0; i < outputs_; ++i) {
      p[i] /= sum;
      if (p[i] > 0) entropy += p[i] * portable_log(p[i]);
    }
  }
}

double ReferenceOutputs::divergence(std::int64_t sample, const std::vector<double>& sums) const {
  const double* p = probabilities_.data() + static_cast<std::size_t>(sample) * outputs_;
  const double top = *std::max_element(sums.begin(), sums.end());
  double sum = 0;
  double cross = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sum += portable_exp(sums[i] - top);
    cross += p[i] * (sums[i] - top);
  }
  return negative_entropy_[static_cast<std::size_t>(sample)] - cross + portable_log(sum);
}

std::vector<std::int64_t> ReferenceOutputs::hardest_first(
    const std::vector<std::int32_t>& labels) const {
  std::vector<std::int64_t> order(labels.size());
  std::iota(order.begin(), order.end(), 0);
  if (empty()) return order;
  std::vector<double> margin(labels.size());
  for (std::size_t s = 0; s < labels.size(); ++s) {
    const double* p = probabilities_.data() + s * outputs_;
    double own = 0;
    double other = 0;
    for (std::size_t i = 0; i < outputs_; ++i) {
      if (static_cast<std::int32_t>(i) == labels[s]) {
        own = p[i];
      } else {
        other = std::max(other, p[i]);
      }
    }
    margin[s] = own - other;
  }
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return margin[static_cast<std::size_t>(a)] < margin[static_cast<std::size_t>(b)];
  });
  return order;
}

}  // namespace minerva
