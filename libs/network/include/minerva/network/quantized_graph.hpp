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
struct QuantizedGraph : QuantizedLayers {
  LayerGraph graph;
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
/// The network with the plan's scales in its weights and biases, as scaled_network.
GraphNetwork scaled_graph_network(const GraphNetwork& network, const QuantizationPlan& plan);
/// Layer k alone, without a threshold, of a plan that check_graph_plan has accepted.
QuantizedLayer quantize_graph_layer(const GraphNetwork& network, const QuantizationPlan& plan,
                                    int k);
/// log2 of what layer k's weights are multiplied by under a plan: its own scale over that of the
/// tensor that it reads. weight_scale_exponent of a chain.
int weight_scale_exponent(const LayerGraph& graph, const QuantizationPlan& plan, int k);

/// A chain of dense layers as a graph, and back (a contract that it is one).
QuantizedGraph quantized_graph(const QuantizedNetwork& network);
QuantizedNetwork chain_network(const QuantizedGraph& network);

}  // namespace minerva
