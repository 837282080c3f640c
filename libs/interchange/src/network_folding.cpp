#include "network_folding.hpp"

#include <algorithm>
#include <utility>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

std::string numbered_layer(std::size_t k) { return "layer " + std::to_string(k); }

}  // namespace

void NetworkFolding::charge(std::size_t numbers) {
  if (numbers > bytes_left_ / sizeof(double)) {
    throw UserError(file_, "", "folds into more numbers than a network of its size has");
  }
  bytes_left_ -= numbers * sizeof(double);
}

/// From here on the layer is computed in double precision.
void NetworkFolding::unfold(FoldedLayer& layer) {
  if (layer.folded) return;
  charge(static_cast<std::size_t>(layer.weights.size()));
  layer.unfold();
}

void NetworkFolding::apply_pending(Layer& layer) {
  const Eigen::Index n_in = layer.numbers.fan_in();
  if (!pending_.fits(n_in)) {
    throw UserError(file_, numbered_layer(layers_.size()),
                    "takes " + std::to_string(n_in) + " inputs, but what scales them has " +
                        std::to_string(std::max(pending_.factor.size(), pending_.offset.size())) +
                        " numbers");
  }
  unfold(layer.numbers);
  layer.numbers.scale_inputs(pending_);
  if (layer.quants.any()) {
    layer.quants.obstacle =
        "factors and offsets of its inputs are folded into it, beside its Quant nodes";
  }
  has_pending_ = false;
  pending_ = {};
}

/// Two layers without a ReLU between them are one: W2 (W1 x + b1) + b2.
void NetworkFolding::merge(Layer layer) {
  FoldedLayer& first = layers_.back().numbers;
  FoldedLayer& second = layer.numbers;
  unfold(first);
  unfold(second);
  const Eigen::Index n_in = first.fan_in();
  const Eigen::Index n_out = second.channels();
  charge(static_cast<std::size_t>(n_in) * static_cast<std::size_t>(n_out));
  Eigen::MatrixXd weights = Eigen::MatrixXd::Zero(n_out, n_in);
  for (Eigen::Index j = 0; j < n_in; ++j) {  // plain loops: the order of the sums is fixed
    for (Eigen::Index k = 0; k < first.channels(); ++k) {
      const double x = first.exact_weights(k, j);
      for (Eigen::Index i = 0; i < n_out; ++i) weights(i, j) += second.exact_weights(i, k) * x;
    }
  }
  for (Eigen::Index k = 0; k < first.channels(); ++k) {
    for (Eigen::Index i = 0; i < n_out; ++i) {
      second.exact_biases(i) += second.exact_weights(i, k) * first.exact_biases(k);
    }
  }
  first.exact_weights = std::move(weights);
  first.exact_biases = std::move(second.exact_biases);
  if (layers_.back().quants.any() || layer.quants.any()) {
    layers_.back().quants.obstacle = "it is merged of two, without a ReLU between them";
  }
}

void NetworkFolding::dense(NetworkLayer floats, LayerQuants quants) {
  Layer layer;
  layer.numbers.weights = std::move(floats.weights);
  layer.numbers.biases = std::move(floats.biases);
  layer.quants = std::move(quants);
  outputs_ = layer.numbers.channels();
  if (has_pending_) apply_pending(layer);
  if (at_sums_) {
    merge(std::move(layer));
  } else {
    layers_.push_back(std::move(layer));
  }
  at_sums_ = true;
}

void NetworkFolding::set_biases(Eigen::VectorXf biases, const std::optional<QuantSignal>& quant) {
  layers_.back().quants.biases = quant;
  layers_.back().numbers.add_biases(std::move(biases));
}

void NetworkFolding::elementwise(const Elementwise& step) {
  if (!at_sums_) {
    charge(step.factor.size() + step.offset.size());
    pending_ = combined(pending_, step);
    has_pending_ = true;
    return;
  }
  Layer& layer = layers_.back();
  unfold(layer.numbers);
  layer.numbers.scale_sums(step);
  if (layer.quants.any() && !step.keeps_scale()) {
    layer.quants.obstacle =
        "factors of its sums are folded into it, behind the Quant of its weights";
  }
}

void NetworkFolding::activate() {
  expects(at_sums_, "a ReLU that follows no layer");
  layers_.back().numbers.round(file_, numbered_layer(layers_.size() - 1), notes_);
  at_sums_ = false;
}

Network NetworkFolding::network() {
  Network network;
  for (std::size_t k = 0; k < layers_.size(); ++k) {
    FoldedLayer& numbers = layers_[k].numbers;
    numbers.round(file_, numbered_layer(k), notes_);
    network.layers.push_back(
        {std::move(numbers.weights), std::move(numbers.biases), LayerKind::dense});
  }
  return network;
}

std::vector<LayerQuants> NetworkFolding::quants() const {
  std::vector<LayerQuants> quants;
  for (const Layer& layer : layers_) quants.push_back(layer.quants);
  return quants;
}

}  // namespace minerva
