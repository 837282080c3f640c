#include <algorithm>
#include <cmath>

#include "graph/prepared_graph.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/engine/graph_engine.hpp"

namespace minerva {
namespace {

using kernels::kBatchSamples;
using kernels::kMostFilters;
using kernels::kMostPositions;
using Values = kernels::AlignedVector<float>;

/// A layer laid out for add_float_terms.
struct FloatGraphLayer {
  WindowLayout layout;
  std::vector<FilterTile> tiles;
  std::vector<kernels::FloatTerms> terms;  ///< of each tile
};

FloatGraphLayer prepare(const GraphNetwork& network, int k) {
  FloatGraphLayer to;
  const GraphLayer& layer = network.graph.layer(k);
  if (!layer.has_weights()) return to;
  to.layout = window_layout(network.graph, k);
  to.tiles = filter_tiles(layer);
  const Eigen::MatrixXf& weights = network.layers[static_cast<std::size_t>(k)].weights;
  for (const FilterTile& tile : to.tiles) {
    kernels::FloatTerms terms;
    for (int j = 0; j < layer.fan_in(); ++j) {
      terms.offsets.push_back(to.layout.offsets[static_cast<std::size_t>(j)] + tile.group_offset);
      for (int f = 0; f < tile.filters; ++f) {
        terms.weights.push_back(weights(tile.first_channel + f, j));
      }
    }
    to.terms.push_back(std::move(terms));
  }
  return to;
}

/// Runs batches of samples; one a thread.
class FloatGraphRunner {
 public:
  FloatGraphRunner(const GraphNetwork& network, const std::vector<FloatGraphLayer>& layers)
      : network_(network), layers_(layers) {
    for (int t = 0; t < network.graph.tensors(); ++t) {
      tensors_.emplace_back(elements(static_cast<std::size_t>(network.graph.tensor(t).size())),
                            0.0F);
    }
    for (const FloatGraphLayer& layer : layers) {
      copies_.emplace_back(elements(layer.layout.padded_words), 0.0F);
    }
  }

  float* input() { return tensors_.front().data(); }
  void run() {
    for (int k = 0; k < network_.graph.layers(); ++k) {
      if (network_.graph.layer(k).has_weights()) {
        run_weights(k);
      } else {
        run_pool(k);
      }
    }
  }
  float output(std::size_t i, int lane) const {
    return tensors_.back()[elements(i) + static_cast<std::size_t>(lane)];
  }
  /// Word i of tensor t, a value a lane.
  const float* word(int t, std::size_t i) const {
    return tensors_[static_cast<std::size_t>(t)].data() + elements(i);
  }

 private:
  void run_weights(int k) {
    const auto at = static_cast<std::size_t>(k);
    const GraphLayer& layer = network_.graph.layer(k);
    const FloatGraphLayer& of = layers_[at];
    const Values& x = tensors_[static_cast<std::size_t>(layer.reads)];
    Values& copy = copies_[at];
    const std::size_t row = elements(static_cast<std::size_t>(of.layout.row_words));
    for (int y = 0; y < of.layout.rows; ++y) {
      std::copy_n(x.data() + static_cast<std::size_t>(y) * row, row,
                  copy.data() + of.layout.row_at(y));
    }
    alignas(64) float acc[kMostFilters * kMostPositions * kBatchSamples];
    const std::size_t count = of.layout.positions.size();
    for (std::size_t first = 0; first < count; first += kMostPositions) {
      kernels::TileWindows windows;
      windows.positions = static_cast<int>(std::min<std::size_t>(kMostPositions, count - first));
      std::copy_n(of.layout.first.begin() + static_cast<std::ptrdiff_t>(first), windows.positions,
                  windows.first);
      for (std::size_t t = 0; t < of.tiles.size(); ++t) {
        const FilterTile& tile = of.tiles[t];
        const auto each_word = [&](const auto& visit) {
          float* word = acc;
          for (int f = 0; f < tile.filters; ++f) {
            for (int q = 0; q < windows.positions; ++q, word += kBatchSamples) {
              visit(of.layout.positions[first + static_cast<std::size_t>(q)],
                    tile.first_channel + f, word);
            }
          }
        };
        each_word([&](const Position& p, int c, float* word) { begin(k, p, c, word); });
        kernels::add_float_terms(copy.data(), windows, of.terms[t], tile.filters, acc);
        each_word([&](const Position& p, int c, const float* word) {
          float* to = tensors_[at + 1].data() + elements(storage_word(layer.output, p.y, p.x, c));
          for (int s = 0; s < kBatchSamples; ++s) {
            to[s] = layer.relu && !(word[s] > 0.0F) ? 0.0F : word[s];
          }
        });
      }
    }
  }

  void begin(int k, const Position& p, int channel, float* word) const {
    const LayerParameters& numbers = network_.layers[static_cast<std::size_t>(k)];
    std::fill_n(word, kBatchSamples, numbers.biases[channel]);
    const AddedTensor& from = network_.graph.layer(k).added;
    if (!from) return;
    const TensorShape& shape = network_.graph.tensor(from.tensor);
    const int c = channel - from.channel_offset;
    if (c < 0 || c >= shape.channels) return;
    const float* added = tensors_[static_cast<std::size_t>(from.tensor)].data() +
                         elements(storage_word(shape, p.y * from.stride_y, p.x * from.stride_x, c));
    for (int s = 0; s < kBatchSamples; ++s) word[s] += added[s];
  }

