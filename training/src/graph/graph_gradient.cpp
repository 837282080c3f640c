#include "minerva/training/graph_gradient.hpp"

#include <omp.h>

#include <algorithm>
#include <cmath>

#include "batch_inputs.hpp"
#include "graph/chunk_pass.hpp"
#include "kernels.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/parallel.hpp"
#include "plain_kernels.hpp"
#include "softmax_loss.hpp"

namespace minerva::training {
namespace {

/// Chunks whose gradients are at hand before they are added up, whatever the number of threads.
constexpr int kWave = 8;

}  // namespace

GraphParameterLayout::GraphParameterLayout(const LayerGraph& graph) : graph_(graph), offsets_{0} {
  for (int k = 0; k < graph.layers(); ++k) {
    offsets_.push_back(biases_at(k) + static_cast<std::size_t>(graph.layer(k).bias_count()));
  }
}

std::vector<float> initial_parameters(const GraphParameterLayout& layout,
                                      const TrainingOptions& options) {
  std::vector<float> parameters(layout.size());
  for (int k = 0; k < layout.graph().layers(); ++k) {
    const GraphLayer& layer = layout.graph().layer(k);
    if (!layer.has_weights()) continue;
    KeyedRandom random(options.seed, Stream::initial_weights, static_cast<std::uint64_t>(k));
    // Neurons that an input word feeds: those of a convolution see it from every tap.
    const int fan_out = layer.kind == GraphLayerKind::dense
                            ? layer.channels
                            : layer.window.words() * (layer.channels / layer.groups);
    const double variance = options.initialization == Initialization::he
                                ? 2.0 / layer.fan_in()
                                : 2.0 / (layer.fan_in() + fan_out);
    const double deviation = std::sqrt(variance);
    const double bound = std::sqrt(3 * variance);  // a uniform number in +-b has variance b^2 / 3
    float* weights = parameters.data() + layout.weights_at(k);
    for (std::size_t i = 0; i < layout.weights_size(k); ++i) {
      weights[i] = static_cast<float>(options.initial_distribution == InitialDistribution::normal
                                          ? deviation * random.normal()
                                          : random.uniform(-bound, bound));
    }
  }
  return parameters;
}

GraphNetwork network_of(const GraphParameterLayout& layout, const std::vector<float>& parameters,
                        const std::string& trained_by) {
  expects(parameters.size() == layout.size(), "parameters of another network");
  GraphNetwork network{layout.graph(), {}, trained_by};
  for (int k = 0; k < layout.graph().layers(); ++k) {
    const GraphLayer& layer = layout.graph().layer(k);
    network.layers.push_back(
        {Eigen::Map<const Eigen::MatrixXf>(parameters.data() + layout.weights_at(k),
                                           layer.bias_count(), layer.fan_in()),
         Eigen::Map<const Eigen::VectorXf>(parameters.data() + layout.biases_at(k),
                                           layer.bias_count())});
  }
  return network;
}

template <class Scalar>
class GraphGradient<Scalar>::Work {
 public:
  Work(const GraphParameterLayout& layout, const Regularization& regularization, int max_batch,
       int threads)
      : layout_(layout), regularization_(regularization), max_batch_(max_batch), threads_(threads) {
    expects(max_batch >= 1 && threads >= 1, "a gradient needs room for samples, and threads");
    expects(regularization.input_dropout_fraction == 0, "inputs of a graph are not dropped");
    const auto layers = static_cast<std::size_t>(layout.graph().layers());
    work_.transposed.resize(layers);
    work_.filters.resize(layers);
    work_.dropout_bits.resize(layers);
    work_.activation_l1 = regularization.activation_l1;
    work_.dropout_threshold =
        static_cast<int>(std::lround(regularization.dropout_fraction * 65536));
    work_.keep_scale = static_cast<Scalar>(65536.0 / (65536 - work_.dropout_threshold));
    losses_.resize(static_cast<std::size_t>(max_batch));
    classes_.resize(static_cast<std::size_t>(max_batch));
    for (int i = 0; i < threads; ++i) passes_.emplace_back(layout_, work_);
  }

  double gradient(const Scalar* parameters, const Batch& batch, Scalar* gradient,
                  const Augmentation& augmentation) {
    begin(parameters, batch);
    draw_dropout(batch);
    std::fill_n(gradient, layout_.size(), Scalar{0});
    gradients_.resize(kWave);
    const int chunks = (batch.size + kChunkSamples - 1) / kChunkSamples;
    for (int first = 0; first < chunks; first += kWave) {
      const int count = std::min(kWave, chunks - first);
      for_each_index(count, threads_, 1, [&](std::int64_t i) {
        const auto at = static_cast<std::size_t>(i);
        gradients_[at].resize(layout_.size());
        run_chunk(pass(), batch, first + static_cast<int>(i), augmentation, gradients_[at].data());
      });
      for (int i = 0; i < count; ++i) {
        const Scalar* of_chunk = gradients_[static_cast<std::size_t>(i)].data();
        for (std::size_t p = 0; p < layout_.size(); ++p) gradient[p] += of_chunk[p];
      }
    }
    add_penalty(parameters, gradient);
    double loss = 0;
    for (int i = 0; i < batch.size; ++i) loss += losses_[static_cast<std::size_t>(i)];
    return loss / batch.size;
  }

