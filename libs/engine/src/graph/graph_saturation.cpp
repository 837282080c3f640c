#include <algorithm>
#include <cstdlib>

#include "first_layer_codes.hpp"
#include "graph/graph_runner.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/engine/saturation.hpp"
#include "saturates.hpp"

// Saturations of networks of any layers.
namespace minerva {
namespace {

/// What of a layer's products can leave P, by the word of the window.
class ProductLimits {
 public:
  ProductLimits(const PreparedGraphLayer& layer) : layer_(layer) {
    const LayerFormats& f = layer.formats;
    fraction_ = f.weight.fraction_bits + f.activation.fraction_bits;
    for (int j = 0; j < layer.shape.fan_in(); ++j) {
      std::int64_t largest = 0;
      for (int i = 0; i < layer.shape.channels; ++i) {
        largest = std::max<std::int64_t>(largest, std::abs(layer.weight(j, i)));
      }
      // The largest |x| of which no product meets an end of P.
      std::int64_t low = 0;
      std::int64_t high = -f.activation.min_code();
      while (low < high) {
        const std::int64_t middle = (low + high + 1) / 2;
        if (leaves(middle * largest) || leaves(-middle * largest)) {
          high = middle - 1;
        } else {
          low = middle;
        }
      }
      safe_.push_back(low);
    }
  }

  bool leaves(std::int64_t product) const {
    return saturates(layer_.formats.product, product, fraction_, layer_.rounding.mode);
  }
  /// Saturated products of word j of a window with the weights of channels first .. end - 1.
  std::int64_t count(std::int64_t x, int j, int first, int end) const {
    const std::int64_t size = std::abs(x);
    if (x == 0 || size < layer_.theta_code || size <= safe_[static_cast<std::size_t>(j)]) return 0;
    std::int64_t saturated = 0;
    for (int i = first; i < end; ++i) saturated += leaves(layer_.weight(j, i) * x) ? 1 : 0;
    return saturated;
  }

