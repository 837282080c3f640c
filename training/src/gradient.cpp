#include "minerva/training/gradient.hpp"

#include <cblas.h>

#include <algorithm>
#include <cmath>

#include "kernels.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/core/random.hpp"
#include "minerva/training/matrix_product.hpp"

namespace minerva::training {
namespace {
double absolute_sum(const float* x, int count) {
  return static_cast<double>(cblas_sasum(count, x, 1));
}
double absolute_sum(const double* x, int count) { return cblas_dasum(count, x, 1); }
}  // namespace

ParameterLayout::ParameterLayout(Topology topology) : topology_(std::move(topology)), offsets_{0} {
  for (int k = 0; k < topology_.layers(); ++k) {
    offsets_.push_back(biases_at(k) + static_cast<std::size_t>(topology_.fan_out(k)));
  }
}

std::size_t ParameterLayout::weights_size(int layer) const {
  return static_cast<std::size_t>(topology_.fan_in(layer)) *
         static_cast<std::size_t>(topology_.fan_out(layer));
}

void draw_dropout_bits(std::uint64_t seed, std::uint64_t step, int layer, std::uint16_t* bits,
                       std::size_t count) {
  const std::uint64_t index = step * std::uint64_t{kMaxLayers} + static_cast<std::uint64_t>(layer);
  std::uint32_t block = 0;
  for (std::size_t at = 0; at < count; at += kDropoutChunk, block += kDropoutChunk / 8) {
    kernels::philox_bits(bits + at, block, static_cast<std::uint32_t>(Stream::dropout),
                         static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                         static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
  }
}

template <class Scalar>
LossGradient<Scalar>::LossGradient(const ParameterLayout& layout,
                                   const Regularization& regularization, int max_batch)
    : layout_(layout),
      regularization_(regularization),
      max_batch_(max_batch),
      dropout_threshold_(static_cast<int>(std::lround(regularization.dropout_fraction * 65536))),
      keep_scale_(static_cast<Scalar>(65536.0 / (65536 - dropout_threshold_))) {
  const Topology& topology = layout_.topology();
  std::size_t widest = 0;
  for (int k = 0; k < topology.layers(); ++k) {
    const auto size =
        static_cast<std::size_t>(topology.fan_out(k)) * static_cast<std::size_t>(max_batch);
    activations_.emplace_back(size);
    widest = std::max(widest, size);
  }
  delta_.resize(widest);
  delta_below_.resize(widest);
  if (dropout_threshold_ > 0) {
    dropout_bits_.resize((widest + kDropoutChunk - 1) / kDropoutChunk * kDropoutChunk);
  }
}

template <class Scalar>
void LossGradient<Scalar>::forward(const Scalar* parameters, const Batch<Scalar>& batch,
                                   bool dropping) {
  expects(batch.size >= 1 && batch.size <= max_batch_, "batch does not fit the working memory");
  const Topology& topology = layout_.topology();
  const Scalar* inputs = batch.inputs;
  for (int k = 0; k < topology.layers(); ++k) {
    const int rows = topology.fan_out(k);
    Scalar* sums = activations_[static_cast<std::size_t>(k)].data();
    const Scalar* biases = parameters + layout_.biases_at(k);
    matrix_product({rows, batch.size, topology.fan_in(k)}, parameters + layout_.weights_at(k), rows,
                   inputs, topology.fan_in(k), Scalar{0}, sums);
    if (k + 1 == topology.layers()) {
      for (int c = 0; c < batch.size; ++c) {
        for (int r = 0; r < rows; ++r) sums[c * rows + r] += biases[r];
      }
    } else if (dropping && dropout_threshold_ > 0) {
      draw_dropout_bits(batch.seed, batch.step, k, dropout_bits_.data(),
                        static_cast<std::size_t>(rows) * static_cast<std::size_t>(batch.size));
      kernels::bias_relu_dropout(sums, biases, rows, batch.size, dropout_bits_.data(),
                                 dropout_threshold_, keep_scale_);
    } else {
      kernels::bias_relu(sums, biases, rows, batch.size);
    }
    inputs = sums;
  }
}

template <class Scalar>
double LossGradient<Scalar>::output_loss(const Batch<Scalar>& batch) {
  const auto rows = static_cast<std::size_t>(layout_.topology().outputs());
  const Scalar per_sample = Scalar{1} / static_cast<Scalar>(batch.size);
  double loss = 0;
  for (std::size_t c = 0; c < static_cast<std::size_t>(batch.size); ++c) {
    const Scalar* sums = activations_.back().data() + c * rows;
    Scalar* delta = delta_.data() + c * rows;
    const auto label = static_cast<std::size_t>(batch.labels[c]);
    const Scalar largest = *std::max_element(sums, sums + rows);
    Scalar total = 0;
    for (std::size_t r = 0; r < rows; ++r) {
      delta[r] = std::exp(sums[r] - largest);
      total += delta[r];
    }
    loss += static_cast<double>(std::log(total) - (sums[label] - largest));
    for (std::size_t r = 0; r < rows; ++r) delta[r] *= per_sample / total;
    delta[label] -= per_sample;
  }
  return loss / batch.size;
}

template <class Scalar>
double LossGradient<Scalar>::activation_penalty(int batch_size) const {
  double sum = 0;
  for (int k = 0; k + 1 < layout_.topology().layers(); ++k) {
    sum += absolute_sum(activations_[static_cast<std::size_t>(k)].data(),
                        layout_.topology().fan_out(k) * batch_size);
  }
  return regularization_.activation_l1 * sum / batch_size;
}

template <class Scalar>
double LossGradient<Scalar>::evaluate(const Scalar* parameters, const Batch<Scalar>& batch,
                                      Scalar* gradient) {
  forward(parameters, batch, true);
  double loss = output_loss(batch);
  if (regularization_.activation_l1 > 0) loss += activation_penalty(batch.size);
  const Topology& topology = layout_.topology();
  const auto slope = static_cast<Scalar>(regularization_.activation_l1 / batch.size);
  for (int k = topology.layers() - 1; k >= 0; --k) {
    const int rows = topology.fan_out(k);
    const int columns = topology.fan_in(k);
    const Scalar* weights = parameters + layout_.weights_at(k);
    const Scalar* inputs =
        k == 0 ? batch.inputs : activations_[static_cast<std::size_t>(k) - 1].data();
    Scalar* weight_gradient = gradient + layout_.weights_at(k);
    kernels::penalty_gradient(weight_gradient, weights, layout_.weights_size(k),
                              static_cast<Scalar>(regularization_.l1),
                              static_cast<Scalar>(regularization_.l2));
    matrix_product({rows, columns, batch.size, false, true}, delta_.data(), rows, inputs, columns,
                   Scalar{1}, weight_gradient);
    kernels::row_sums(gradient + layout_.biases_at(k), delta_.data(), rows, batch.size);
    if (k == 0) break;
    matrix_product({columns, batch.size, rows, true, false}, weights, rows, delta_.data(), rows,
                   Scalar{0}, delta_below_.data());
    kernels::relu_backward(delta_below_.data(), inputs,
                           static_cast<std::size_t>(columns) * static_cast<std::size_t>(batch.size),
                           keep_scale_, slope);
    delta_.swap(delta_below_);
  }
  return loss;
}

template <class Scalar>
double LossGradient<Scalar>::weight_penalty(const Scalar* parameters) const {
  double absolute = 0;
  double square = 0;
  for (int k = 0; k < layout_.topology().layers(); ++k) {
    const Scalar* weights = parameters + layout_.weights_at(k);
    for (std::size_t i = 0; i < layout_.weights_size(k); ++i) {
      const auto w = static_cast<double>(weights[i]);
      absolute += std::fabs(w);
      square += w * w;
    }
  }
  return regularization_.l1 * absolute + regularization_.l2 * square;
}

template <class Scalar>
int LossGradient<Scalar>::wrong_of(const Batch<Scalar>& batch) const {
  const auto rows = static_cast<std::size_t>(layout_.topology().outputs());
  int wrong = 0;
  for (std::size_t c = 0; c < static_cast<std::size_t>(batch.size); ++c) {
    const Scalar* sums = activations_.back().data() + c * rows;
    wrong += std::max_element(sums, sums + rows) - sums != batch.labels[c] ? 1 : 0;
  }
  return wrong;
}

template <class Scalar>
int LossGradient<Scalar>::count_wrong(const Scalar* parameters, const Batch<Scalar>& batch) {
  forward(parameters, batch, false);
  return wrong_of(batch);
}

template <class Scalar>
BatchErrors LossGradient<Scalar>::judge(const Scalar* parameters, const Batch<Scalar>& batch) {
  forward(parameters, batch, false);
  return {wrong_of(batch), output_loss(batch) * batch.size};
}

template class LossGradient<float>;
template class LossGradient<double>;

}  // namespace minerva::training
