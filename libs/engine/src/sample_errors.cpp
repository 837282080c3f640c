#include "sample_errors.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

/// Half of the squared distance of outputs from a column of float values.
template <typename Outputs>
double half_squared_distance(const Outputs& outputs, const Eigen::MatrixXf& values,
                             Eigen::Index sample) {
  double sum = 0;
  for (Eigen::Index i = 0; i < values.rows(); ++i) {
    const double difference =
        outputs(static_cast<std::size_t>(i)) - static_cast<double>(values(i, sample));
    sum += difference * difference;
  }
  return 0.5 * sum;
}

std::int64_t in_units(double error) {
  // Beyond it a sum over 2^20 samples would not fit; no bound of a search is near.
  constexpr double kMost = 4e12;
  return static_cast<std::int64_t>(
      std::floor(std::min(error * static_cast<double>(kSquaredErrorUnits), kMost) + 0.5));
}

}  // namespace

SampleErrors::SampleErrors(const std::vector<std::int32_t>& labels,
                           const Eigen::MatrixXf& reference, ErrorMeasure measure)
    : labels_(labels),
      measure_(std::move(measure)),
      reference_(measure_.targets ? Eigen::MatrixXf() : reference) {
  if (!measure_.targets) return;
  values_ = reference;
  expects(measure_.targets->cols() == static_cast<Eigen::Index>(labels.size()),
          "SampleErrors: targets and samples differ in number");
}

bool SampleErrors::fits(std::size_t outputs) const {
  if (measure_.targets && static_cast<std::size_t>(measure_.targets->rows()) != outputs) {
    return false;
  }
  if (values_.size() > 0) return static_cast<std::size_t>(values_.rows()) == outputs;
  return reference_.empty() || reference_.outputs() == outputs;
}

std::int64_t SampleErrors::error(std::int64_t sample, int predicted_class,
                                 const std::vector<double>& outputs) const {
  if (!measure_.targets) {
    return predicted_class != labels_[static_cast<std::size_t>(sample)] ? 1 : 0;
  }
  return in_units(
      half_squared_distance([&](std::size_t i) { return outputs[i]; }, *measure_.targets, sample));
}

double SampleErrors::divergence(std::int64_t sample, const std::vector<double>& outputs) const {
  if (!measure_.targets) return reference_.divergence(sample, outputs);
  return half_squared_distance([&](std::size_t i) { return outputs[i]; }, values_, sample);
}

std::int64_t squared_error_units(const Eigen::MatrixXf& outputs, const Eigen::MatrixXf& targets) {
  expects(outputs.rows() == targets.rows() && outputs.cols() == targets.cols(),
          "squared_error_units: outputs and targets differ in shape");
  std::int64_t units = 0;
  for (Eigen::Index s = 0; s < outputs.cols(); ++s) {
    units += in_units(half_squared_distance(
        [&](std::size_t i) {
          return static_cast<double>(outputs(static_cast<Eigen::Index>(i), s));
        },
        targets, s));
  }
  return units;
}

}  // namespace minerva