 private:
  const PreparedGraphLayer& layer_;
  int fraction_ = 0;
  std::vector<std::int64_t> safe_;
};

std::int64_t saturated_products(const PreparedGraphLayer& layer, const ProductLimits& limits,
                                const GraphRunner& runner, int lane) {
  const GraphLayer& shape = layer.shape;
  std::int64_t count = 0;
  if (shape.kind == GraphLayerKind::dense) {
    for (int j = 0; j < shape.fan_in(); ++j) {
      count += limits.count(runner.code(shape.reads, j, lane), j, 0, shape.channels);
    }
    return count;
  }
  const Window& w = shape.window;
  const int of_group = shape.input.channels / shape.groups;
  const int outputs = shape.channels / shape.groups;
  for (const Position& at : layer.layout.positions) {
    for (int ky = 0; ky < w.height; ++ky) {
      const int y = at.y * w.stride_y - w.top + ky;
      if (y < 0 || y >= shape.input.height) continue;
      for (int kx = 0; kx < w.width; ++kx) {
        const int x = at.x * w.stride_x - w.left + kx;
        if (x < 0 || x >= shape.input.width) continue;
        for (int c = 0; c < shape.input.channels; ++c) {
          const int group = c / of_group;
          const auto word = static_cast<int>(storage_word(shape.input, y, x, c));
          count += limits.count(runner.code(shape.reads, word, lane),
                                (ky * w.width + kx) * of_group + c % of_group, group * outputs,
                                (group + 1) * outputs);
        }
      }
    }
  }
  return count;
}

/// Words of the tensor that layer k reads that rounding cut off. A maximum is a code already.
std::int64_t saturated_inputs(const PreparedGraph& graph, int k, const GraphRunner& runner,
                              int lane, const Samples& samples, std::int64_t s) {
  const PreparedGraphLayer& layer = graph.layers[static_cast<std::size_t>(k)];
  const QFormat to = layer.formats.activation;
  const int t = layer.shape.reads;
  std::int64_t count = 0;
  if (t > 0 && graph.graph.layer(t - 1).kind == GraphLayerKind::max_pool) return 0;
  const PreparedGraphLayer* writer =
      t == 0 ? nullptr : &graph.layers[static_cast<std::size_t>(t) - 1];
  const auto visit = [&](int word) {
    const std::int64_t code = runner.code(t, word, lane);
    if (code != to.min_code() && code != to.max_code()) return;
    if (writer == nullptr) {
      count += saturates(to, double{samples.inputs.at(word, s)}, layer.rounding.mode) ? 1 : 0;
      return;
    }
    const std::int64_t sum = runner.sum(t - 1, word, lane);
    count += saturates(to, writer->shape.relu ? std::max<std::int64_t>(sum, 0) : sum,
                       writer->sum_fraction, layer.rounding.mode)
                 ? 1
                 : 0;
  };
  if (writer == nullptr || writer->shape.kind != GraphLayerKind::conv2d) {
    for (int word = 0; word < layer.shape.input.size(); ++word) visit(word);
    return count;
  }
  for (const Position& at : writer->layout.positions) {  // what a fused pool drops is no value
    for (int c = 0; c < writer->shape.channels; ++c) {
      visit(static_cast<int>(storage_word(writer->shape.output, at.y, at.x, c)));
    }
  }
  return count;
}

void count_numbers(const LayerParameters& layer, const LayerFormats& f, LayerSaturations& counts) {
  for (Eigen::Index at = 0; at < layer.weights.size(); ++at) {
    counts.weights +=
        saturates(f.weight, double{layer.weights.data()[at]}, Rounding::half_up) ? 1 : 0;
  }
  for (Eigen::Index i = 0; i < layer.biases.size(); ++i) {
    counts.biases += saturates(f.product, double{layer.biases[i]}, Rounding::half_up) ? 1 : 0;
  }
}

}  // namespace

std::vector<LayerSaturations> count_saturations(const GraphNetwork& network,
                                                const QuantizedGraph& quantized,
                                                const Samples& samples, int threads) {
  if (network.graph.is_dense_chain()) {
    return count_saturations(chain_network(network), chain_network(quantized), samples, threads);
  }
  expects(threads >= 1, "count_saturations: needs one thread or more");
  expects(network.graph == quantized.graph, "count_saturations: two networks of different layers");
  expects(network.graph.inputs() == samples.inputs.rows(),
          "count_saturations: the samples do not fit the network");
  const PreparedGraph prepared = prepare_graph(quantized);
  const LayerGraph& graph = network.graph;
  const auto layers = static_cast<std::size_t>(graph.layers());
  std::vector<LayerSaturations> counts(layers);
  std::vector<ProductLimits> limits;
  limits.reserve(layers);
  for (std::size_t k = 0; k < layers; ++k) {
    count_numbers(network.layers[k], quantized.layers[k].formats, counts[k]);
    limits.emplace_back(prepared.layers[k]);
  }
  const QFormat x = quantized.layer(format_owner(graph, 0)).formats.activation;
  const FirstLayerCodes codes(samples.inputs, x, quantized.rounding);
  constexpr std::int64_t kLanes = kernels::kBatchSamples;
  struct Worker {
    GraphRunner runner;
    FirstLayerCodes::Reader reader;
    std::vector<LayerActivity> activity;
    std::vector<LayerSaturations> counts;
  };
  const auto make = [&] {
    return Worker{GraphRunner(prepared, {1, 1, true}), FirstLayerCodes::Reader(codes),
                  std::vector<LayerActivity>(layers), std::vector<LayerSaturations>(layers)};
  };
  const auto count_batch = [&](Worker& mine, std::int64_t b) {
    throw_if_interrupted();
    const std::int64_t first = b * kLanes;
    const auto lanes = static_cast<int>(std::min<std::int64_t>(kLanes, samples.size() - first));
    for (int lane = 0; lane < lanes; ++lane) {
      mine.runner.set_input(lane, mine.reader.row(first + lane));
    }
    mine.runner.run(lanes, mine.activity);
    for (int lane = 0; lane < lanes; ++lane) {
      for (std::size_t k = 0; k < layers; ++k) {
        mine.counts[k].inputs += saturated_inputs(prepared, static_cast<int>(k), mine.runner, lane,
                                                  samples, first + lane);
        if (!prepared.layers[k].shape.has_weights()) continue;
        mine.counts[k].products +=
            saturated_products(prepared.layers[k], limits[k], mine.runner, lane);
      }
    }
  };
  for_each_index_with((samples.size() + kLanes - 1) / kLanes, threads, 1, make, count_batch,
                      [&](const Worker& mine) {
                        for (std::size_t k = 0; k < layers; ++k) {
                          counts[k].inputs += mine.counts[k].inputs;
                          counts[k].products += mine.counts[k].products;
                        }
                      });
  return counts;
}

}  // namespace minerva
