#include "folded_layer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva {
namespace {

bool all_are(const std::vector<double>& list, double value) {
  return std::all_of(list.begin(), list.end(), [&](double each) { return each == value; });
}

bool is_for(const std::vector<double>& list, Eigen::Index count) {
  return list.size() == 1 || list.size() == static_cast<std::size_t>(count);
}

}  // namespace

bool Elementwise::fits(Eigen::Index count) const {
  return is_for(factor, count) && is_for(offset, count);
}
bool Elementwise::keeps_scale() const { return all_are(factor, 1); }
bool Elementwise::keeps_zero() const { return all_are(offset, 0); }

Elementwise combined(const Elementwise& first, const Elementwise& second) {
  Elementwise out;
  out.factor.resize(std::max(first.factor.size(), second.factor.size()));
  out.offset.resize(std::max({second.factor.size(), first.offset.size(), second.offset.size()}));
  for (std::size_t i = 0; i < out.factor.size(); ++i) {
    const auto at = static_cast<Eigen::Index>(i);
    out.factor[i] = second.factor_at(at) * first.factor_at(at);
  }
  for (std::size_t i = 0; i < out.offset.size(); ++i) {
    const auto at = static_cast<Eigen::Index>(i);
    out.offset[i] = second.factor_at(at) * first.offset_at(at) + second.offset_at(at);
  }
  return out;
}

Elementwise batch_normalization(const std::vector<float>& gamma, const std::vector<float>& beta,
                                const std::vector<float>& mean, const std::vector<float>& variance,
                                double epsilon, const std::string& file, const std::string& name) {
  const std::size_t count = mean.size();
  if (variance.size() != count || (!gamma.empty() && gamma.size() != count) ||
      (!beta.empty() && beta.size() != count)) {
    throw UserError(file, name,
                    "is a BatchNormalization whose mean, variance, weight and bias differ in "
                    "length");
  }
  Elementwise step{std::vector<double>(count), std::vector<double>(count)};
  for (std::size_t i = 0; i < count; ++i) {
    const double spread = static_cast<double>(variance[i]) + epsilon;
    if (!(spread > 0)) {
      throw UserError(file, name,
                      "is a BatchNormalization with the variance " +
                          number_text(static_cast<double>(variance[i])) +
                          ": needs variance + epsilon above 0");
    }
    const double scale = gamma.empty() ? 1.0 : static_cast<double>(gamma[i]);
    step.factor[i] = scale / std::sqrt(spread);
    step.offset[i] = (beta.empty() ? 0.0 : static_cast<double>(beta[i])) -
                     static_cast<double>(mean[i]) * step.factor[i];
  }
  return step;
}

void FoldedLayer::unfold() {
  if (folded) return;
  exact_weights = weights.cast<double>();
  exact_biases = biases.cast<double>();
  weights.resize(0, 0);
  folded = true;
}

void FoldedLayer::scale_inputs(const Elementwise& step) {
  unfold();
  for (Eigen::Index j = 0; j < exact_weights.cols(); ++j) {
    const double offset = step.offset_at(j);
    const double factor = step.factor_at(j);
    for (Eigen::Index i = 0; i < exact_weights.rows(); ++i) {
      exact_biases(i) += exact_weights(i, j) * offset;
      exact_weights(i, j) *= factor;
    }
  }
}

void FoldedLayer::scale_sums(const Elementwise& step) {
  unfold();
  for (Eigen::Index i = 0; i < exact_biases.size(); ++i) {
    exact_biases(i) = exact_biases(i) * step.factor_at(i) + step.offset_at(i);
    if (step.factor_at(i) == 1) continue;
    for (Eigen::Index j = 0; j < exact_weights.cols(); ++j) {
      exact_weights(i, j) *= step.factor_at(i);
    }
  }
}

void FoldedLayer::add_biases(Eigen::VectorXf values) {
  if (folded) {
    exact_biases += values.cast<double>();
  } else {
    biases = std::move(values);
  }
}

void FoldedLayer::round(const std::string& file, const std::string& layer,
                        std::vector<std::string>& notes) {
  if (!folded) return;
  std::size_t rounded = 0;
  const auto rounds = [&](double exact, float value) {
    if (!std::isfinite(value)) {
      throw UserError(file, layer,
                      "holds a number beyond the range of float32 when what is linear is folded "
                      "into it");
    }
    rounded += static_cast<double>(value) != exact ? 1 : 0;
  };
  weights = exact_weights.cast<float>();
  biases = exact_biases.cast<float>();
  for (Eigen::Index j = 0; j < weights.cols(); ++j) {
    for (Eigen::Index i = 0; i < weights.rows(); ++i) rounds(exact_weights(i, j), weights(i, j));
  }
  for (Eigen::Index i = 0; i < biases.size(); ++i) rounds(exact_biases(i), biases(i));
  const Eigen::Index numbers = weights.size() + biases.size();
  notes.push_back(layer + " was folded in double precision: " + std::to_string(rounded) + " of " +
                  std::to_string(numbers) + " weights and biases rounded to float32, once");
  exact_weights.resize(0, 0);
  folded = false;
}

}  // namespace minerva
