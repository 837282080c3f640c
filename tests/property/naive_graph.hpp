#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "minerva/design/graph_counts.hpp"
#include "naive_engine.hpp"

// A program for graphs that shares no code with the library but the description of the network: it
// walks neuron by neuron over the taps of its window, and counts what a machine does as it goes.
namespace minerva {

struct NaiveLayerRun {
  std::vector<std::int64_t> sums;  ///< 0 where a fused pool drops the word
  GraphLayerActivity activity;
  GraphEventCounts events;
};

class NaiveGraph {
 public:
  NaiveGraph(const QuantizedGraph& network, int chunk, int tile, int lanes)
      : network_(network), chunk_(chunk), tile_(tile), lanes_(lanes) {}

  /// All layers for one sample; kept inputs of dense layers go to `kept_dense` for tiles of
  /// samples.
  std::vector<NaiveLayerRun> run(const std::vector<int>& input) {
    const LayerGraph& graph = network_.graph;
    tensors_ = {input};
    std::vector<NaiveLayerRun> all;
    kept_dense.assign(static_cast<std::size_t>(graph.layers()), {});
    for (int k = 0; k < graph.layers(); ++k) {
      NaiveLayerRun run;
      const GraphLayer& l = graph.layer(k);
      run.sums.assign(static_cast<std::size_t>(l.output.size()), 0);
      if (l.has_weights()) {
        weighted(k, run);
      } else {
        pooled(k, run);
      }
      std::vector<int> codes;
      if (k + 1 < graph.layers()) {
        for (const std::int64_t sum : run.sums) codes.push_back(code(k, sum));
      }
      tensors_.push_back(codes);
      all.push_back(run);
    }
    return all;
  }

  std::vector<std::vector<bool>> kept_dense;

 private:
  int at(int tensor, int y, int x, int c) const {
    const TensorShape& s = network_.graph.tensor(tensor);
    return tensors_[static_cast<std::size_t>(tensor)]
                   [static_cast<std::size_t>((y * s.width + x) * s.channels + c)];
  }
  int x_fraction(int tensor) const {  // by the first reader, or the first that adds
    int adds = -1;
    for (int k = network_.graph.layers() - 1; k >= 0; --k) {
      if (network_.graph.layer(k).added.tensor == tensor) adds = k;
    }
    for (int k = 0; k < network_.graph.layers(); ++k) {
      if (network_.graph.layer(k).reads == tensor) return k;
    }
    return adds;
  }
  const LayerFormats& formats(int k) const {
    return network_.layers[static_cast<std::size_t>(k)].formats;
  }
  int code(int k, std::int64_t sum) const {
    const GraphLayer& l = network_.graph.layer(k);
    if (l.relu && sum < 0) sum = 0;
    const QFormat to = formats(x_fraction(k + 1)).activation;
    int fraction = formats(k).product.fraction_bits;
    if (!l.has_weights()) {
      fraction = formats(k).activation.fraction_bits;
      for (int d = 1; d < l.divisor; d *= 2) ++fraction;
    }
    return static_cast<int>(naive_round(to, sum, fraction - to.fraction_bits, network_.rounding));
  }
  /// The pool that layer k takes along, -1: none.
  int fused(int k) const {
    const LayerGraph& graph = network_.graph;
    if (graph.layer(k).kind != GraphLayerKind::conv2d || k + 1 >= graph.layers()) return -1;
    const GraphLayer& pool = graph.layer(k + 1);
    if (pool.kind != GraphLayerKind::max_pool || pool.reads != k + 1) return -1;
    for (int i = k + 2; i < graph.layers(); ++i) {
      if (graph.layer(i).reads == k + 1 || graph.layer(i).added.tensor == k + 1) return -1;
    }
    const Window& w = pool.window;
    if (w.top > 0 || w.left > 0 || w.bottom > 0 || w.right > 0) return -1;
    return w.stride_y < w.height || w.stride_x < w.width ? -1 : k + 1;
  }
  std::vector<std::pair<int, int>> order(int k) const {
    const GraphLayer& l = network_.graph.layer(k);
    std::vector<std::pair<int, int>> places;
    const int pool = fused(k);
    if (pool < 0) {
      for (int y = 0; y < l.output.height; ++y) {
        for (int x = 0; x < l.output.width; ++x) places.emplace_back(y, x);
      }
      return places;
    }
    const GraphLayer& p = network_.graph.layer(pool);
    for (int y = 0; y < p.output.height; ++y) {
      for (int x = 0; x < p.output.width; ++x) {
        for (int i = 0; i < p.window.height; ++i) {
          for (int j = 0; j < p.window.width; ++j) {
            places.emplace_back(y * p.window.stride_y + i, x * p.window.stride_x + j);
          }
        }
      }
    }
    return places;
  }

