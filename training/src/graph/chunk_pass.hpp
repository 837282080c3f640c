#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "graph/patches.hpp"
#include "minerva/training/graph_gradient.hpp"
#include "product_kernels.hpp"

namespace minerva::training {

/// Samples that pass through the network together: what their patches need stays in the cache.
constexpr int kChunkSamples = 8;

/// Rows that a product has for `rows`: whole vectors are faster than the ends of several. What the
/// rows beyond give is not used.
constexpr int whole_rows(int rows) { return (rows + 7) / 8 * 8; }

/// What all chunks of a batch share.
template <class Scalar>
struct BatchWork {
  const Scalar* parameters = nullptr;
  /// The weights of each layer with the fan-in as rows, column_step(fan_in) apart.
  std::vector<std::vector<Scalar>> transposed;
  /// Filters and then biases of each convolution, whole_rows(channels) apart; empty: the parameters
  /// are so as they are.
  std::vector<std::vector<Scalar>> filters;
  int batch = 0;
  /// Of each hidden dense layer 16 bits a unit of the batch; empty: nothing is dropped.
  std::vector<std::vector<std::uint16_t>> dropout_bits;
  int dropout_threshold = 0;
  Scalar keep_scale = 1;
  double activation_l1 = 0;
};

/// Forward and backward pass of up to kChunkSamples samples; one a thread. A tensor has its samples
/// one behind another, each in storage order.
template <class Scalar>
class ChunkPass {
 public:
  ChunkPass(const GraphParameterLayout& layout, const BatchWork<Scalar>& work);

  /// Where sample `at` of the next chunk goes.
  Scalar* input(int at) { return values_[0].data() + at * layout_.graph().inputs(); }
  /// @param first number of the first sample in the batch; @param dropping with the bits of `work`.
  void forward(int first, int samples, bool dropping);
  const Scalar* outputs(int at) const {
    return values_.back().data() + std::ptrdiff_t{at} * layout_.graph().outputs();
  }
  /// d loss / d outputs of sample `at`, to be filled before backward.
  Scalar* output_delta(int at) {
    return deltas_.back().data() + std::ptrdiff_t{at} * layout_.graph().outputs();
  }
  /// Sum of the outputs of all ReLUs for sample `at`.
  double activations(int at) const;
  /// Writes the gradient of the chunk, without the weights' penalties.
  void backward(Scalar* gradient);

 private:
  const GraphLayer& layer(int k) const { return layout_.graph().layer(k); }
  Scalar* value(int t, int at) {
    return values_[static_cast<std::size_t>(t)].data() +
           std::ptrdiff_t{at} * layout_.graph().tensor(t).size();
  }
  Scalar* delta(int t, int at) {
    return deltas_[static_cast<std::size_t>(t)].data() +
           std::ptrdiff_t{at} * layout_.graph().tensor(t).size();
  }
  bool drops(int k) const {
    return dropping_ && !work_.dropout_bits[static_cast<std::size_t>(k)].empty();
  }
  Scalar* patches(int k, int at);
  /// The filters of a convolution, and its biases behind them.
  const Scalar* filters(int k) const {
    const std::vector<Scalar>& padded = work_.filters[static_cast<std::size_t>(k)];
    return padded.empty() ? work_.parameters + layout_.weights_at(k) : padded.data();
  }
  void forward_dense(int k);
  void forward_convolution(int k);
  void forward_depthwise(int k, int at);
  void forward_pool(int k);
  void add_tensor(int k);
  void backward_dense(int k, Scalar* gradient);
  void backward_convolution(int k, Scalar* gradient);
  void backward_filters(int k, Scalar* weights);
  void backward_patches(int k, int at);
  void backward_depthwise(int k, int at, Scalar* weights);
  void backward_pool(int k);
  void backward_added(int k);

  const GraphParameterLayout& layout_;
  const BatchWork<Scalar>& work_;
  int first_ = 0;
  int samples_ = 0;
  bool dropping_ = false;
  std::vector<std::vector<Scalar>> values_;   ///< of each tensor
  std::vector<std::vector<Scalar>> deltas_;   ///< d loss / d values
  std::vector<std::vector<Scalar>> patches_;  ///< of each convolution
  std::vector<std::unique_ptr<Patches>> windows_;
  std::vector<std::vector<Scalar>> maps_;              ///< tensors among zeros
  std::vector<std::vector<std::int32_t>> largest_at_;  ///< of each max_pool, words of its input
  std::vector<Scalar> patch_deltas_;
  std::vector<Scalar> delta_map_;
  std::vector<Scalar> sums_;
  std::vector<Scalar> padded_sums_;  ///< of one sample, whole_rows(channels) a position
  std::vector<Scalar> filter_gradient_;
};

extern template class ChunkPass<float>;
extern template class ChunkPass<double>;

}  // namespace minerva::training
