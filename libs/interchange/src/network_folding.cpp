#include "network_folding.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/interchange/named_tensors.hpp"

namespace minerva {
namespace {

double at(const std::vector<double>& list, Eigen::Index i) {
  return list.size() == 1 ? list[0] : list[static_cast<std::size_t>(i)];
}

bool all_are(const std::vector<double>& list, double value) {
  for (const double each : list) {
    if (each != value) return false;
  }
  return true;
}

bool fits(const std::vector<double>& list, Eigen::Index count) {
  return list.size() == 1 || list.size() == static_cast<std::size_t>(count);
}

/// first * second + offset, element by element; lists of one element spread.
std::vector<double> combined(const std::vector<double>& first, const std::vector<double>& second,
                             const std::vector<double>& offset) {
  std::vector<double> out(std::max({first.size(), second.size(), offset.size()}));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto index = static_cast<Eigen::Index>(i);
    out[i] = at(first, index) * at(second, index) + at(offset, index);
  }
  return out;
}

}  // namespace

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

void NetworkFolding::charge(std::size_t numbers) {
  if (numbers > bytes_left_ / sizeof(double)) {
    throw UserError(file_, "", "folds into more numbers than a network of its size has");
  }
  bytes_left_ -= numbers * sizeof(double);
}

/// From here on the layer is computed in double precision.
void NetworkFolding::unfold(Layer& layer) {
  if (layer.folded) return;
  charge(static_cast<std::size_t>(layer.floats.weights.size()));
  layer.weights = layer.floats.weights.cast<double>();
  layer.biases = layer.floats.biases.cast<double>();
  layer.floats.weights.resize(0, 0);
  layer.folded = true;
}

/// W (f x + o) + b = (W f) x + (W o + b). Sums are added in the order of the inputs.
void NetworkFolding::apply_pending(Layer& layer) {
  if (!fits(pending_.factor, layer.floats.weights.cols()) ||
      !fits(pending_.offset, layer.floats.weights.cols())) {
    throw UserError(file_, "layer " + std::to_string(layers_.size()),
                    "takes " + std::to_string(layer.floats.weights.cols()) +
                        " inputs, but what scales them has " +
                        std::to_string(std::max(pending_.factor.size(), pending_.offset.size())) +
                        " numbers");
  }
  unfold(layer);
  for (Eigen::Index j = 0; j < layer.weights.cols(); ++j) {
    const double offset = at(pending_.offset, j);
    const double factor = at(pending_.factor, j);
    for (Eigen::Index i = 0; i < layer.weights.rows(); ++i) {
      layer.biases(i) += layer.weights(i, j) * offset;
      layer.weights(i, j) *= factor;
    }
  }
  if (layer.quants.any()) {
    layer.quants.obstacle =
        "factors and offsets of its inputs are folded into it, beside its Quant nodes";
  }
  has_pending_ = false;
  pending_ = {};
}

/// Two layers without a ReLU between them are one: W2 (W1 x + b1) + b2.
void NetworkFolding::merge(Layer layer) {
  Layer& first = layers_.back();
  unfold(first);
  unfold(layer);
  const Eigen::Index n_in = first.weights.cols();
  const Eigen::Index n_out = layer.weights.rows();
  charge(static_cast<std::size_t>(n_in) * static_cast<std::size_t>(n_out));
  Eigen::MatrixXd weights = Eigen::MatrixXd::Zero(n_out, n_in);
  for (Eigen::Index j = 0; j < n_in; ++j) {  // plain loops: the order of the sums is fixed
    for (Eigen::Index k = 0; k < first.weights.rows(); ++k) {
      const double x = first.weights(k, j);
      for (Eigen::Index i = 0; i < n_out; ++i) weights(i, j) += layer.weights(i, k) * x;
    }
  }
  for (Eigen::Index k = 0; k < first.weights.rows(); ++k) {
    for (Eigen::Index i = 0; i < n_out; ++i) {
      layer.biases(i) += layer.weights(i, k) * first.biases(k);
    }
  }
  first.weights = std::move(weights);
  first.biases = std::move(layer.biases);
  if (first.quants.any() || layer.quants.any()) {
    first.quants.obstacle = "it is merged of two, without a ReLU between them";
  }
}

