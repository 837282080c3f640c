#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "minerva/network/graph_network.hpp"
#include "minerva/training/augmentation.hpp"
#include "minerva/training/gradient.hpp"

namespace minerva::training {

/// Where the weights (channels x fan-in, column-major) and biases of each layer of a graph stand in
/// one flat array: w0, b0, w1, b1, .. of the layers that have some.
class GraphParameterLayout {
 public:
  explicit GraphParameterLayout(const LayerGraph& graph);
  const LayerGraph& graph() const { return graph_; }
  std::size_t size() const { return offsets_.back(); }
  std::size_t weights_at(int layer) const { return offsets_[static_cast<std::size_t>(layer)]; }
  std::size_t weights_size(int layer) const {
    return static_cast<std::size_t>(graph_.layer(layer).weight_count());
  }
  std::size_t biases_at(int layer) const { return weights_at(layer) + weights_size(layer); }

 private:
  LayerGraph graph_;
  std::vector<std::size_t> offsets_;
};

/// All parameters at the start, as initial_parameters.
std::vector<float> initial_parameters(const GraphParameterLayout& layout,
                                      const TrainingOptions& options);
/// The network of these parameters.
GraphNetwork network_of(const GraphParameterLayout& layout, const std::vector<float>& parameters,
                        const std::string& trained_by);

/// The training loss of a graph (see Regularization; dropout is of hidden dense layers, the
/// penalty of activations of all outputs of a ReLU) and its gradient by backpropagation. Scalar is
/// float for training and double, in plain loops, for tests against finite differences.
/// A batch is cut into chunks of 8 samples. Within one, an element of a convolution's or a dense
/// layer's result is one chain of fused multiply-adds over the rows of patches, in ascending order;
/// the gradients of the chunks are added in their order. So the bits are the same on every machine
/// and at any number of threads, which work on whole chunks.
template <class Scalar>
class GraphGradient {
 public:
  GraphGradient(const GraphParameterLayout& layout, const Regularization& regularization,
                int max_batch, int threads = 1);
  ~GraphGradient();
  GraphGradient(GraphGradient&&) noexcept;

  /// Writes the gradient of the whole loss, penalties included, and returns the loss without the
  /// weight penalty. Samples are changed by `augmentation`, keyed by the batch's seed and step.
  double evaluate(const Scalar* parameters, const Batch& batch, Scalar* gradient,
                  const Augmentation& augmentation = {});
  /// One step of `rule` along that gradient; returns the same loss.
  double descend(const Descent& rule, const Batch& batch, const DescentState<Scalar>& state,
                 const Augmentation& augmentation = {});
  double weight_penalty(const Scalar* parameters) const;
  /// Wrong predictions and the loss of a batch without dropout; seed and step are not used.
  BatchErrors judge(const Scalar* parameters, const Batch& batch);

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

extern template class GraphGradient<float>;
extern template class GraphGradient<double>;

}  // namespace minerva::training