  /// One word of a window: its code where it lies inside the tensor.
  struct Tap {
    bool inside = false;
    int code = 0;
    int segment = 0;
    int in_segment = 0;
  };
  std::vector<Tap> taps(const GraphLayer& l, int oy, int ox, int group) const {
    std::vector<Tap> all;
    if (l.kind == GraphLayerKind::dense) {
      const std::vector<int>& x = tensors_[static_cast<std::size_t>(l.reads)];
      for (std::size_t j = 0; j < x.size(); ++j)
        all.push_back({true, x[j], 0, static_cast<int>(j)});
      return all;
    }
    const int of_group = l.input.channels / l.groups;
    for (int ky = 0; ky < l.window.height; ++ky) {
      for (int kx = 0; kx < l.window.width; ++kx) {
        for (int c = 0; c < of_group; ++c) {
          const int y = oy * l.window.stride_y + ky - l.window.top;
          const int x = ox * l.window.stride_x + kx - l.window.left;
          Tap tap;
          tap.inside = y >= 0 && y < l.input.height && x >= 0 && x < l.input.width;
          if (tap.inside) tap.code = at(l.reads, y, x, group * of_group + c);
          tap.segment = l.groups > 1 ? ky * l.window.width + kx : ky;
          tap.in_segment = l.groups > 1 ? c : kx * of_group + c;
          all.push_back(tap);
        }
      }
    }
    return all;
  }

  void weighted(int k, NaiveLayerRun& run) {
    const GraphLayer& l = network_.graph.layer(k);
    const QuantizedLayer& q = network_.layers[static_cast<std::size_t>(k)];
    const LayerFormats& f = q.formats;
    const int per_group = l.channels / l.groups;
    const int shift = f.weight.fraction_bits + f.activation.fraction_bits - f.product.fraction_bits;
    const std::vector<std::pair<int, int>> places = order(k);
    std::vector<std::vector<bool>> tile_kept(static_cast<std::size_t>(l.groups));
    if (l.kind == GraphLayerKind::dense && q.theta_code == 0) {
      std::vector<std::int64_t> codes;
      for (const Tap& tap : taps(l, 0, 0, 0)) codes.push_back(tap.code);
      add_naive_repeated_zeros(codes, chunk_, run.activity);
    }
    for (std::size_t p = 0; p < places.size(); ++p) {
      for (int g = 0; g < l.groups; ++g) {
        const std::vector<Tap> window = taps(l, places[p].first, places[p].second, g);
        std::vector<bool>& of_tile = tile_kept[static_cast<std::size_t>(g)];
        if (p % static_cast<std::size_t>(tile_) == 0) of_tile.assign(window.size(), false);
        std::int64_t kept = 0;
        std::int64_t chunks = 0;
        int last_segment = -1;
        int last_chunk = -1;
        for (std::size_t j = 0; j < window.size(); ++j) {
          const Tap& tap = window[j];
          const bool keeps = tap.inside && (tap.code < 0 ? -tap.code : tap.code) >= q.theta_code;
          if (l.kind == GraphLayerKind::dense)
            kept_dense[static_cast<std::size_t>(k)].push_back(keeps);
          if (tap.inside && tap.code == 0) ++run.activity.zero_inputs;
          if (!keeps) continue;
          ++kept;
          of_tile[j] = true;
          if (tap.segment != last_segment || tap.in_segment / chunk_ != last_chunk) ++chunks;
          last_segment = tap.segment;
          last_chunk = tap.in_segment / chunk_;
        }
        run.activity.kept_inputs += kept;
        run.activity.active_chunks += chunks;
        const bool tile_ends =
            p + 1 == places.size() || (p + 1) % static_cast<std::size_t>(tile_) == 0;
        std::int64_t tile_words = 0;
        if (tile_ends) tile_words = std::count(of_tile.begin(), of_tile.end(), true);
        run.activity.kept_tile_inputs += tile_words;
        // Groups of lanes: each broadcasts the window again.
        for (int first = 0; first < per_group; first += lanes_) {
          for (const Tap& tap : window) {
            if (!tap.inside) continue;
            ++(l.reads == 0 ? run.events.input_reads : run.events.activation_reads);
            if (q.theta_code > 0) ++run.events.comparisons;
          }
          for (int lane = first; lane < std::min(first + lanes_, per_group); ++lane) {
            const int channel = g * per_group + lane;
            std::int64_t sum = q.biases[static_cast<std::size_t>(channel)];
            ++run.events.bias_reads;
            for (std::size_t j = 0; j < window.size(); ++j) {
              const Tap& tap = window[j];
              if (!tap.inside || (tap.code < 0 ? -tap.code : tap.code) < q.theta_code) {
                ++run.events.macs_skipped;
                continue;
              }
              ++run.events.macs_done;
              const std::size_t at =
                  j * static_cast<std::size_t>(l.channels) + static_cast<std::size_t>(channel);
              const int w = q.faulty_bits.empty()
                                ? q.weights[at]
                                : naive_weight(q.weights[at], q.faulty_bits[at],
                                               f.weight.integer_bits + f.weight.fraction_bits,
                                               network_.mitigation);
              sum += naive_round(f.product, std::int64_t{w} * tap.code, shift, network_.rounding);
            }
            run.events.accumulator_updates += chunks;
            run.events.weight_reads_done += tile_words;
            run.events.weight_reads_skipped -= tile_words;
            run.events.weight_reads_skipped += static_cast<std::int64_t>(window.size());
            sum += added(k, places[p], channel, run);
            const auto word = static_cast<std::size_t>(
                (places[p].first * l.output.width + places[p].second) * l.channels + channel);
            run.sums[word] = sum;
            if (fused(k) < 0) ++run.events.words_written;
          }
        }
      }
    }
    if (fused(k) >= 0) {
      run.events.words_written = network_.graph.layer(fused(k)).output.size();
    }
  }

