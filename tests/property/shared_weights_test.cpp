#include <gtest/gtest.h>

#include <algorithm>

#include "minerva/accelsim/machine.hpp"
#include "minerva/accelsim/verify_point.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "random_machine.hpp"

// Networks whose weight memories hold indices, with faults in the indices: SystemC in both styles,
// the closed form, the integer reference and the fast engine give the integers of the network that
// simply has the weights as they are read.
namespace minerva {
namespace {

constexpr std::uint64_t kSeed = 20190303;
constexpr int kCases = 400;

using test::draw_case;
using test::RandomCase;

RandomCase draw_shared_case(std::uint64_t index) {
  RandomCase c = draw_case(kSeed, index);
  KeyedRandom random(kSeed, Stream::test, 1000000 + index);
  test::share_weights(c.network, random);
  if (index % 5 == 4) c.point.off_chip_words = 1 + static_cast<int>(index / 5 % 40);
  return c;
}

/// The network without codebooks and faults whose stored words are the weights as they are read.
QuantizedNetwork as_read(const QuantizedNetwork& network) {
  QuantizedNetwork plain = network;
  for (QuantizedLayer& layer : plain.layers) {
    for (std::size_t at = 0; at < layer.weights.size(); ++at) {
      const std::uint32_t faulty = layer.faulty_bits.empty() ? 0U : layer.faulty_bits[at];
      const auto& entries = layer.formats.codebook.entries;
      // Looked up by hand: the place of the entry, and the word there as the mask leaves it.
      int stored = layer.formats.codebook.index_of(layer.weights[at]);
      if (faulty != 0)
        stored = word_as_read(stored, faulty, layer.formats.codebook.bits(), network.mitigation);
      layer.weights[at] =
          entries[static_cast<std::size_t>(stored + static_cast<int>(entries.size()) / 2)];
    }
  }
  for (QuantizedLayer& layer : plain.layers) {
    layer.formats.codebook = {};
    layer.faulty_bits.clear();
  }
  return plain;
}

TEST(SharedWeights, SystemCTheReferenceAndTheEngineReadTheSameWeights) {
  int faulty = 0;
  int changed = 0;
  for (int i = 0; i < kCases; ++i) {
    const RandomCase c = draw_shared_case(static_cast<std::uint64_t>(i));
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", case " + std::to_string(i) + ": " +
                 to_string(c.point));
    const QuantizedNetwork plain = as_read(c.network);
    for (const SimulationModel model :
         {SimulationModel::stage_processes, SimulationModel::lane_processes}) {
      const auto result = simulate(c.network, c.point, c.inputs, model);
      const auto differences = verify_result(c.network, c.point, c.inputs, result);
      ASSERT_TRUE(differences.empty()) << differences.front();
      for (std::size_t s = 0; s < c.inputs.size(); ++s) {
        ASSERT_EQ(result.batches[s].accumulators,
                  trace_prediction(plain, c.inputs[s].data()).accumulators);
      }
    }
    for (std::size_t k = 0; k < plain.layers.size(); ++k) {
      faulty += !c.network.layers[k].faulty_bits.empty();
      changed += plain.layers[k].weights != c.network.layers[k].weights;
    }
  }
  EXPECT_GE(faulty, kCases / 2);
  EXPECT_GE(changed, kCases / 4);
}

TEST(SharedWeights, TheFastEngineCountsWhatThePlainNetworkCounts) {
  for (int i = 0; i < kCases; ++i) {
    const RandomCase c = draw_shared_case(static_cast<std::uint64_t>(i));
    SCOPED_TRACE("case " + std::to_string(i));
    KeyedRandom random(kSeed, Stream::test, 2000000 + static_cast<std::uint64_t>(i));
    Samples samples;
    const int n_in = c.network.layers.front().n_in;
    const int n_out = c.network.layers.back().n_out;
    samples.inputs.dense() = Eigen::MatrixXf::NullaryExpr(
        n_in, 20, [&] { return static_cast<float>(random.uniform(-1, 2)); });
    for (int s = 0; s < 20; ++s) {
      samples.labels.push_back(
          static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(n_out))));
    }
    FixedEvaluator evaluator(samples, {}, 1);
    // A base without faults, so that the faulty network is recomputed where it differs.
    QuantizedNetwork base = c.network;
    for (QuantizedLayer& layer : base.layers) layer.faulty_bits.clear();
    evaluator.prepare_base(base);
    const FixedEvaluation shared = evaluator.evaluate(c.network);
    FixedEvaluator other(samples, {}, 1);
    const FixedEvaluation plain = other.evaluate(as_read(c.network));
    ASSERT_EQ(shared.wrong, plain.wrong);
    ASSERT_EQ(shared.activity.layers, plain.activity.layers);
    // The engine of graphs, whose kernels are others.
    FixedEvaluator of_graph(samples, {}, 1);
    ASSERT_EQ(of_graph.evaluate(quantized_graph(c.network)).wrong, plain.wrong);
  }
}

}  // namespace
}  // namespace minerva