  void run_pool(int k) {
    const GraphLayer& layer = network_.graph.layer(k);
    const Window& w = layer.window;
    const Values& x = tensors_[static_cast<std::size_t>(layer.reads)];
    Values& to = tensors_[static_cast<std::size_t>(k) + 1];
    const bool maximum = layer.kind == GraphLayerKind::max_pool;
    const auto divisor = static_cast<float>(layer.divisor);
    for (int y = 0; y < layer.output.height; ++y) {
      for (int column = 0; column < layer.output.width; ++column) {
        const int top = y * w.stride_y - w.top;
        const int left = column * w.stride_x - w.left;
        for (int c = 0; c < layer.channels; ++c) {
          float* word = to.data() + elements(storage_word(layer.output, y, column, c));
          bool first = true;
          for (int i = std::max(top, 0); i < std::min(top + w.height, layer.input.height); ++i) {
            for (int j = std::max(left, 0); j < std::min(left + w.width, layer.input.width); ++j) {
              const float* from = x.data() + elements(storage_word(layer.input, i, j, c));
              for (int s = 0; s < kBatchSamples; ++s) {
                word[s] = first     ? from[s]
                          : maximum ? std::max(word[s], from[s])
                                    : word[s] + from[s];
              }
              first = false;
            }
          }
          if (first) std::fill_n(word, kBatchSamples, 0.0F);
          if (layer.divisor == 1) continue;
          for (int s = 0; s < kBatchSamples; ++s) word[s] /= divisor;
        }
      }
    }
  }

  const GraphNetwork& network_;
  const std::vector<FloatGraphLayer>& layers_;
  std::vector<Values> tensors_;
  std::vector<Values> copies_;
};

/// Runs all samples in batches, from several threads: visit(state, runner, first, lanes) after each
/// batch, with a state that make_state() gives a thread, and join(state) of every thread in the
/// end.
template <typename MakeState, typename Visit, typename Join>
void run_batches(const GraphNetwork& network, const SampleInputs& inputs, int threads,
                 const MakeState& make_state, const Visit& visit, const Join& join) {
  const LayerGraph& graph = network.graph;
  expects(graph.layers() > 0 && graph.inputs() == inputs.rows(),
          "graph_float_outputs: inputs do not fit the network");
  std::vector<FloatGraphLayer> layers;
  for (int k = 0; k < graph.layers(); ++k) layers.push_back(prepare(network, k));
  struct Worker {
    FloatGraphRunner runner;
    std::vector<float> column;
    decltype(make_state()) state;
  };
  const auto make = [&] {
    return Worker{FloatGraphRunner(network, layers),
                  std::vector<float>(static_cast<std::size_t>(graph.inputs())), make_state()};
  };
  const auto run_batch = [&](Worker& worker, std::int64_t b) {
    throw_if_interrupted();
    const std::int64_t first = b * kBatchSamples;
    const auto lanes =
        static_cast<int>(std::min<std::int64_t>(kBatchSamples, inputs.cols() - first));
    for (int lane = 0; lane < lanes; ++lane) {
      inputs.copy_column(first + lane, worker.column.data());
      for (std::size_t i = 0; i < worker.column.size(); ++i) {
        worker.runner.input()[elements(i) + static_cast<std::size_t>(lane)] = worker.column[i];
      }
    }
    worker.runner.run();
    visit(worker.state, worker.runner, first, lanes);
  };
  for_each_index_with((inputs.cols() + kBatchSamples - 1) / kBatchSamples, threads, 1, make,
                      run_batch, [&](const Worker& worker) { join(worker.state); });
}

}  // namespace

Eigen::MatrixXf graph_float_outputs(const GraphNetwork& network, const SampleInputs& inputs,
                                    int threads) {
  Eigen::MatrixXf outputs(network.graph.outputs(), inputs.cols());
  run_batches(
      network, inputs, threads, [] { return 0; },
      [&](int, const FloatGraphRunner& runner, std::int64_t first, int lanes) {
        for (int lane = 0; lane < lanes; ++lane) {
          for (Eigen::Index i = 0; i < outputs.rows(); ++i) {
            outputs(i, first + lane) = runner.output(static_cast<std::size_t>(i), lane);
          }
        }
      },
      [](int) {});
  return outputs;
}

std::vector<Eigen::VectorXf> largest_magnitudes(const GraphNetwork& network,
                                                const SampleInputs& inputs, int threads) {
  const LayerGraph& graph = network.graph;
  using Largest = std::vector<Eigen::VectorXf>;
  Largest largest;
  for (int t = 0; t < graph.tensors(); ++t) {
    largest.push_back(Eigen::VectorXf::Zero(graph.tensor(t).size()));
  }
  // A maximum is the same in any order.
  run_batches(
      network, inputs, threads, [&] { return largest; },
      [&](Largest& mine, const FloatGraphRunner& runner, std::int64_t, int lanes) {
        for (int t = 0; t < graph.tensors(); ++t) {
          Eigen::VectorXf& of_tensor = mine[static_cast<std::size_t>(t)];
          for (Eigen::Index i = 0; i < of_tensor.size(); ++i) {
            const float* word = runner.word(t, static_cast<std::size_t>(i));
            for (int lane = 0; lane < lanes; ++lane) {
              of_tensor[i] = std::max(of_tensor[i], std::abs(word[lane]));
            }
          }
        }
      },
      [&](const Largest& one) {
        for (std::size_t t = 0; t < largest.size(); ++t) largest[t] = largest[t].cwiseMax(one[t]);
      });
  return largest;
}

}  // namespace minerva