  std::int64_t added(int k, const std::pair<int, int>& place, int channel, NaiveLayerRun& run) {
    const AddedTensor& a = network_.graph.layer(k).added;
    if (a.tensor < 0) return 0;
    const TensorShape& s = network_.graph.tensor(a.tensor);
    const int c = channel - a.channel_offset;
    if (c < 0 || c >= s.channels) return 0;
    ++run.events.added_reads;
    ++run.events.accumulator_updates;
    const int owner = x_fraction(a.tensor);
    const int scale = a.tensor == 0 ? 0 : formats(a.tensor - 1).scale_exponent;
    const int shift = formats(k).product.fraction_bits - formats(owner).activation.fraction_bits +
                      formats(k).scale_exponent - scale;
    const int x = at(a.tensor, place.first * a.stride_y, place.second * a.stride_x, c);
    return static_cast<std::int64_t>(x * power_of_two(shift));
  }

  void pooled(int k, NaiveLayerRun& run) {
    const GraphLayer& l = network_.graph.layer(k);
    const bool maximum = l.kind == GraphLayerKind::max_pool;
    const bool in_registers = k > 0 && fused(k - 1) == k;
    for (int y = 0; y < l.output.height; ++y) {
      for (int x = 0; x < l.output.width; ++x) {
        for (int c = 0; c < l.channels; ++c) {
          std::int64_t result = 0;
          bool any = false;
          for (int i = 0; i < l.window.height; ++i) {
            for (int j = 0; j < l.window.width; ++j) {
              const int yy = y * l.window.stride_y + i - l.window.top;
              const int xx = x * l.window.stride_x + j - l.window.left;
              if (yy < 0 || yy >= l.input.height || xx < 0 || xx >= l.input.width) continue;
              const std::int64_t code = at(l.reads, yy, xx, c);
              result = !any ? code : maximum ? std::max(result, code) : result + code;
              any = true;
              ++run.events.pool_operations;
              if (!in_registers) ++run.events.pool_reads;
            }
          }
          run.sums[static_cast<std::size_t>((y * l.output.width + x) * l.channels + c)] = result;
          if (!in_registers) ++run.events.words_written;
        }
      }
    }
  }

  const QuantizedGraph& network_;
  int chunk_;
  int tile_;
  int lanes_;
  std::vector<std::vector<int>> tensors_;
};

}  // namespace minerva