void NetworkFolding::dense(NetworkLayer floats, LayerQuants quants) {
  Layer layer;
  layer.floats = std::move(floats);
  layer.quants = std::move(quants);
  outputs_ = layer.floats.weights.rows();
  if (has_pending_) apply_pending(layer);
  if (at_sums_) {
    merge(std::move(layer));
  } else {
    layers_.push_back(std::move(layer));
  }
  at_sums_ = true;
}

void NetworkFolding::set_biases(Eigen::VectorXf biases, const std::optional<QuantSignal>& quant) {
  Layer& layer = layers_.back();
  layer.quants.biases = quant;
  if (layer.folded) {
    layer.biases += biases.cast<double>();
  } else {
    layer.floats.biases = std::move(biases);
  }
}

void NetworkFolding::elementwise(const Elementwise& step) {
  if (!at_sums_) {
    charge(step.factor.size() + step.offset.size());
    pending_.offset = combined(step.factor, pending_.offset, step.offset);
    pending_.factor = combined(step.factor, pending_.factor, {0});
    has_pending_ = true;
    return;
  }
  Layer& layer = layers_.back();
  unfold(layer);
  for (Eigen::Index i = 0; i < layer.biases.size(); ++i) {
    layer.biases(i) = layer.biases(i) * at(step.factor, i) + at(step.offset, i);
    if (at(step.factor, i) == 1) continue;
    for (Eigen::Index j = 0; j < layer.weights.cols(); ++j)
      layer.weights(i, j) *= at(step.factor, i);
  }
  if (layer.quants.any() && !all_are(step.factor, 1)) {
    layer.quants.obstacle =
        "factors of its sums are folded into it, behind the Quant of its weights";
  }
}

void NetworkFolding::activate() {
  expects(at_sums_, "a ReLU that follows no layer");
  round(layers_.back(), layers_.size() - 1);
  at_sums_ = false;
}

void NetworkFolding::round(Layer& layer, std::size_t k) {
  if (!layer.folded) return;
  std::size_t rounded = 0;
  const auto rounds = [&](double exact, float value) {
    if (!std::isfinite(value)) {
      throw UserError(file_, "layer " + std::to_string(k),
                      "holds a number beyond the range of float32 when what is linear is folded "
                      "into it");
    }
    rounded += static_cast<double>(value) != exact ? 1 : 0;
  };
  layer.floats.weights = layer.weights.cast<float>();
  layer.floats.biases = layer.biases.cast<float>();
  for (Eigen::Index j = 0; j < layer.weights.cols(); ++j) {
    for (Eigen::Index i = 0; i < layer.weights.rows(); ++i) {
      rounds(layer.weights(i, j), layer.floats.weights(i, j));
    }
  }
  for (Eigen::Index i = 0; i < layer.biases.size(); ++i) {
    rounds(layer.biases(i), layer.floats.biases(i));
  }
  const Eigen::Index numbers = layer.weights.size() + layer.biases.size();
  notes_.push_back("layer " + std::to_string(k) +
                   " was folded in double precision: " + std::to_string(rounded) + " of " +
                   std::to_string(numbers) + " weights and biases rounded to float32, once");
  layer.weights.resize(0, 0);
  layer.folded = false;
}

Network NetworkFolding::network() {
  Network network;
  for (std::size_t k = 0; k < layers_.size(); ++k) {
    round(layers_[k], k);
    network.layers.push_back(std::move(layers_[k].floats));
  }
  return network;
}

std::vector<LayerQuants> NetworkFolding::quants() const {
  std::vector<LayerQuants> quants;
  for (const Layer& layer : layers_) quants.push_back(layer.quants);
  return quants;
}

}  // namespace minerva