  BatchErrors judge(const Scalar* parameters, const Batch& batch) {
    begin(parameters, batch);
    const int chunks = (batch.size + kChunkSamples - 1) / kChunkSamples;
    for (int first = 0; first < chunks; first += kWave) {
      for_each_index(std::min(kWave, chunks - first), threads_, 1, [&](std::int64_t i) {
        run_chunk(pass(), batch, first + static_cast<int>(i), {}, nullptr);
      });
    }
    BatchErrors errors;
    for (int i = 0; i < batch.size; ++i) {
      const auto at = static_cast<std::size_t>(i);
      errors.wrong += classes_[at] != label(batch, i) ? 1 : 0;
      errors.loss += losses_[at];
    }
    return errors;
  }

  double weight_penalty(const Scalar* parameters) const {
    double absolute = 0;
    double square = 0;
    for (int k = 0; k < layout_.graph().layers(); ++k) {
      const Scalar* weights = parameters + layout_.weights_at(k);
      for (std::size_t i = 0; i < layout_.weights_size(k); ++i) {
        const auto w = static_cast<double>(weights[i]);
        absolute += std::fabs(w);
        square += w * w;
      }
    }
    return regularization_.l1 * absolute + regularization_.l2 * square;
  }

  Scalar* own_gradient() {
    own_gradient_.resize(layout_.size());
    return own_gradient_.data();
  }
  std::size_t size() const { return layout_.size(); }

 private:
  void begin(const Scalar* parameters, const Batch& batch) {
    const LayerGraph& graph = layout_.graph();
    expects(batch.size >= 1 && batch.size <= max_batch_, "batch does not fit the working memory");
    expects(batch.inputs->rows() == graph.inputs(), "batch does not fit the network");
    work_.parameters = parameters;
    work_.batch = batch.size;
    for (int k = 0; k < graph.layers(); ++k) {
      const GraphLayer& layer = graph.layer(k);
      if (!layer.has_weights() || layer.groups > 1) continue;
      if (layer.kind == GraphLayerKind::conv2d) pad_filters(k, parameters);
      if (layer.reads == 0) continue;
      std::vector<Scalar>& transposed = work_.transposed[static_cast<std::size_t>(k)];
      const auto step = column_step(layer.fan_in());
      transposed.resize(static_cast<std::size_t>(step) * static_cast<std::size_t>(layer.channels));
      kernels::transpose(parameters + layout_.weights_at(k), layer.channels, layer.fan_in(),
                         transposed.data(), step);
    }
  }

  void pad_filters(int k, const Scalar* parameters) {
    const GraphLayer& layer = layout_.graph().layer(k);
    const int rows = whole_rows(layer.channels);
    if (rows == layer.channels) return;
    std::vector<Scalar>& filters = work_.filters[static_cast<std::size_t>(k)];
    filters.resize(static_cast<std::size_t>(rows) * (static_cast<std::size_t>(layer.fan_in()) + 1));
    // Weights and biases stand behind each other: the biases are one column more.
    for (int j = 0; j <= layer.fan_in(); ++j) {
      std::copy_n(parameters + layout_.weights_at(k) + std::ptrdiff_t{j} * layer.channels,
                  layer.channels, filters.data() + std::ptrdiff_t{j} * rows);
    }
  }

  /// The bits of hidden dense layers, which are counted for themselves.
  void draw_dropout(const Batch& batch) {
    if (work_.dropout_threshold == 0) return;
    int number = 0;
    for (int k = 0; k + 1 < layout_.graph().layers(); ++k) {
      const GraphLayer& layer = layout_.graph().layer(k);
      if (layer.kind != GraphLayerKind::dense || !layer.relu) continue;
      expects(number < kMaxLayers - 1, "more hidden dense layers than can drop their units");
      const std::size_t count =
          static_cast<std::size_t>(layer.channels) * static_cast<std::size_t>(batch.size);
      std::vector<std::uint16_t>& bits = work_.dropout_bits[static_cast<std::size_t>(k)];
      bits.resize((count + kDropoutChunk - 1) / kDropoutChunk * kDropoutChunk);
      draw_dropout_bits(batch.seed, batch.step, number++, bits.data(), count);
    }
  }

  /// Of this thread.
  ChunkPass<Scalar>& pass() { return passes_[static_cast<std::size_t>(omp_get_thread_num())]; }

  std::int32_t label(const Batch& batch, int at) const { return batch.labels[column(batch, at)]; }
  static std::int64_t column(const Batch& batch, int at) {
    return batch.columns == nullptr ? batch.first + at : batch.columns[at];
  }

