#include "minerva/engine/graph_engine.hpp"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <map>
#include <string>
#include <vector>

#include "minerva/engine/fixed_engine.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/engine/graph_trace.hpp"
#include "minerva/network/graph_schedule.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/network/quantize_network.hpp"
#include "naive_graph.hpp"
#include "random_graph.hpp"

// The engine of graphs, the reference of the library, and the naive program of naive_graph.hpp must
// agree in every accumulator and every count.
namespace minerva {
namespace {

/// Samples whose codes at the input are drawn from the whole format.
Samples random_samples(KeyedRandom& random, int inputs, int count, QFormat x) {
  Samples samples;
  samples.inputs.dense() = Eigen::MatrixXf::NullaryExpr(inputs, count, [&] {
    if (chance(random, 0.3)) return 0.0F;
    const auto span = static_cast<std::uint64_t>(x.max_code() - x.min_code() + 1);
    const auto code = static_cast<std::int64_t>(random.below(span)) + x.min_code();
    return static_cast<float>(static_cast<double>(code) * x.step());
  });
  samples.labels.assign(static_cast<std::size_t>(count), 0);
  return samples;
}

void expect_equal(const EventCounts& a, const EventCounts& b) {
  for (const EventName& event : event_names()) {
    EXPECT_EQ(a.*event.member, b.*event.member) << event.name;
  }
}

/// A graph that plans can be found for: an average that is added divides by a power of two.
LayerGraph random_plannable_graph(KeyedRandom& random) {
  for (;;) {
    LayerGraph graph = random_graph(random, drawn(random, 1, 6));
    bool plannable = true;
    for (int k = 0; k < graph.layers(); ++k) {
      const AddedTensor& added = graph.layer(k).added;
      plannable = plannable && (!added || tensor_factor(graph, added.tensor) == 1);
    }
    if (plannable) return graph;
  }
}

/// One random network held against the naive program; returns its layers.
int compare_one(std::uint64_t index) {
  KeyedRandom random(1, Stream::test, index);
  const std::vector<std::int64_t> targets = hwy::SupportedAndGeneratedTargets();
  hwy::SetSupportedTargetsForTest(targets[random.below(targets.size())]);
  const LayerGraph graph = random_plannable_graph(random);
  const QuantizedGraph network = random_quantized_graph(random, graph, random_plan(random, graph));
  const QFormat x = network.layer(format_owner(graph, 0)).formats.activation;
  const int count = chance(random, 0.02) ? drawn(random, 30, 70) : drawn(random, 1, 3);
  GraphCounting counting{drawn(random, 1, 6), chance(random, 0.5) ? 1 : drawn(random, 2, 16)};
  if (chance(random, 0.5)) counting.batch_size = 1 << drawn(random, 1, 5);
  const int lanes = drawn(random, 1, 5);
  const Samples samples = random_samples(random, graph.inputs(), count, x);
  GraphEvaluator evaluator(samples, {}, drawn(random, 1, 2));
  const auto sums = evaluator.accumulators(network);
  const GraphEvaluation evaluation = evaluator.evaluate(network, counting);
  const std::vector<std::int16_t> codes = input_codes(samples.inputs, x, network.rounding);
  const auto layers = static_cast<std::size_t>(graph.layers());
  std::vector<GraphLayerActivity> activity(layers);
  std::vector<GraphEventCounts> events(layers);
  std::vector<std::vector<bool>> of_tile(layers);
  NaiveGraph naive(network, counting.chunk, counting.tile, lanes);
  for (int s = 0; s < count; ++s) {
    const std::int16_t* first = codes.data() + std::ptrdiff_t{s} * graph.inputs();
    const std::vector<NaiveLayerRun> run = naive.run({first, first + graph.inputs()});
    const GraphTrace trace = trace_graph(network, first);
    for (std::size_t k = 0; k < layers; ++k) {
      EXPECT_EQ(run[k].sums, trace.accumulators[k]) << "reference, layer " << k;
      EXPECT_EQ(run[k].sums, sums[static_cast<std::size_t>(s)][k]) << "engine, layer " << k;
      GraphLayerActivity did = run[k].activity;
      GraphEventCounts events_now = run[k].events;
      if (graph.layer(static_cast<int>(k)).kind == GraphLayerKind::dense) {
        // Tiles of samples within a batch: what one of them keeps is read once.
        std::vector<bool>& kept = of_tile[k];
        const std::vector<bool>& now = naive.kept_dense[k];
        if (s % counting.batch_size % counting.tile == 0) kept.assign(now.size(), false);
        std::int64_t fresh = 0;
        for (std::size_t j = 0; j < now.size(); ++j) {
          fresh += now[j] && !kept[j] ? 1 : 0;
          kept[j] = kept[j] || now[j];
        }
        const std::int64_t spared =
            (did.kept_tile_inputs - fresh) * graph.layer(static_cast<int>(k)).channels;
        did.kept_tile_inputs = fresh;
        events_now.weight_reads_done -= spared;
        events_now.weight_reads_skipped += spared;
      }
      activity[k] += did;
      events[k] += events_now;
    }
  }
  for (std::size_t k = 0; k < layers; ++k) {
    SCOPED_TRACE("layer " + std::to_string(k));
    const GraphLayerActivity& did = evaluation.activity.layers[k];
    EXPECT_EQ(did.kept_inputs, activity[k].kept_inputs);
    EXPECT_EQ(did.zero_inputs, activity[k].zero_inputs);
    EXPECT_EQ(did.active_chunks, activity[k].active_chunks);
    EXPECT_EQ(did.kept_tile_inputs, activity[k].kept_tile_inputs);
    EXPECT_EQ(did.repeated_zero_inputs, activity[k].repeated_zero_inputs);
    EXPECT_EQ(did.repeated_zero_chunks, activity[k].repeated_zero_chunks);
    const GraphEventCounts counted = graph_events(graph, static_cast<int>(k), evaluation.activity,
                                                  network.layers[k].theta_code, lanes);
    expect_equal(counted, events[k]);
    EXPECT_EQ(counted.added_reads, events[k].added_reads);
    EXPECT_EQ(counted.pool_reads, events[k].pool_reads);
    EXPECT_EQ(counted.pool_operations, events[k].pool_operations);
  }
  hwy::SetSupportedTargetsForTest(0);
  return graph.layers();
}

class RandomGraphs : public testing::TestWithParam<int> {};

constexpr int kParts = 10;
constexpr int kLayersOfPart = 1000;

// 10,000 layers in all.
TEST_P(RandomGraphs, EqualsANaiveProgramInEveryAccumulatorAndCount) {
  int layers = 0;
  for (std::uint64_t i = 0; layers < kLayersOfPart; ++i) {
    const std::uint64_t index = 1000000 * static_cast<std::uint64_t>(GetParam()) + i;
    layers += compare_one(index);
    ASSERT_FALSE(HasFailure()) << "network " << index;
  }
}
INSTANTIATE_TEST_SUITE_P(TenThousandLayers, RandomGraphs, testing::Range(0, kParts));

// What the random layers are, so that none of the engine's ways is left out.
TEST(GraphEngine, IsHeldAgainstLayersOfEveryKind) {
  std::map<std::string, int> seen;
  int layers = 0;
  for (std::uint64_t index = 0; layers < kParts * kLayersOfPart; ++index) {
    KeyedRandom random(1, Stream::test, index);
    random.below(2);  // the target of compare_one
    const LayerGraph graph = random_plannable_graph(random);
    const QuantizedGraph network =
        random_quantized_graph(random, graph, random_plan(random, graph));
    for (int k = 0; k < graph.layers(); ++k, ++layers) {
      const GraphLayer& l = graph.layer(k);
      const QuantizedLayer& q = network.layer(k);
      const LayerFormats& f = q.formats;
      const Window& w = l.window;
      const auto count = [&](const char* what, bool is) { seen[what] += is ? 1 : 0; };
      const int lost =
          f.weight.fraction_bits + f.activation.fraction_bits - f.product.fraction_bits;
      count("dense", l.kind == GraphLayerKind::dense);
      count("convolution", l.kind == GraphLayerKind::conv2d);
      count("depthwise", l.groups > 1);
      count("max pool", l.kind == GraphLayerKind::max_pool);
      count("fused pool", is_fused(graph, k));
      count("sum pool", l.kind == GraphLayerKind::sum_pool && l.divisor == 1);
      count("average", l.divisor > 1);
      count("added tensor", bool{l.added});
      count("added with stride", l.added && l.added.stride_y > 1);
      count("no ReLU", l.has_weights() && !l.relu);
      count("padding", w.top + w.left + w.bottom + w.right > 0);
      count("uneven padding", w.top != w.bottom || w.left != w.right);
      count("stride", w.stride_y > 1);
      count("another tensor", l.reads != k);
      count("threshold", q.theta_code > 1);
      count("no comparator", l.has_weights() && q.theta_code == 0);
      count("faults", !q.faulty_bits.empty());
      if (!l.has_weights()) continue;
      count("64-bit sums", graph_accumulator_bits(l, f) > 32);
      count("exact products", lost == 0);
      count("products gain bits", lost < 0);
      count("products beyond 16 bits", f.weight.bits() + f.activation.bits() - lost > 17);
      count("narrow products", lost > 0 && f.weight.bits() + f.activation.bits() - lost < 16);
    }
    seen[to_string(network.rounding)] += graph.layers();
  }
  EXPECT_EQ(seen.size(), 25U);
  for (const auto& [what, count] : seen) EXPECT_GE(count, 40) << what;
}

TEST(GraphEngineOfDenseChains, EqualsTheEngineOfTopologies) {
  KeyedRandom random(2, Stream::test, 0);
  Network network;
  const std::vector<int> widths = {37, 19, 23, 5};
  for (std::size_t k = 0; k + 1 < widths.size(); ++k) {
    NetworkLayer layer;
    layer.weights = Eigen::MatrixXf::NullaryExpr(
        widths[k + 1], widths[k], [&] { return static_cast<float>(0.3 * random.normal()); });
    layer.biases = Eigen::VectorXf::NullaryExpr(
        widths[k + 1], [&] { return static_cast<float>(0.2 * random.normal()); });
    network.layers.push_back(layer);
  }
  const LayerFormats formats{{1, 6}, {3, 4}, {2, 7}};
  const QuantizationPlan plan = uniform_plan(3, formats);
  const PruningThresholds thresholds{{0.3, 0.1, 0}};
  Samples samples = random_samples(random, 37, 100, formats.activation);
  for (std::size_t s = 0; s < samples.labels.size(); ++s) {
    samples.labels[s] = static_cast<std::int32_t>(s % 5);
  }
  const GraphNetwork graph = graph_network(network);
  EXPECT_EQ(chain_network(graph).topology(), network.topology());
  const Eigen::MatrixXf chain_outputs = float_outputs(network, samples.inputs);
  EXPECT_EQ(graph_float_outputs(graph, samples.inputs, 2), chain_outputs);
  FixedEvaluator chain(samples, chain_outputs, 1);
  GraphEvaluator evaluator(samples, chain_outputs, 2);
  const FixedEvaluation a = chain.evaluate(quantize_network(network, plan, thresholds), 4);
  const QuantizedGraph quantized = quantize_graph(graph, plan, thresholds);
  const GraphEvaluation b = evaluator.evaluate(quantized, {4, 1});
  EXPECT_EQ(a.wrong, b.wrong);
  EXPECT_EQ(a.divergence, b.divergence);
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_EQ(a.activity.layers[k].kept_inputs, b.activity.layers[k].kept_inputs);
    EXPECT_EQ(a.activity.layers[k].zero_inputs, b.activity.layers[k].zero_inputs);
    EXPECT_EQ(a.activity.layers[k].active_chunks, b.activity.layers[k].active_chunks);
  }
  EXPECT_TRUE(evaluator.judge(quantized, a.wrong).within);
  const GraphJudgement beyond = evaluator.judge(quantized, a.wrong - 1);
  EXPECT_FALSE(beyond.within);
  EXPECT_EQ(beyond.evaluation.wrong, a.wrong);
}

TEST(GraphFloatOutputs, EqualPlainLoopsInTheOrderOfTheInputs) {
  for (std::uint64_t index = 0; index < 200; ++index) {
    KeyedRandom random(3, Stream::test, index);
    GraphNetwork network;
    network.graph = random_graph(random, drawn(random, 1, 5));
    for (int k = 0; k < network.graph.layers(); ++k) {
      const GraphLayer& layer = network.graph.layer(k);
      network.layers.push_back(
          {Eigen::MatrixXf::NullaryExpr(layer.bias_count(), layer.fan_in(),
                                        [&] { return static_cast<float>(random.normal()); }),
           Eigen::VectorXf::NullaryExpr(layer.bias_count(),
                                        [&] { return static_cast<float>(random.normal()); })});
    }
    const int count = drawn(random, 1, 40);
    const Eigen::MatrixXf inputs = Eigen::MatrixXf::NullaryExpr(
        network.graph.inputs(), count, [&] { return static_cast<float>(random.normal()); });
    const Eigen::MatrixXf outputs = graph_float_outputs(network, inputs, 2);
    const Eigen::Index s = count - 1;
    std::vector<std::vector<float>> tensors(1);
    tensors[0].assign(inputs.col(s).data(), inputs.col(s).data() + inputs.rows());
    for (int k = 0; k < network.graph.layers(); ++k) {
      const GraphLayer& l = network.graph.layer(k);
      const std::vector<float>& x = tensors[static_cast<std::size_t>(l.reads)];
      std::vector<float> y;
      for (int oy = 0; oy < l.output.height; ++oy) {
        for (int ox = 0; ox < l.output.width; ++ox) {
          for (int m = 0; m < l.output.channels; ++m) {
            const LayerParameters& numbers = network.layers[static_cast<std::size_t>(k)];
            float sum = l.has_weights() ? numbers.biases[m] : 0.0F;
            const int c0 = m - l.added.channel_offset;
            if (l.added && c0 >= 0 && c0 < network.graph.tensor(l.added.tensor).channels) {
              sum += tensors[static_cast<std::size_t>(l.added.tensor)]
                            [storage_word(network.graph.tensor(l.added.tensor),
                                          oy * l.added.stride_y, ox * l.added.stride_x, c0)];
            }
            if (l.kind == GraphLayerKind::dense) {
              for (std::size_t j = 0; j < x.size(); ++j) {
                const float product = numbers.weights(m, static_cast<Eigen::Index>(j)) * x[j];
                sum = sum + product;
              }
            } else {
              bool any = false;
              const int of_group = l.has_weights() ? l.input.channels / l.groups : 1;
              const int first = l.has_weights() ? m / (l.channels / l.groups) * of_group : m;
              for (int j = 0; j < l.window.words() * of_group; ++j) {
                const int yy =
                    oy * l.window.stride_y - l.window.top + j / of_group / l.window.width;
                const int xx =
                    ox * l.window.stride_x - l.window.left + j / of_group % l.window.width;
                if (yy < 0 || yy >= l.input.height || xx < 0 || xx >= l.input.width) continue;
                const float word = x[storage_word(l.input, yy, xx, first + j % of_group)];
                if (l.has_weights()) {
                  const float product = numbers.weights(m, j) * word;
                  sum = sum + product;
                } else {
                  const bool maximum = l.kind == GraphLayerKind::max_pool;
                  sum = !any ? word : maximum ? std::max(sum, word) : sum + word;
                  any = true;
                }
              }
              if (l.divisor > 1) sum /= static_cast<float>(l.divisor);
            }
            y.push_back(l.relu && !(sum > 0.0F) ? 0.0F : sum);
          }
        }
      }
      tensors.push_back(y);
    }
    for (Eigen::Index i = 0; i < outputs.rows(); ++i) {
      ASSERT_EQ(outputs(i, s), tensors.back()[static_cast<std::size_t>(i)])
          << "network " << index << ": " << to_string(network.graph);
    }
  }
}

}  // namespace
}  // namespace minerva
