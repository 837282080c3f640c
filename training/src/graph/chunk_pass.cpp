#include "graph/chunk_pass.hpp"

#include <algorithm>

#include "batch_inputs.hpp"
#include "graph/pool_windows.hpp"
#include "kernels.hpp"

namespace minerva::training {

template <class Scalar>
ChunkPass<Scalar>::ChunkPass(const GraphParameterLayout& layout, const BatchWork<Scalar>& work)
    : layout_(layout), work_(work) {
  const LayerGraph& graph = layout.graph();
  const auto layers = static_cast<std::size_t>(graph.layers());
  for (int t = 0; t < graph.tensors(); ++t) {
    const auto size =
        static_cast<std::size_t>(graph.tensor(t).size()) * kChunkSamples + kPatchSlack;
    values_.emplace_back(size);
    deltas_.emplace_back(size);
  }
  patches_.resize(layers);
  windows_.resize(layers);
  maps_.resize(layers);
  largest_at_.resize(layers);
  std::size_t most_channels = 0;
  std::size_t most_sums = 0;
  for (int k = 0; k < graph.layers(); ++k) {
    const auto at = static_cast<std::size_t>(k);
    const GraphLayer& l = graph.layer(k);
    most_channels = std::max(most_channels, static_cast<std::size_t>(l.channels));
    if (l.kind == GraphLayerKind::conv2d) {
      windows_[at] = std::make_unique<Patches>(l);
      patches_[at].resize(windows_[at]->size() * kChunkSamples + kPatchSlack);
      maps_[at].resize(windows_[at]->padded_size());
      most_sums = std::max(most_sums, static_cast<std::size_t>(whole_rows(l.channels)) *
                                          static_cast<std::size_t>(l.positions()));
    } else if (l.kind == GraphLayerKind::max_pool) {
      largest_at_[at].resize(static_cast<std::size_t>(l.output.size()) * kChunkSamples);
    }
  }
  padded_sums_.resize(most_sums);
  sums_.resize(static_cast<std::size_t>(whole_rows(static_cast<int>(most_channels))));
}

template <class Scalar>
Scalar* ChunkPass<Scalar>::patches(int k, int at) {
  const auto layer_at = static_cast<std::size_t>(k);
  return patches_[layer_at].data() + static_cast<std::size_t>(at) * windows_[layer_at]->size();
}

template <class Scalar>
void ChunkPass<Scalar>::forward(int first, int samples, bool dropping) {
  first_ = first;
  samples_ = samples;
  dropping_ = dropping;
  for (int k = 0; k < layout_.graph().layers(); ++k) {
    switch (layer(k).kind) {
      case GraphLayerKind::dense:
        forward_dense(k);
        break;
      case GraphLayerKind::conv2d:
        forward_convolution(k);
        break;
      case GraphLayerKind::max_pool:
      case GraphLayerKind::sum_pool:
        forward_pool(k);
        break;
    }
  }
}

template <class Scalar>
void ChunkPass<Scalar>::forward_dense(int k) {
  const GraphLayer& l = layer(k);
  kernels::Product<Scalar> product;
  product.a = work_.parameters + layout_.weights_at(k);
  product.a_step = product.m = l.channels;
  product.k = l.fan_in();
  product.b = {{value(l.reads, 0), 1, l.fan_in()}, {}};
  product.start = work_.parameters + layout_.biases_at(k);
  product.relu = l.relu && !l.added;
  product.sums = value(k + 1, 0);
  product.sums_step = l.channels;
  kernels::multiply(product, 0, samples_);
  if (l.added) add_tensor(k);
  if (!drops(k)) return;
  kernels::drop(
      value(k + 1, 0), l.channels, l.channels, samples_,
      work_.dropout_bits[static_cast<std::size_t>(k)].data() + std::ptrdiff_t{first_} * l.channels,
      work_.dropout_threshold, work_.keep_scale);
}

template <class Scalar>
void ChunkPass<Scalar>::forward_convolution(int k) {
  const auto layer_at = static_cast<std::size_t>(k);
  const GraphLayer& l = layer(k);
  for (int at = 0; at < samples_; ++at) {
    Scalar* rows = patches(k, at);
    windows_[layer_at]->gather(value(l.reads, at), maps_[layer_at], rows);
    if (l.groups > 1) {
      forward_depthwise(k, at);
      continue;
    }
    kernels::Product<Scalar> product;
    product.a = filters(k);
    product.a_step = product.m = whole_rows(l.channels);
    product.k = l.fan_in();
    product.b = {{rows, 1, l.fan_in()}, {}};
    product.start = product.a + product.a_step * l.fan_in();
    product.relu = l.relu && !l.added;
    const bool whole = product.m == l.channels;
    product.sums = whole ? value(k + 1, at) : padded_sums_.data();
    product.sums_step = product.m;
    kernels::multiply(product, 0, l.positions());
    if (whole) continue;
    for (int p = 0; p < l.positions(); ++p) {
      copy_run(padded_sums_.data() + std::ptrdiff_t{p} * product.m,
               static_cast<std::size_t>(l.channels),
               value(k + 1, at) + std::ptrdiff_t{p} * l.channels);
    }
  }
  if (l.added) add_tensor(k);
}

/// Every channel by itself: plain loops, whose innermost one runs over the channels.
template <class Scalar>
void ChunkPass<Scalar>::forward_depthwise(int k, int at) {
  const GraphLayer& l = layer(k);
  const int of_group = l.channels / l.groups;
  const Scalar* weights = work_.parameters + layout_.weights_at(k);
  const Scalar* biases = work_.parameters + layout_.biases_at(k);
  const Scalar* rows = patches(k, at);
  Scalar* sums = value(k + 1, at);
  for (int p = 0; p < l.positions(); ++p, sums += l.channels) {
    std::copy_n(biases, l.channels, sums);
    for (int j = 0; j < l.window.words(); ++j, rows += l.groups) {
      const Scalar* w = weights + std::ptrdiff_t{j} * l.channels;
      for (int c = 0; c < l.channels; ++c) sums[c] += w[c] * rows[c / of_group];
    }
    if (!l.relu || l.added) continue;
    for (int c = 0; c < l.channels; ++c) sums[c] = sums[c] > 0 ? sums[c] : Scalar{0};
  }
}

/// Adds the words of the added tensor to the sums, and takes the ReLU.
template <class Scalar>
void ChunkPass<Scalar>::add_tensor(int k) {
  const GraphLayer& l = layer(k);
  const TensorShape& shape = layout_.graph().tensor(l.added.tensor);
  for (int at = 0; at < samples_; ++at) {
    const Scalar* from = value(l.added.tensor, at);
    Scalar* sums = value(k + 1, at);
    for (int y = 0; y < l.output.height; ++y) {
      for (int x = 0; x < l.output.width; ++x) {
        const Scalar* pixel =
            from + storage_word(shape, y * l.added.stride_y, x * l.added.stride_x, 0);
        Scalar* to = sums + storage_word(l.output, y, x, l.added.channel_offset);
        for (int c = 0; c < shape.channels; ++c) to[c] += pixel[c];
      }
    }
    if (!l.relu) continue;
    for (int i = 0; i < l.output.size(); ++i) sums[i] = sums[i] > 0 ? sums[i] : Scalar{0};
  }
}

template <class Scalar>
void ChunkPass<Scalar>::forward_pool(int k) {
  const GraphLayer l = layer(k);
  const auto divisor = static_cast<Scalar>(l.divisor);
  for (int at = 0; at < samples_; ++at) {
    const Scalar* x = value(l.reads, at);
    Scalar* to = value(k + 1, at);
    std::int32_t* where = largest_at_[static_cast<std::size_t>(k)].data();
    if (l.kind == GraphLayerKind::max_pool) where += std::ptrdiff_t{at} * l.output.size();
    for (int oy = 0; oy < l.output.height; ++oy) {
      for (int ox = 0; ox < l.output.width; ++ox, to += l.channels) {
        if (l.kind == GraphLayerKind::max_pool) {
          for (int c = 0; c < l.channels; c += kPoolChannels) {
            largest_of_window(l, oy, ox, c, x, to, where);
          }
          where += l.channels;
          continue;
        }
        std::fill_n(to, l.channels, Scalar{0});
        visit_pixels(l, oy, ox, [&](std::int32_t word) {
          for (int c = 0; c < l.channels; ++c) to[c] += x[word + c];
        });
        for (int c = 0; l.divisor > 1 && c < l.channels; ++c) to[c] /= divisor;
      }
    }
  }
}

template <class Scalar>
double ChunkPass<Scalar>::activations(int at) const {
  double sum = 0;
  for (int k = 0; k < layout_.graph().layers(); ++k) {
    if (!layer(k).relu) continue;
    const int size = layer(k).output.size();
    const Scalar* x = values_[static_cast<std::size_t>(k) + 1].data() + std::ptrdiff_t{at} * size;
    for (int i = 0; i < size; ++i) sum += static_cast<double>(x[i]);
  }
  return sum;
}

template <class Scalar>
void ChunkPass<Scalar>::backward(Scalar* gradient) {
  const int last = layout_.graph().layers() - 1;
  for (int t = 1; t <= last; ++t) {
    std::fill(deltas_[static_cast<std::size_t>(t)].begin(),
              deltas_[static_cast<std::size_t>(t)].end(), Scalar{0});
  }
  const auto slope = static_cast<Scalar>(work_.activation_l1 / work_.batch);
  for (int k = last; k >= 0; --k) {
    const GraphLayer& l = layer(k);
    if (l.relu) {
      kernels::relu_backward(delta(k + 1, 0), value(k + 1, 0), samples_ * l.output.size(),
                             drops(k) ? work_.keep_scale : Scalar{1}, slope);
    }
    if (l.added) backward_added(k);
    switch (l.kind) {
      case GraphLayerKind::dense:
        backward_dense(k, gradient);
        break;
      case GraphLayerKind::conv2d:
        backward_convolution(k, gradient);
        break;
      case GraphLayerKind::max_pool:
      case GraphLayerKind::sum_pool:
        backward_pool(k);
        break;
    }
  }
}

template <class Scalar>
void ChunkPass<Scalar>::backward_added(int k) {
  const GraphLayer& l = layer(k);
  if (l.added.tensor == 0) return;
  const TensorShape& shape = layout_.graph().tensor(l.added.tensor);
  for (int at = 0; at < samples_; ++at) {
    const Scalar* from = delta(k + 1, at);
    Scalar* to = delta(l.added.tensor, at);
    for (int y = 0; y < l.output.height; ++y) {
      for (int x = 0; x < l.output.width; ++x) {
        const Scalar* pixel = from + storage_word(l.output, y, x, l.added.channel_offset);
        Scalar* of = to + storage_word(shape, y * l.added.stride_y, x * l.added.stride_x, 0);
        for (int c = 0; c < shape.channels; ++c) of[c] += pixel[c];
      }
    }
  }
}

template <class Scalar>
void ChunkPass<Scalar>::backward_dense(int k, Scalar* gradient) {
  const GraphLayer& l = layer(k);
  const Scalar* own = delta(k + 1, 0);
  kernels::WeightGradient<Scalar> work;
  work.delta = own;
  work.delta_step = work.m = l.channels;
  work.k = samples_;
  work.inputs = {{value(l.reads, 0), l.fan_in(), 1}, {}};
  work.penalised = work_.parameters + layout_.weights_at(k);
  work.gradient = gradient + layout_.weights_at(k);
  kernels::weight_gradient(work, 0, l.fan_in());
  kernels::row_sums(gradient + layout_.biases_at(k), own, l.channels, l.channels, samples_);
  if (l.reads == 0) return;
  const auto step = column_step(l.fan_in());
  patch_deltas_.resize(
      std::max(patch_deltas_.size(), static_cast<std::size_t>(step) * kChunkSamples));
  kernels::Product<Scalar> product;
  product.a = work_.transposed[static_cast<std::size_t>(k)].data();
  product.a_step = step;
  product.m = l.fan_in();
  product.k = l.channels;
  product.b = {{own, 1, l.channels}, {}};
  product.sums = patch_deltas_.data();
  product.sums_step = step;
  kernels::multiply(product, 0, samples_);
  for (int at = 0; at < samples_; ++at) {
    const Scalar* from = patch_deltas_.data() + at * step;
    Scalar* to = delta(l.reads, at);
    for (int j = 0; j < l.fan_in(); ++j) to[j] += from[j];
  }
}

template <class Scalar>
void ChunkPass<Scalar>::backward_convolution(int k, Scalar* gradient) {
  const auto layer_at = static_cast<std::size_t>(k);
  const GraphLayer& l = layer(k);
  Scalar* weights = gradient + layout_.weights_at(k);
  // The positions of all samples follow each other.
  kernels::row_sums(sums_.data(), delta(k + 1, 0), whole_rows(l.channels), l.channels,
                    l.positions() * samples_);
  std::copy_n(sums_.data(), l.channels, gradient + layout_.biases_at(k));
  if (l.groups > 1) {
    std::fill_n(weights, l.weight_count(), Scalar{0});
  } else {
    backward_filters(k, weights);
  }
  const bool passes_on = l.reads > 0;
  if (passes_on) {
    const std::size_t most =
        std::max(static_cast<std::size_t>(column_step(l.fan_in()) * l.positions()),
                 windows_[layer_at]->size());
    patch_deltas_.resize(std::max(patch_deltas_.size(), most));
    delta_map_.resize(windows_[layer_at]->padded_size());
  }
  for (int at = 0; at < samples_; ++at) {
    if (l.groups > 1) backward_depthwise(k, at, weights);
    if (!passes_on) continue;
    if (l.groups == 1) backward_patches(k, at);
    const auto of_patch = l.groups > 1 ? static_cast<std::ptrdiff_t>(windows_[layer_at]->patch())
                                       : column_step(l.fan_in());
    windows_[layer_at]->scatter(patch_deltas_.data(), of_patch, delta_map_, delta(l.reads, at));
  }
}

/// The gradient of all filters, one chain over the samples.
template <class Scalar>
void ChunkPass<Scalar>::backward_filters(int k, Scalar* weights) {
  const GraphLayer& l = layer(k);
  const int rows = whole_rows(l.channels);
  filter_gradient_.resize(static_cast<std::size_t>(rows) * static_cast<std::size_t>(l.fan_in()));
  for (int at = 0; at < samples_; ++at) {
    kernels::WeightGradient<Scalar> work;
    work.delta = delta(k + 1, at);
    work.delta_step = l.channels;
    work.m = rows;
    work.k = l.positions();
    work.inputs = {{patches(k, at), l.fan_in(), 1}, {}};
    work.penalised = filter_gradient_.data();  // penalties are added later: none is read here
    work.gradient = filter_gradient_.data();
    work.onto = at > 0;
    kernels::weight_gradient(work, 0, l.fan_in());
  }
  for (int j = 0; j < l.fan_in(); ++j) {
    std::copy_n(filter_gradient_.data() + std::ptrdiff_t{j} * rows, l.channels,
                weights + std::ptrdiff_t{j} * l.channels);
  }
}

/// d loss / d patches of one sample.
template <class Scalar>
void ChunkPass<Scalar>::backward_patches(int k, int at) {
  const GraphLayer& l = layer(k);
  kernels::Product<Scalar> product;
  product.a = work_.transposed[static_cast<std::size_t>(k)].data();
  product.a_step = product.sums_step = column_step(l.fan_in());
  product.m = whole_rows(l.fan_in());
  product.k = l.channels;
  product.b = {{delta(k + 1, at), 1, l.channels}, {}};
  product.sums = patch_deltas_.data();
  kernels::multiply(product, 0, l.positions());
}

template <class Scalar>
void ChunkPass<Scalar>::backward_depthwise(int k, int at, Scalar* weights) {
  const GraphLayer& l = layer(k);
  const int of_group = l.channels / l.groups;
  const Scalar* rows = patches(k, at);
  const Scalar* own = delta(k + 1, at);
  const Scalar* w = work_.parameters + layout_.weights_at(k);
  Scalar* to = l.reads > 0 ? patch_deltas_.data() : nullptr;
  for (int p = 0; p < l.positions(); ++p, own += l.channels) {
    for (int j = 0; j < l.window.words(); ++j, rows += l.groups) {
      Scalar* of_weights = weights + std::ptrdiff_t{j} * l.channels;
      for (int c = 0; c < l.channels; ++c) of_weights[c] += own[c] * rows[c / of_group];
      if (to == nullptr) continue;
      std::fill_n(to, l.groups, Scalar{0});
      const Scalar* of_input = w + std::ptrdiff_t{j} * l.channels;
      for (int c = 0; c < l.channels; ++c) to[c / of_group] += own[c] * of_input[c];
      to += l.groups;
    }
  }
}

template <class Scalar>
void ChunkPass<Scalar>::backward_pool(int k) {
  const GraphLayer& l = layer(k);
  if (l.reads == 0) return;
  const auto divisor = static_cast<Scalar>(l.divisor);
  for (int at = 0; at < samples_; ++at) {
    const Scalar* own = delta(k + 1, at);
    Scalar* to = delta(l.reads, at);
    if (l.kind == GraphLayerKind::max_pool) {
      const std::int32_t* where =
          largest_at_[static_cast<std::size_t>(k)].data() + std::ptrdiff_t{at} * l.output.size();
      for (int i = 0; i < l.output.size(); ++i) to[where[i]] += own[i];
      continue;
    }
    for (int oy = 0; oy < l.output.height; ++oy) {
      for (int ox = 0; ox < l.output.width; ++ox, own += l.channels) {
        visit_pixels(l, oy, ox, [&](std::int32_t word) {
          for (int c = 0; c < l.channels; ++c) to[word + c] += own[c] / divisor;
        });
      }
    }
  }
}

template class ChunkPass<float>;
template class ChunkPass<double>;

}  // namespace minerva::training
