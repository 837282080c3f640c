#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/network/graph_network.hpp"
#include "minerva/network/layer_graph.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// A network of any layers as the hardware holds it. `layers[k]` is what the weight memory has of
/// layer k: n_in = fan-in, n_out = channels, the words of channel i from i * n_in on, whatever the
/// kind; a pool has none and uses formats.activation alone. docs/layers.md says what each format
/// and threshold means.
struct QuantizedGraph {
  Rounding rounding = Rounding::half_up;
  Mitigation mitigation;
  LayerGraph graph;
  std::vector<QuantizedLayer> layers;

  const QuantizedLayer& layer(int k) const { return layers[static_cast<std::size_t>(k)]; }
  /// The code of weight (j, i) of layer k as F2 hands it on, faults and masking applied.
  std::int32_t weight_as_read(int k, int j, int i) const;
  QuantizationPlan plan() const;
};

/// Left shift that a divisor becomes in the hardware: a sum of codes is divided by 2^this, and the
/// weights that read it make up for the rest. 0 for what is no average.
int divisor_shift(const GraphLayer& layer);
/// What a float value of tensor t is of the hardware's, apart from the scales: 2^shift / divisor of
/// the averages that made it, 1 for most.
double tensor_factor(const LayerGraph& graph, int t);

/// The layer whose formats.activation is the format of tensor t: the first that reads it, or, of a
/// tensor that is only added, the first that adds it. -1: the outputs, which stay sums.
int format_owner(const LayerGraph& graph, int t);
/// log2 of the scale of tensor t under a plan.
int tensor_scale_exponent(const LayerGraph& graph, const QuantizationPlan& plan, int t);
/// Left shift that gives a word of the tensor that layer k adds the fraction of its sums.
int added_shift(const LayerGraph& graph, const QuantizationPlan& plan, int k);
/// Bits of the accumulator of layer k: of P, ceil(log2(fan-in + 1)), and one more where a tensor is
/// added; of a sum of codes those that it can have.
int graph_accumulator_bits(const GraphLayer& layer, const LayerFormats& formats);
/// Widest bits of each signal, as datapath_widths.
DatapathWidths graph_datapath_widths(const LayerGraph& graph, const QuantizationPlan& plan);

/// Throws UserError naming `key` and the layer unless the machine can run the graph in these
/// formats: all readers of a tensor have one X, a maximum keeps the X of what it compares, a pool
/// keeps the scale, and an added word is exact in the accumulator.
void check_graph_plan(const LayerGraph& graph, const QuantizationPlan& plan,
                      const std::string& key);

/// The network in the formats of `plan`, as quantize_network; a threshold of a pool must be 0.
QuantizedGraph quantize_graph(const GraphNetwork& network, const QuantizationPlan& plan,
                              const PruningThresholds& thresholds = {});

}  // namespace minerva
