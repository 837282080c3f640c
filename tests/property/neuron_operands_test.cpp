// What the lanes of a run's machine see: neurons drawn from all of a network's alike, and the words
// of their windows.
#include "neuron_operands.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "graph_case.hpp"

namespace minerva::flow {
namespace {

constexpr int kNetworks = 200;

// The products of a neuron's words, each rounded, and its bias make the sum of the reference, at
// every position of random networks.
TEST(NeuronOperands, WordsOfAWindowMakeTheSumsOfTheReference) {
  std::int64_t neurons = 0;
  std::int64_t left_out = 0;  // words in the padding
  for (int i = 0; i < kNetworks; ++i) {
    const GraphCase c = draw_graph_case(31000000 + static_cast<std::uint64_t>(i));
    const GraphTrace trace = trace_graph(c.network, c.inputs.front().data());
    for (int k = 0; k < c.network.graph.layers(); ++k) {
      const GraphLayer& layer = c.network.graph.layer(k);
      if (!layer.has_weights() || layer.added) continue;
      const QuantizedLayer& stored = c.network.layer(k);
      const LayerFormats& f = stored.formats;
      for (const Position& at : computed_positions(c.network.graph, k)) {
        for (int channel = 0; channel < layer.channels; ++channel) {
          const std::vector<NeuronInput> inputs = inputs_of(c.network, {k, at, channel}, trace);
          std::int64_t sum = stored.biases[static_cast<std::size_t>(channel)];
          for (const NeuronInput& input : inputs) {
            if (stored.skips(input.x)) continue;
            sum += round_code(
                f.product,
                std::int64_t{input.x} * c.network.weight_as_read(k, input.weight, channel),
                f.weight.fraction_bits + f.activation.fraction_bits, c.network.rounding);
          }
          ASSERT_EQ(sum, trace.accumulators[static_cast<std::size_t>(k)]
                                           [storage_word(layer.output, at.y, at.x, channel)])
              << text_of(c, static_cast<std::uint64_t>(i)) << ", layer " << k + 1;
          ++neurons;
          left_out += layer.fan_in() - static_cast<int>(inputs.size());
        }
      }
    }
  }
  EXPECT_GT(neurons, 10000);
  EXPECT_GT(left_out, 100);
}

TEST(NeuronOperands, EveryNeuronIsDrawnAsOftenAsAnother) {
  // Of 5 x 5 positions those are computed that lie in windows of 2 x 4; a pool has no neuron.
  const LayerGraph graph = parse_layer_graph("5x5x1 c3k1 m2x4 4", "test");
  const NeuronDraw draw(graph);
  KeyedRandom random(1, Stream::test);
  std::map<std::vector<int>, int> drawn;
  constexpr int kDraws = 7000;
  for (int i = 0; i < kDraws; ++i) {
    const std::vector<DrawnNeuron> neurons = draw.draw(random);
    ASSERT_EQ(neurons.size(), 2u);  // layers with weights
    for (const DrawnNeuron& each : neurons) {
      ++drawn[{each.layer, each.position.y, each.position.x, each.channel}];
    }
  }
  ASSERT_EQ(drawn.size(), 4u * 4 * 3 + 4);
  const double expected = 2.0 * kDraws / static_cast<double>(drawn.size());
  for (const auto& [neuron, times] : drawn) {
    EXPECT_NE(neuron[0], 1);
    EXPECT_NEAR(times, expected, 5 * std::sqrt(expected));
  }
}

}  // namespace
}  // namespace minerva::flow
