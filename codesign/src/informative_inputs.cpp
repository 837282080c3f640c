#include "informative_inputs.hpp"

#include <algorithm>
#include <numeric>

#include "minerva/base/errors.hpp"

// Plain loops in one order, so that the choice is the same on every machine.

namespace minerva::codesign {
namespace {

/// An input whose variance has fallen below this share of the largest one is a linear combination
/// of those before it but for rounding.
constexpr double kLeastShareOfVariance = 1e-9;

/// A dense square matrix of doubles.
class Square {
 public:
  explicit Square(std::size_t n) : n_(n), values_(n * n, 0.0) {}
  double* row(std::size_t i) { return values_.data() + i * n_; }
  const double* row(std::size_t i) const { return values_.data() + i * n_; }
  std::size_t size() const { return n_; }

 private:
  std::size_t n_;
  std::vector<double> values_;
};

/// Mean and variance of every input.
struct Moments {
  std::vector<double> mean;
  std::vector<double> variance;
};

template <class Visit>
void for_each_sample(const Samples& samples, std::int64_t count, const Visit& visit) {
  std::vector<float> values(static_cast<std::size_t>(samples.inputs.rows()));
  for (std::int64_t s = 0; s < count; ++s) {
    samples.inputs.copy_column(s, values.data());
    visit(values);
  }
}

Moments moments_of(const Samples& samples, std::int64_t count) {
  const auto inputs = static_cast<std::size_t>(samples.inputs.rows());
  Moments moments{std::vector<double>(inputs, 0.0), std::vector<double>(inputs, 0.0)};
  for_each_sample(samples, count, [&](const std::vector<float>& x) {
    for (std::size_t j = 0; j < inputs; ++j) {
      moments.mean[j] += x[j];
      moments.variance[j] += static_cast<double>(x[j]) * x[j];
    }
  });
  for (std::size_t j = 0; j < inputs; ++j) {
    moments.mean[j] /= static_cast<double>(count);
    moments.variance[j] =
        moments.variance[j] / static_cast<double>(count) - moments.mean[j] * moments.mean[j];
  }
  return moments;
}

/// The inputs that are looked at, ascending.
std::vector<std::size_t> looked_at(const Moments& moments, const Eigen::MatrixXf& weights) {
  std::vector<std::size_t> inputs(moments.mean.size());
  std::iota(inputs.begin(), inputs.end(), std::size_t{0});
  if (inputs.size() <= kMostCovarianceInputs) return inputs;
  std::vector<double> contribution(inputs.size(), 0.0);
  for (std::size_t j = 0; j < inputs.size(); ++j) {
    for (Eigen::Index i = 0; i < weights.rows(); ++i) {
      const double w = weights(i, static_cast<Eigen::Index>(j));
      contribution[j] += w * w * moments.variance[j];
    }
  }
  std::stable_sort(inputs.begin(), inputs.end(),
                   [&](std::size_t a, std::size_t b) { return contribution[a] > contribution[b]; });
  inputs.resize(kMostCovarianceInputs);
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

Square covariance_of(const Samples& samples, std::int64_t count, const Moments& moments,
                     const std::vector<std::size_t>& inputs) {
  const std::size_t n = inputs.size();
  Square covariance(n);
  std::vector<std::size_t> others;  // many inputs are 0, which adds nothing
  for_each_sample(samples, count, [&](const std::vector<float>& x) {
    others.clear();
    for (std::size_t j = 0; j < n; ++j) {
      if (x[inputs[j]] != 0) others.push_back(j);
    }
    for (const std::size_t i : others) {
      double* row = covariance.row(i);
      const double value = x[inputs[i]];
      for (const std::size_t j : others) row[j] += value * x[inputs[j]];
    }
  });
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      double& value = covariance.row(i)[j];
      value =
          value / static_cast<double>(count) - moments.mean[inputs[i]] * moments.mean[inputs[j]];
    }
  }
  return covariance;
}

/// Covariances of every neuron's sum with every input, a row a neuron.
std::vector<std::vector<double>> sums_with_inputs(const Eigen::MatrixXf& weights,
                                                  const std::vector<std::size_t>& inputs,
                                                  const Square& covariance) {
  std::vector<std::vector<double>> all(static_cast<std::size_t>(weights.rows()),
                                       std::vector<double>(inputs.size(), 0.0));
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const double w = weights(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(inputs[k]));
      const double* row = covariance.row(k);
      for (std::size_t j = 0; j < inputs.size(); ++j) all[i][j] += w * row[j];
    }
  }
  return all;
}

}  // namespace

std::vector<std::int32_t> informative_inputs(const Samples& samples, const Eigen::MatrixXf& weights,
                                             int count, const std::string& key) {
  expects(weights.cols() == samples.inputs.rows(), "informative_inputs: weights of other inputs");
  const std::int64_t looked = std::min<std::int64_t>(samples.size(), kCovarianceSamples);
  const Moments moments = moments_of(samples, looked);
  const std::vector<std::size_t> inputs = looked_at(moments, weights);
  Square left = covariance_of(samples, looked, moments, inputs);
  std::vector<std::vector<double>> sums = sums_with_inputs(weights, inputs, left);
  double largest = 0;
  for (std::size_t j = 0; j < inputs.size(); ++j) largest = std::max(largest, left.row(j)[j]);
  std::vector<bool> taken(inputs.size(), false);
  std::vector<std::int32_t> chosen;
  while (chosen.size() < static_cast<std::size_t>(count)) {
    std::size_t best = inputs.size();
    double most = 0;
    for (std::size_t j = 0; j < inputs.size(); ++j) {
      const double variance = left.row(j)[j];
      if (taken[j] || variance <= largest * kLeastShareOfVariance) continue;
      double explained = 0;
      for (const std::vector<double>& row : sums) explained += row[j] * row[j];
      explained /= variance;
      if (explained <= most) continue;
      most = explained;
      best = j;
    }
    if (best == inputs.size()) {
      throw UserError(key, "learned:" + std::to_string(count),
                      "needs at most " + std::to_string(chosen.size()) +
                          " inputs: the others are constant or follow from these");
    }
    taken[best] = true;
    chosen.push_back(static_cast<std::int32_t>(inputs[best]));
    const std::vector<double> of_best(left.row(best), left.row(best) + inputs.size());
    const double variance = of_best[best];
    for (std::vector<double>& row : sums) {
      const double share = row[best] / variance;
      for (std::size_t j = 0; j < inputs.size(); ++j) row[j] -= share * of_best[j];
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const double share = of_best[i] / variance;
      if (share == 0) continue;
      double* row = left.row(i);
      for (std::size_t j = 0; j < inputs.size(); ++j) row[j] -= share * of_best[j];
    }
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace minerva::codesign
