#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "minerva/design/topology.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// Where each layer's weights (n_out x n_in, column-major) and biases stand in one flat array of
/// all parameters: w0, b0, w1, b1, ..
class ParameterLayout {
 public:
  explicit ParameterLayout(Topology topology);
  const Topology& topology() const { return topology_; }
  std::size_t size() const { return offsets_.back(); }
  std::size_t weights_at(int layer) const { return offsets_[static_cast<std::size_t>(layer)]; }
  std::size_t weights_size(int layer) const;
  std::size_t biases_at(int layer) const { return weights_at(layer) + weights_size(layer); }

 private:
  Topology topology_;
  std::vector<std::size_t> offsets_;
};

/// The random numbers that decide which units of a hidden layer are dropped in a step: 16 bits a
/// unit, the halves (low first) of KeyedRandom(seed, Stream::dropout, step * kMaxLayers + layer).
/// @param bits receives `count` numbers, count rounded up to a multiple of kDropoutChunk.
constexpr std::size_t kDropoutChunk = 128;
void draw_dropout_bits(std::uint64_t seed, std::uint64_t step, int layer, std::uint16_t* bits,
                       std::size_t count);

/// One batch: inputs n_in x size, column-major, and a label a column. Seed and step choose the
/// dropout mask, so the loss is a function of its arguments alone.
template <class Scalar>
struct Batch {
  const Scalar* inputs = nullptr;
  const std::int32_t* labels = nullptr;
  int size = 0;
  std::uint64_t seed = 0;
  std::uint64_t step = 0;
};

/// What a batch gave without dropout.
struct BatchErrors {
  int wrong = 0;
  double loss = 0;  ///< sum of the cross-entropies, nats
};

/// The training loss (see Regularization) and its gradient by backpropagation. Scalar is float for
/// training and double for tests against finite differences; both run the same code. Keeps all
/// working memory for batches up to `max_batch`; calls allocate nothing. Results do not depend on
/// threads; float bits may depend on the BLAS and the CPU.
template <class Scalar>
class LossGradient {
 public:
  LossGradient(const ParameterLayout& layout, const Regularization& regularization, int max_batch);

  /// Writes the gradient of the whole loss, penalties included, and returns the loss without the
  /// weight penalty (see weight_penalty).
  double evaluate(const Scalar* parameters, const Batch<Scalar>& batch, Scalar* gradient);
  /// l1 * sum |w| + l2 * sum w^2 over the weights of all layers.
  double weight_penalty(const Scalar* parameters) const;
  /// Wrong predictions of a batch without dropout; seed and step are not used.
  int count_wrong(const Scalar* parameters, const Batch<Scalar>& batch);
  /// The same with the loss.
  BatchErrors judge(const Scalar* parameters, const Batch<Scalar>& batch);

 private:
  int wrong_of(const Batch<Scalar>& batch) const;
  void forward(const Scalar* parameters, const Batch<Scalar>& batch, bool dropping);
  double activation_penalty(int batch_size) const;
  double output_loss(const Batch<Scalar>& batch);

  ParameterLayout layout_;
  Regularization regularization_;
  int max_batch_;
  int dropout_threshold_;  ///< a unit is dropped when its 16 bits are below this
  Scalar keep_scale_;
  std::vector<std::vector<Scalar>> activations_;  ///< outputs of each layer, n_out x max_batch
  std::vector<Scalar> delta_;                     ///< d loss / d sums of the layer at hand
  std::vector<Scalar> delta_below_;
  std::vector<std::uint16_t> dropout_bits_;
};

extern template class LossGradient<float>;
extern template class LossGradient<double>;

}  // namespace minerva::training
