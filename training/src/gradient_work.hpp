#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "batch_inputs.hpp"
#include "hardware/hardware_arithmetic.hpp"
#include "kernels.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/training/gradient.hpp"
#include "product_kernels.hpp"

namespace minerva::training {

/// Chunks first .. last - 1, of kDropoutChunk numbers each, of a layer's bits in a step.
void draw_bits(std::uint64_t seed, std::uint64_t step, int layer, int first, int last,
               std::uint16_t* bits);

/// A matrix of sums or of their derivatives, columns column_step(rows) apart.
template <class Scalar>
struct Columns {
  Columns(int rows, int columns)
      : step(column_step(rows)),
        values(static_cast<std::size_t>(step) * static_cast<std::size_t>(columns)) {}
  Scalar* column(int c) { return values.data() + c * step; }
  const Scalar* column(int c) const { return values.data() + c * step; }

  std::ptrdiff_t step;
  std::vector<Scalar> values;
};

template <class Scalar>
class LossGradient<Scalar>::Work {
 public:
  Work(const ParameterLayout& layout, const Regularization& regularization, int max_batch,
       int threads, std::shared_ptr<const HardwareArithmetic> hardware);
  void forward(const Scalar* parameters, const Batch& batch, bool dropping);
  double output_loss(const Batch& batch);
  /// Backpropagates and gives each part of the gradient to `gradient`, or to `state` by `rule`.
  void backward(const Scalar* parameters, const Scalar* penalised, Scalar* gradient,
                const Descent& rule, const DescentState<Scalar>& state);
  double loss(const Scalar* parameters, const Batch& batch);
  double weight_penalty(const Scalar* parameters) const;
  int count_wrong(const Scalar* parameters, const Batch& batch);
  BatchErrors judge(const Scalar* parameters, const Batch& batch);
  void outputs(const Scalar* parameters, const Batch& batch, Scalar* to);
  std::vector<Scalar> last_activations(int k) const;
  const ParameterLayout& layout() const { return layout_; }
  Scalar* whole_gradient();

 private:
  // By the kind of layer k: layer_dispatch.cpp.
  void forward_layer(int k, const Scalar* parameters, const Batch& batch, bool dropping);
  void backward_layer(int k, const Scalar* parameters, const Scalar* penalised, Scalar* gradient,
                      const Descent& rule, const DescentState<Scalar>& state);
  // dense_gradient.cpp
  void forward_dense(int k, const Scalar* parameters, const Batch& batch, bool dropping);
  // hardware/hardware_pass.cpp: sums and activations of layer k as the accelerator computes them.
  void round_network_inputs();
  void forward_hardware(int k, const Scalar* parameters, kernels::Product<Scalar> product);
  void forward_exactly(int k, const Scalar* parameters);
  void backward_dense(int k, const Scalar* parameters, const Scalar* penalised, Scalar* gradient,
                      const Descent& rule, const DescentState<Scalar>& state);
  /// What layer k reads: the inputs of the batch, or the activations of the layer before it. A
  /// column a sample, and a column an input.
  kernels::Factor<Scalar> read_by_sample(int k) const;
  kernels::Factor<Scalar> read_by_input(int k);
  void add_penalty_of_activations(double* loss);
  /// Calls part(first, last) for pieces of 0 .. count - 1, by `threads_` threads.
  template <class Part>
  void split(int count, const Part& part) const;
  std::int32_t label(const Batch& batch, int at) const;

  ParameterLayout layout_;
  Regularization regularization_;
  int max_batch_;
  int threads_;
  int batch_ = 0;          ///< samples of the batch at hand
  int dropout_threshold_;  ///< a unit is dropped when its 16 bits are below this
  Scalar keep_scale_;
  BatchInputs<Scalar> inputs_;
  std::vector<Columns<Scalar>> activations_;  ///< of each layer, the last one's without ReLU
  std::vector<Columns<Scalar>> deltas_;       ///< d loss / d sums
  std::vector<Scalar> transposed_;            ///< weights of the layer at hand
  std::vector<Scalar> bias_gradient_;
  std::vector<Scalar> gradient_;  ///< for gradients that must be known whole
  std::vector<std::uint16_t> dropout_bits_;
  std::shared_ptr<const HardwareArithmetic> hardware_;
  std::vector<Columns<Scalar>> gates_;  ///< of each hidden layer of hardware: what passes gradients
  /// Accumulators of the output layer, where floats cannot hold them; otherwise empty.
  std::vector<std::int64_t> exact_outputs_;
};

template <class Scalar>
template <class Part>
void LossGradient<Scalar>::Work::split(int count, const Part& part) const {
  if (threads_ == 1) {
    part(0, count);
    return;
  }
  constexpr int kTile = 6;  // columns that products like to have at once
  const int piece = (count / (threads_ * 4) + kTile) / kTile * kTile;
  const int pieces = (count + piece - 1) / piece;
  for_each_index(pieces, threads_, 1, [&](std::int64_t i) {
    const int first = static_cast<int>(i) * piece;
    part(first, std::min(first + piece, count));
  });
}

}  // namespace minerva::training
