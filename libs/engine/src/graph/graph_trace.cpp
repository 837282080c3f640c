#include "minerva/engine/graph_trace.hpp"

#include <algorithm>

#include "minerva/network/graph_schedule.hpp"

namespace minerva {
namespace {

/// One layer of a trace.
class TracedLayer {
 public:
  TracedLayer(const QuantizedGraph& network, const QuantizationPlan& plan, int k,
              const GraphTrace& trace)
      : network_(network),
        graph_(network.graph),
        layer_(network.graph.layer(k)),
        stored_(network.layer(k)),
        k_(k),
        x_(trace.tensors[static_cast<std::size_t>(layer_.reads)]) {
    if (layer_.added) {
      added_ = &trace.tensors[static_cast<std::size_t>(layer_.added.tensor)];
      added_shift_ = added_shift(graph_, plan, k);
    }
  }

  std::vector<std::int64_t> accumulators() const {
    std::vector<std::int64_t> all(static_cast<std::size_t>(layer_.output.size()), 0);
    for (const Position& at : computed_positions(graph_, k_)) {
      for (int c = 0; c < layer_.channels; ++c) {
        all[storage_word(layer_.output, at.y, at.x, c)] =
            layer_.has_weights() ? weighted(at, c) : pooled(at, c);
      }
    }
    return all;
  }

 private:
  /// Calls visit(x, j) for the words of a window that lie inside the tensor; j counts all of them.
  template <typename Visit>
  void visit_window(const Position& at, int first_channel, int channels, const Visit& visit) const {
    const Window& w = layer_.window;
    for (int ky = 0; ky < w.height; ++ky) {
      const int y = at.y * w.stride_y - w.top + ky;
      if (y < 0 || y >= layer_.input.height) continue;
      for (int kx = 0; kx < w.width; ++kx) {
        const int x = at.x * w.stride_x - w.left + kx;
        if (x < 0 || x >= layer_.input.width) continue;
        for (int c = 0; c < channels; ++c) {
          visit(x_[storage_word(layer_.input, y, x, first_channel + c)],
                (ky * w.width + kx) * channels + c);
        }
      }
    }
  }

  std::int64_t weighted(const Position& at, int channel) const {
    const LayerFormats& f = stored_.formats;
    std::int64_t acc = stored_.biases[static_cast<std::size_t>(channel)];
    const auto add = [&](std::int32_t x, int j) {
      if (stored_.skips(x)) return;
      acc += round_code(f.product, std::int64_t{network_.weight_as_read(k_, j, channel)} * x,
                        f.weight.fraction_bits + f.activation.fraction_bits, network_.rounding);
    };
    if (layer_.kind == GraphLayerKind::dense) {
      for (int j = 0; j < layer_.fan_in(); ++j) add(x_[static_cast<std::size_t>(j)], j);
    } else {
      const int of_group = layer_.input.channels / layer_.groups;
      const int group = channel / (layer_.channels / layer_.groups);
      visit_window(at, group * of_group, of_group, add);
    }
    return acc + added_word(at, channel);
  }

  std::int64_t added_word(const Position& at, int channel) const {
    const AddedTensor& from = layer_.added;
    if (!from) return 0;
    const TensorShape& shape = graph_.tensor(from.tensor);
    const int c = channel - from.channel_offset;
    if (c < 0 || c >= shape.channels) return 0;
    return std::int64_t{
               (*added_)[storage_word(shape, at.y * from.stride_y, at.x * from.stride_x, c)]} *
           (std::int64_t{1} << added_shift_);
  }

  std::int64_t pooled(const Position& at, int channel) const {
    std::int64_t sum = 0;
    std::int64_t largest = stored_.formats.activation.min_code();
    visit_window(at, channel, 1, [&](std::int32_t x, int) {
      sum += x;
      largest = std::max<std::int64_t>(largest, x);
    });
    return layer_.kind == GraphLayerKind::max_pool ? largest : sum;
  }

  const QuantizedGraph& network_;
  const LayerGraph& graph_;
  const GraphLayer& layer_;
  const QuantizedLayer& stored_;
  int k_;
  const std::vector<std::int32_t>& x_;
  const std::vector<std::int32_t>* added_ = nullptr;
  int added_shift_ = 0;
};

}  // namespace

GraphTrace trace_graph(const QuantizedGraph& network, const std::int16_t* input) {
  const LayerGraph& graph = network.graph;
  const QuantizationPlan plan = network.plan();
  GraphTrace trace;
  trace.tensors.resize(static_cast<std::size_t>(graph.tensors()));
  trace.tensors[0].assign(input, input + graph.inputs());
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& layer = graph.layer(k);
    std::vector<std::int64_t> acc = TracedLayer(network, plan, k, trace).accumulators();
    if (k + 1 < graph.layers()) {
      const QFormat to = network.layer(format_owner(graph, k + 1)).formats.activation;
      const LayerFormats& f = network.layer(k).formats;
      const int fraction = layer.has_weights() ? f.product.fraction_bits
                                               : f.activation.fraction_bits + divisor_shift(layer);
      std::vector<std::int32_t>& x = trace.tensors[static_cast<std::size_t>(k) + 1];
      x.resize(acc.size());
      std::transform(acc.begin(), acc.end(), x.begin(), [&](std::int64_t a) {
        return static_cast<std::int32_t>(round_code(
            to, layer.relu ? std::max<std::int64_t>(a, 0) : a, fraction, network.rounding));
      });
    } else {
      trace.predicted_class =
          static_cast<int>(std::max_element(acc.begin(), acc.end()) - acc.begin());
    }
    trace.accumulators.push_back(std::move(acc));
  }
  return trace;
}

}  // namespace minerva