  /// Losses and classes of one chunk, and its gradient where that is asked for.
  void run_chunk(ChunkPass<Scalar>& pass, const Batch& batch, int chunk,
                 const Augmentation& augmentation, Scalar* gradient) {
    const int first = chunk * kChunkSamples;
    const int samples = std::min(kChunkSamples, batch.size - first);
    const TensorShape& shape = layout_.graph().input();
    std::vector<float> sample(static_cast<std::size_t>(shape.size()));
    std::vector<float> changed(augmentation.any() ? sample.size() : 0);
    for (int i = 0; i < samples; ++i) {
      batch.inputs->copy_column(column(batch, first + i), sample.data());
      const std::vector<float>* input = &sample;
      if (augmentation.any()) {
        const auto index =
            batch.step * std::uint64_t{1 << 20} + static_cast<std::uint64_t>(first + i);
        change_image(sample.data(), shape, draw_change(augmentation, shape, batch.seed, index),
                     changed.data());
        input = &changed;
      }
      std::copy(input->begin(), input->end(), pass.input(i));
    }
    pass.forward(first, samples, gradient != nullptr);
    const int rows = layout_.graph().outputs();
    const Scalar share = Scalar{1} / static_cast<Scalar>(batch.size);
    for (int i = 0; i < samples; ++i) {
      const auto at = static_cast<std::size_t>(first + i);
      const Scalar* sums = pass.outputs(i);
      classes_[at] = static_cast<std::int32_t>(std::max_element(sums, sums + rows) - sums);
      losses_[at] = softmax_loss(sums, rows, label(batch, first + i), share, pass.output_delta(i));
      if (gradient != nullptr && regularization_.activation_l1 > 0) {
        losses_[at] += regularization_.activation_l1 * pass.activations(i);
      }
    }
    if (gradient != nullptr) pass.backward(gradient);
  }

  void add_penalty(const Scalar* parameters, Scalar* gradient) const {
    if (regularization_.l1 == 0 && regularization_.l2 == 0) return;
    const auto l1 = static_cast<Scalar>(regularization_.l1);
    const auto l2 = static_cast<Scalar>(regularization_.l2);
    for (int k = 0; k < layout_.graph().layers(); ++k) {
      const std::size_t at = layout_.weights_at(k);
      for (std::size_t i = at; i < at + layout_.weights_size(k); ++i) {
        gradient[i] += kernels::plain::penalty_gradient(parameters[i], l1, l2);
      }
    }
  }

  GraphParameterLayout layout_;
  Regularization regularization_;
  int max_batch_;
  int threads_;
  BatchWork<Scalar> work_;
  std::vector<ChunkPass<Scalar>> passes_;       ///< of each thread
  std::vector<std::vector<Scalar>> gradients_;  ///< of the chunks of a wave
  std::vector<Scalar> own_gradient_;
  std::vector<double> losses_;         ///< of each sample of the batch
  std::vector<std::int32_t> classes_;  ///< the same
};

template <class Scalar>
GraphGradient<Scalar>::GraphGradient(const GraphParameterLayout& layout,
                                     const Regularization& regularization, int max_batch,
                                     int threads)
    : work_(std::make_unique<Work>(layout, regularization, max_batch, threads)) {}
template <class Scalar>
GraphGradient<Scalar>::~GraphGradient() = default;
template <class Scalar>
GraphGradient<Scalar>::GraphGradient(GraphGradient&&) noexcept = default;

template <class Scalar>
double GraphGradient<Scalar>::evaluate(const Scalar* parameters, const Batch& batch,
                                       Scalar* gradient, const Augmentation& augmentation) {
  return work_->gradient(parameters, batch, gradient, augmentation);
}

template <class Scalar>
double GraphGradient<Scalar>::descend(const Descent& rule, const Batch& batch,
                                      const DescentState<Scalar>& state,
                                      const Augmentation& augmentation) {
  Scalar* gradient = work_->own_gradient();
  const double loss = work_->gradient(state.parameters, batch, gradient, augmentation);
  double scale = 1;
  if (rule.largest_gradient_norm > 0) {
    const double norm = std::sqrt(kernels::sum_of_squares(gradient, work_->size()));
    if (norm > rule.largest_gradient_norm) scale = rule.largest_gradient_norm / norm;
  }
  kernels::move(rule, state, gradient, static_cast<Scalar>(scale), work_->size());
  return loss;
}

template <class Scalar>
double GraphGradient<Scalar>::weight_penalty(const Scalar* parameters) const {
  return work_->weight_penalty(parameters);
}

template <class Scalar>
BatchErrors GraphGradient<Scalar>::judge(const Scalar* parameters, const Batch& batch) {
  return work_->judge(parameters, batch);
}

template class GraphGradient<float>;
template class GraphGradient<double>;

}  // namespace minerva::training
