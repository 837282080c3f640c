#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "minerva/data/sample_inputs.hpp"
#include "minerva/network/topology.hpp"
#include "minerva/training/descent.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

class HardwareArithmetic;

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

/// Outputs that a batch is to learn beside its labels (HardwareTraining::teacher).
struct TeacherOutputs {
  const float* outputs = nullptr;  ///< outputs x samples of the batch, packed; null: there are none
  double share = 0;
  double temperature = 1;
};

/// One batch: `size` samples, those in `columns` of the inputs, or the ones from `first` on where
/// `columns` is null. Seed and step choose the dropout mask, so the loss is a function of its
/// arguments alone.
struct Batch {
  const SampleInputs* inputs = nullptr;
  const std::int32_t* labels = nullptr;  ///< one for each column of the inputs
  int size = 0;
  const std::int32_t* columns = nullptr;
  std::int64_t first = 0;
  std::uint64_t seed = 0;
  std::uint64_t step = 0;
  TeacherOutputs teacher = {};
};

/// What a batch gave without dropout.
struct BatchErrors {
  int wrong = 0;
  double loss = 0;  ///< sum of the cross-entropies, nats
};

/// The training loss (see Regularization) and its gradient by backpropagation. Scalar is float for
/// training and double, in plain loops, for tests against finite differences. Keeps all working
/// memory for batches up to `max_batch`. Results are the same bits on every machine and at any
/// number of threads: an element of a product is one chain of fused multiply-adds in ascending
/// order, started at its bias, its penalty's gradient or 0. Inputs that are 0 are left out where
/// many are, which changes no bit but the sign of a zero.
template <class Scalar>
class LossGradient {
 public:
  /// @param hardware computes inputs, sums and activations as the accelerator does
  ///        (hardware_training.hpp), of parameters that are rounded already; null: in float. Of
  ///        float training alone.
  LossGradient(const ParameterLayout& layout, const Regularization& regularization, int max_batch,
               int threads = 1, std::shared_ptr<const HardwareArithmetic> hardware = nullptr);
  ~LossGradient();
  LossGradient(LossGradient&&) noexcept;

  /// Writes the gradient of the whole loss, penalties included, and returns the loss without the
  /// weight penalty (see weight_penalty).
  double evaluate(const Scalar* parameters, const Batch& batch, Scalar* gradient);
  /// One step of `rule` on the state, along the gradient that evaluate gives, while each part of it
  /// is at hand; returns the same loss. With `at` the loss and its gradient are taken at other
  /// parameters than those that move, such as these with faults in them; penalties are always those
  /// of the parameters that move.
  double descend(const Descent& rule, const Batch& batch, const DescentState<Scalar>& state,
                 const Scalar* at = nullptr);
  /// l1 * sum |w| + l2 * sum w^2 over the weights of all layers.
  double weight_penalty(const Scalar* parameters) const;
  /// Wrong predictions of a batch without dropout; seed and step are not used.
  int count_wrong(const Scalar* parameters, const Batch& batch);
  /// The same with the loss.
  BatchErrors judge(const Scalar* parameters, const Batch& batch);
  /// The outputs of a batch without dropout, outputs x samples, packed.
  void outputs(const Scalar* parameters, const Batch& batch, Scalar* to);
  /// What layer k computed for the samples of the last batch: the activations that it handed on, or
  /// the outputs of the last layer; neurons x samples, packed.
  std::vector<Scalar> last_activations(int k) const;

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

extern template class LossGradient<float>;
extern template class LossGradient<double>;

}  // namespace minerva::training
