#include <type_traits>

#include "gradient_work.hpp"
#include "hardware_arithmetic.hpp"

// The forward pass of a dense layer as the accelerator computes it. Where float chains are exact
// the kernels of float training add the products; otherwise the kernels of the bit-true engine do.

namespace minerva::training {

template <class Scalar>
void LossGradient<Scalar>::Work::round_network_inputs() {
  if constexpr (std::is_same_v<Scalar, float>) {
    inputs_.change_values([this](float* values, std::ptrdiff_t count) {
      hardware_->round_network_inputs(values, static_cast<std::size_t>(count));
    });
  }
}

template <class Scalar>
void LossGradient<Scalar>::Work::forward_hardware(int k, const Scalar* parameters,
                                                  kernels::Product<Scalar> product) {
  if constexpr (std::is_same_v<Scalar, float>) {
    const bool hidden = k + 1 < layout_.topology().layers();
    if (!hidden) exact_outputs_.clear();
    if (!hardware_->layer(k).exact_in_float) return forward_exactly(k, parameters);
    product.relu = false;  // the gates need the sums
    split(batch_, [&](int first, int last) {
      kernels::multiply(product, first, last);
      if (!hidden) return;
      Columns<float>& sums = activations_[static_cast<std::size_t>(k)];
      Columns<float>& gates = gates_[static_cast<std::size_t>(k)];
      for (int c = first; c < last; ++c) {
        hardware_->activate_layer(k, sums.column(c), gates.column(c),
                                  static_cast<std::size_t>(product.m));
      }
    });
  }
}

template <class Scalar>
void LossGradient<Scalar>::Work::forward_exactly(int k, const Scalar* parameters) {
  if constexpr (std::is_same_v<Scalar, float>) {
    const int rows = layout_.topology().fan_out(k);
    const int below = layout_.topology().fan_in(k);
    const bool hidden = k + 1 < layout_.topology().layers();
    const DenseLayerSums layer = hardware_->layer_sums(k, layout_, parameters);
    if (!hidden) {
      exact_outputs_.resize(static_cast<std::size_t>(rows) * static_cast<std::size_t>(batch_));
    }
    split(batch_, [&](int first, int last) {
      DenseLayerSums::Scratch scratch;
      std::vector<float> inputs(static_cast<std::size_t>(below));
      std::vector<std::int16_t> codes(inputs.size());
      std::vector<std::int64_t> sums(static_cast<std::size_t>(rows));
      for (int c = first; c < last; ++c) {
        const float* values = inputs.data();
        if (k == 0) {
          inputs_.copy_sample(c, inputs.data());
        } else {
          values = activations_[static_cast<std::size_t>(k) - 1].column(c);
        }
        hardware_->codes_of_inputs(k, values, inputs.size(), codes.data());
        layer.compute(codes.data(), scratch, sums.data());
        float* gates = hidden ? gates_[static_cast<std::size_t>(k)].column(c) : nullptr;
        hardware_->values_of_sums(k, sums.data(), rows,
                                  activations_[static_cast<std::size_t>(k)].column(c), gates);
        if (!hidden) {
          std::copy(sums.begin(), sums.end(), exact_outputs_.begin() + std::ptrdiff_t{c} * rows);
        }
      }
    });
  }
}

template void LossGradient<float>::Work::round_network_inputs();
template void LossGradient<double>::Work::round_network_inputs();
template void LossGradient<float>::Work::forward_hardware(int, const float*,
                                                          kernels::Product<float>);
template void LossGradient<double>::Work::forward_hardware(int, const double*,
                                                           kernels::Product<double>);
template void LossGradient<float>::Work::forward_exactly(int, const float*);
template void LossGradient<double>::Work::forward_exactly(int, const double*);

}  // namespace minerva::training
