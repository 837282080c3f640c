#include "gradient_work.hpp"

// Forward and backward pass of a dense layer.

namespace minerva::training {

template <class Scalar>
void LossGradient<Scalar>::Work::forward_dense(int k, const Scalar* parameters, const Batch& batch,
                                               bool dropping) {
  constexpr int kChunk = static_cast<int>(kDropoutChunk);
  const Topology& topology = layout_.topology();
  const int rows = topology.fan_out(k);
  const bool hidden = k + 1 < topology.layers();
  Columns<Scalar>& sums = activations_[static_cast<std::size_t>(k)];
  kernels::Product<Scalar> product;
  product.a = parameters + layout_.weights_at(k);
  product.a_step = product.m = rows;
  product.k = topology.fan_in(k);
  product.b = read_by_sample(k);
  product.start = parameters + layout_.biases_at(k);
  product.relu = hidden;
  product.sums = sums.values.data();
  product.sums_step = sums.step;
  if (hardware_ != nullptr) return forward_hardware(k, parameters, product);
  const bool drops = hidden && dropping && dropout_threshold_ > 0;
  if (drops) {
    const int count = rows * batch_;
    split((count + kChunk - 1) / kChunk, [&](int first, int last) {
      draw_bits(batch.seed, batch.step, k, first, last, dropout_bits_.data());
    });
  }
  split(batch_, [&](int first, int last) {
    kernels::multiply(product, first, last);
    if (!drops) return;
    kernels::drop(sums.column(first), rows, sums.step, last - first,
                  dropout_bits_.data() + std::ptrdiff_t{first} * rows, dropout_threshold_,
                  keep_scale_);
  });
}

template <class Scalar>
void LossGradient<Scalar>::Work::backward_dense(int k, const Scalar* parameters,
                                                const Scalar* penalised, Scalar* gradient,
                                                const Descent& rule,
                                                const DescentState<Scalar>& state) {
  const Topology& topology = layout_.topology();
  const auto slope = static_cast<Scalar>(regularization_.activation_l1 / batch_);
  const auto behind = [](Scalar* at, std::size_t offset) {
    return at == nullptr ? nullptr : at + offset;
  };
  const auto state_at = [&](std::size_t offset) {
    return DescentState<Scalar>{behind(state.parameters, offset), behind(state.first, offset),
                                behind(state.second, offset)};
  };
  const int rows = topology.fan_out(k);
  const int below = topology.fan_in(k);
  Columns<Scalar>& delta = deltas_[static_cast<std::size_t>(k)];
  // The layer below needs these weights before they move.
  if (k > 0) {
    Columns<Scalar>& next = deltas_[static_cast<std::size_t>(k) - 1];
    // Rounded activations do not tell which sums pass a gradient on.
    const Columns<Scalar>& x = hardware_ == nullptr ? activations_[static_cast<std::size_t>(k) - 1]
                                                    : gates_[static_cast<std::size_t>(k) - 1];
    kernels::Product<Scalar> product;
    product.a = transposed_.data();
    product.a_step = column_step(below);
    product.m = below;
    product.k = rows;
    product.b = {{delta.values.data(), 1, delta.step}, {}};
    product.sums = next.values.data();
    product.sums_step = next.step;
    split(below, [&](int first, int last) {
      kernels::transpose(parameters + layout_.weights_at(k) + std::ptrdiff_t{first} * rows, rows,
                         last - first, transposed_.data() + first, product.a_step);
    });
    split(batch_, [&](int first, int last) {
      kernels::multiply(product, first, last);
      const auto offset = static_cast<std::ptrdiff_t>(first) * next.step;
      kernels::relu_backward(next.values.data() + offset, x.values.data() + offset,
                             (last - first) * static_cast<int>(next.step), keep_scale_, slope);
    });
  }
  kernels::WeightGradient<Scalar> work;
  work.delta = delta.values.data();
  work.delta_step = delta.step;
  work.m = rows;
  work.k = batch_;
  work.inputs = read_by_input(k);
  work.penalised = penalised + layout_.weights_at(k);
  work.l1 = static_cast<Scalar>(regularization_.l1);
  work.l2 = static_cast<Scalar>(regularization_.l2);
  work.gradient = behind(gradient, layout_.weights_at(k));
  work.rule = rule;
  work.state = state_at(layout_.weights_at(k));
  split(below, [&](int first, int last) { kernels::weight_gradient(work, first, last); });
  Scalar* biases = gradient == nullptr ? bias_gradient_.data() : gradient + layout_.biases_at(k);
  kernels::row_sums(biases, delta.values.data(), rows, delta.step, batch_);
  if (gradient != nullptr) return;
  kernels::move(rule, state_at(layout_.biases_at(k)), biases, Scalar{1},
                static_cast<std::size_t>(rows));
}

template void LossGradient<float>::Work::forward_dense(int, const float*, const Batch&, bool);
template void LossGradient<double>::Work::forward_dense(int, const double*, const Batch&, bool);
template void LossGradient<float>::Work::backward_dense(int, const float*, const float*, float*,
                                                        const Descent&, const DescentState<float>&);
template void LossGradient<double>::Work::backward_dense(int, const double*, const double*, double*,
                                                         const Descent&,
                                                         const DescentState<double>&);

}  // namespace minerva::training
