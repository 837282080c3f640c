#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/layer_graph.hpp"
#include "minerva/network/quantized_graph.hpp"

// Random networks of all kinds of layers, small enough for plain loops.
namespace minerva {

inline int drawn(KeyedRandom& random, int low, int high) {
  return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}
inline bool chance(KeyedRandom& random, double p) { return random.uniform() < p; }

inline Window random_window(KeyedRandom& random) {
  Window w;
  w.height = drawn(random, 1, 4);
  w.width = chance(random, 0.7) ? w.height : drawn(random, 1, 4);
  w.stride_y = chance(random, 0.6) ? 1 : drawn(random, 1, 4);
  w.stride_x = chance(random, 0.7) ? w.stride_y : drawn(random, 1, 4);
  if (chance(random, 0.5)) {
    w.top = drawn(random, 0, w.height - 1);
    w.bottom = drawn(random, 0, w.height - 1);
    w.left = drawn(random, 0, w.width - 1);
    w.right = drawn(random, 0, w.width - 1);
  }
  return w;
}

/// A layer that may or may not fit behind the graph.
inline GraphLayer random_layer(KeyedRandom& random, const LayerGraph& graph) {
  GraphLayer layer;
  if (chance(random, 0.15)) layer.reads = drawn(random, 0, graph.layers());
  const TensorShape in = graph.tensor(layer.reads < 0 ? graph.layers() : layer.reads);
  const int kind = drawn(random, 0, 9);
  if (kind < 2 && (kind == 0 || in.size() < 40)) {
    layer.channels = drawn(random, 1, 11);
  } else if (kind < 7) {
    layer.kind = GraphLayerKind::conv2d;
    layer.window = random_window(random);
    layer.channels = drawn(random, 1, 11);
    if (chance(random, 0.25)) {
      layer.groups = in.channels;
      layer.channels = in.channels * drawn(random, 1, 3);
    }
  } else {
    layer.kind = kind == 7 ? GraphLayerKind::sum_pool : GraphLayerKind::max_pool;
    layer.window = random_window(random);
    if (chance(random, 0.5)) {  // windows that do not overlap
      const int more = drawn(random, 0, 1);
      layer.window = {layer.window.height,
                      layer.window.width,
                      layer.window.height + more,
                      layer.window.width + more,
                      0,
                      0,
                      0,
                      0};
    }
    if (chance(random, 0.2)) {
      layer.window = {in.height, in.width, in.height, in.width, 0, 0, 0, 0};
    }
    if (layer.kind == GraphLayerKind::sum_pool && chance(random, 0.6)) {
      layer.divisor = layer.window.words();
    }
  }
  if (!layer.has_weights()) return layer;
  layer.relu = chance(random, 0.7);
  if (chance(random, 0.4)) {
    layer.added.tensor = drawn(random, 0, graph.layers());
    if (chance(random, 0.4)) layer.added.stride_y = layer.added.stride_x = drawn(random, 1, 2);
    if (chance(random, 0.3)) layer.added.channel_offset = drawn(random, 0, 3);
  }
  return layer;
}

/// Two 3x3 convolutions with a shortcut round them, which may or may not fit.
inline void add_random_block(KeyedRandom& random, LayerGraph& graph) {
  const int from = graph.layers();
  const int stride = drawn(random, 1, 2);
  GraphLayer layer;
  layer.kind = GraphLayerKind::conv2d;
  layer.channels = graph.tensor(from).channels + 2 * drawn(random, 0, 1);
  layer.window = {3, 3, stride, stride, 1, 1, 1, 1};
  graph.add(layer, "random");
  layer.added = {from, stride, stride, (layer.channels - graph.tensor(from).channels) / 2};
  layer.window.stride_y = layer.window.stride_x = 1;
  graph.add(layer, "random");
}

/// A graph of at most `layers` layers, checked. Every tensor is read.
inline LayerGraph random_graph(KeyedRandom& random, int layers) {
  for (;;) {
    LayerGraph graph({drawn(random, 1, 8), drawn(random, 1, 8), drawn(random, 1, 5)});
    for (int tries = 0; tries < 12 * layers && graph.layers() < layers; ++tries) {
      try {
        if (chance(random, 0.08) && graph.layers() + 2 <= layers) add_random_block(random, graph);
        if (graph.layers() == layers) break;
        // Fitting an added tensor by chance is rare, so that a shape that fits is tried, too.
        GraphLayer layer = random_layer(random, graph);
        if (layer.kind == GraphLayerKind::conv2d && layer.added && layer.groups == 1 &&
            chance(random, 0.7)) {
          const int size = 2 * drawn(random, 0, 1) + 1;
          const TensorShape& to = graph.tensor(layer.added.tensor);
          layer.channels = to.channels + layer.added.channel_offset + drawn(random, 0, 2);
          const int pad = size / 2;
          layer.window = {size, size, layer.added.stride_y, layer.added.stride_x, pad, pad,
                          pad,  pad};
        }
        graph.add(layer, "random");
      } catch (const UserError&) {
      }
    }
    try {
      check_graph(graph, "random");
      return graph;
    } catch (const UserError&) {
    }
  }
}

inline QFormat random_format(KeyedRandom& random, int low_bits, int high_bits) {
  const int bits = drawn(random, low_bits, high_bits);
  const int integer = drawn(random, 1, bits);
  return {integer, bits - integer};
}

/// A plan that the graph can run with, or one of 16-bit activations and wide products.
inline QuantizationPlan random_plan(KeyedRandom& random, const LayerGraph& graph) {
  constexpr Rounding kModes[] = {Rounding::half_up, Rounding::half_even, Rounding::truncate};
  for (int tries = 0;; ++tries) {
    const bool easy = tries > 20;
    const bool wide = chance(random, 0.25);
    QuantizationPlan plan = uniform_plan(graph.layers());
    plan.rounding = kModes[drawn(random, 0, 2)];
    const QFormat common = random_format(random, 1, wide ? 16 : 9);
    for (int k = 0; k < graph.layers(); ++k) {
      LayerFormats& f = plan.layers[static_cast<std::size_t>(k)];
      f.weight = random_format(random, 2, wide ? 16 : 9);
      f.product = easy ? QFormat{8, 16} : random_format(random, 1, wide ? 32 : 14);
      f.scale_exponent = easy || chance(random, 0.6) ? 0 : drawn(random, -2, 2);
      if (!graph.layer(k).has_weights()) {
        f.scale_exponent = tensor_scale_exponent(graph, plan, graph.layer(k).reads);
      }
      f.activation = easy                  ? QFormat{4, 4}
                     : chance(random, 0.5) ? common
                                           : random_format(random, 1, 10);
      const int owner = format_owner(graph, graph.layer(k).reads);
      if (owner < k) f.activation = plan.layers[static_cast<std::size_t>(owner)].activation;
      if (k > 0 && graph.layer(k - 1).kind == GraphLayerKind::max_pool &&
          graph.layer(k).reads == k) {
        f.activation = plan.layers[static_cast<std::size_t>(k) - 1].activation;
      }
    }
    try {
      check_graph_plan(graph, plan, "random");
      return plan;
    } catch (const UserError&) {
      if (tries > 200) throw;
    }
  }
}

/// Codes that use the whole format, many of them small or zero; a tenth of the words faulty.
inline QuantizedGraph random_quantized_graph(KeyedRandom& random, const LayerGraph& graph,
                                             const QuantizationPlan& plan) {
  QuantizedGraph network{{plan.rounding, {}, {}}, graph};
  const int mitigation = drawn(random, 0, 3);
  if (mitigation == 1) network.mitigation = {Masking::word, SignPolicy::zero, Detector::razor};
  if (mitigation == 2) network.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  if (mitigation == 3) network.mitigation = {Masking::word, SignPolicy::zero, Detector::parity};
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& shape = graph.layer(k);
    QuantizedLayer layer;
    layer.formats = plan.layers[static_cast<std::size_t>(k)];
    layer.n_in = shape.fan_in();
    layer.n_out = shape.bias_count();
    const auto code = [&](QFormat f) {
      if (chance(random, 0.2)) return std::int64_t{0};
      const std::int64_t size = chance(random, 0.5) ? f.max_code() : f.max_code() / 8;
      const auto span = static_cast<std::uint64_t>(2 * size + 2);
      return static_cast<std::int64_t>(random.below(span)) - size - 1;
    };
    for (std::int64_t i = 0; i < shape.weight_count(); ++i) {
      layer.weights.push_back(static_cast<std::int16_t>(code(layer.formats.weight)));
    }
    for (int i = 0; i < shape.bias_count(); ++i) {
      layer.biases.push_back(static_cast<std::int32_t>(code(layer.formats.product)));
    }
    if (shape.has_weights() && chance(random, 0.4)) {
      for (std::size_t i = 0; i < layer.weights.size(); ++i) {
        const bool faulty = chance(random, 0.1);
        layer.faulty_bits.push_back(static_cast<std::uint16_t>(faulty ? random.below(65536) : 0));
      }
    }
    if (shape.has_weights() && chance(random, 0.6)) {
      const auto most = static_cast<int>(layer.formats.activation.max_code()) + 1;
      layer.theta_code = chance(random, 0.2) ? drawn(random, 0, most)
                                             : drawn(random, 0, std::min(most, 1 + most / 6));
    }
    network.layers.push_back(layer);
  }
  return network;
}

}  // namespace minerva
