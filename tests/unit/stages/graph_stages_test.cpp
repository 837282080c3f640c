#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "minerva/engine/float_engine.hpp"
#include "minerva/engine/graph_engine.hpp"
#include "minerva/engine/graph_trace.hpp"
#include "minerva/engine/saturation.hpp"
#include "minerva/faultsim/fault_map_counts.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/prune/threshold_search.hpp"
#include "minerva/quantize/width_search.hpp"
#include "random_graph.hpp"

// Stages 3 to 5 on a network of every kind of layer: a maximum, a residual block, an average.
namespace minerva {
namespace {

constexpr int kSamples = 150;

/// Random numbers for a network, whose own classes are the labels of random images.
struct GraphProblem {
  GraphNetwork network;
  Samples samples;
  Eigen::MatrixXf outputs;
};

GraphProblem graph_problem(const std::string& text = "8x8x2 c4k3p1 m2 r4 d4k3p1 a 6 5") {
  GraphProblem problem;
  KeyedRandom random(3, Stream::test, 1);
  problem.network.graph = parse_layer_graph(text, "test");
  const LayerGraph& graph = problem.network.graph;
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& layer = graph.layer(k);
    const auto scale =
        layer.has_weights() ? std::sqrt(3.0F / static_cast<float>(layer.fan_in())) : 0.0F;
    const auto number = [&](float width) {
      return width * (2 * static_cast<float>(random.uniform()) - 1);
    };
    LayerParameters numbers;
    numbers.weights = Eigen::MatrixXf::NullaryExpr(layer.bias_count(), layer.fan_in(),
                                                   [&] { return number(scale); });
    numbers.biases = Eigen::VectorXf::NullaryExpr(layer.bias_count(), [&] { return number(0.1F); });
    problem.network.layers.push_back(numbers);
  }
  problem.samples.inputs = Eigen::MatrixXf(Eigen::MatrixXf::NullaryExpr(
      graph.inputs(), kSamples, [&] { return 4 * static_cast<float>(random.uniform()) - 2; }));
  // Outputs around 0, so that the samples have all classes.
  problem.network.layers.back().biases -=
      float_outputs(problem.network, problem.samples.inputs).rowwise().mean();
  problem.outputs = float_outputs(problem.network, problem.samples.inputs);
  problem.samples.labels = classes_of(problem.outputs);
  return problem;
}

double bits_cost(const QuantizationPlan& plan) { return quantize::weighted_bits(plan, {1, 1, 1}); }

void expect_same(const FixedEvaluation& a, const FixedEvaluation& b) {
  EXPECT_EQ(a.wrong, b.wrong);
  EXPECT_EQ(a.divergence, b.divergence);
  EXPECT_EQ(a.activity.layers, b.activity.layers);
}

TEST(GraphStages, FormatsOfASearchCanRunAndStayWithinTheBound) {
  const GraphProblem problem = graph_problem();
  const LayerGraph& graph = problem.network.graph;
  FixedEvaluator evaluator(problem.samples, problem.outputs, 2);
  for (const Widest widest : {Widest::one_binary_point, Widest::per_layer_point}) {
    for (const quantize::LayerScaling scaling :
         {quantize::LayerScaling::none, quantize::LayerScaling::power_of_two}) {
      quantize::QuantizeOptions options;
      options.widest = widest;
      options.scaling = scaling;
      const std::int64_t most_wrong = 8;
      const quantize::QuantizeResult found =
          quantize::search_widths(problem.network, evaluator, most_wrong, options, bits_cost);
      for (const quantize::EvaluatedPlan* part :
           {&found.minima, &found.per_layer, &found.hardware}) {
        EXPECT_NO_THROW(check_graph_plan(graph, part->plan, "found"));
      }
      EXPECT_LE(found.hardware.evaluation.wrong, most_wrong);
      EXPECT_LE(found.per_layer.evaluation.wrong, most_wrong);
      // The start has 48 bits.
      EXPECT_LT(quantize::datapath_bits(found.hardware.plan), 40);
      // What the search was told is what a new evaluator says, which has no base.
      FixedEvaluator fresh(problem.samples, problem.outputs, 1);
      expect_same(fresh.evaluate(quantize_graph(problem.network, found.hardware.plan)),
                  found.hardware.evaluation);
      expect_same(fresh.evaluate(quantize_graph(problem.network, found.per_layer.plan)),
                  found.per_layer.evaluation);
      for (const quantize::NeighbourPlan& near :
           quantize::neighbour_plans(graph, found.hardware.plan, options)) {
        EXPECT_NO_THROW(quantize_graph(problem.network, near.plan)) << near.signal;
      }
    }
  }
}

TEST(GraphStages, PoolsShareTheFormatsOfWhatTheyCompare) {
  const GraphProblem problem = graph_problem();
  FixedEvaluator evaluator(problem.samples, problem.outputs, 2);
  quantize::QuantizeOptions options;
  const quantize::QuantizeResult found =
      quantize::search_widths(problem.network, evaluator, 20, options, bits_cost);
  // Layer 2 is the maximum; the block behind it reads what it writes.
  ASSERT_EQ(problem.network.graph.layer(1).kind, GraphLayerKind::max_pool);
  const std::vector<LayerFormats>& layers = found.per_layer.plan.layers;
  EXPECT_EQ(layers[1].activation, layers[2].activation);
  EXPECT_EQ(layers[1].weight, layers[0].weight);  // its own are not there
}

TEST(GraphStages, UniformWordsKeepAddedTensorsExact) {
  const GraphProblem problem = graph_problem();
  FixedEvaluator evaluator(problem.samples, problem.outputs, 1);
  quantize::QuantizeOptions options;
  options.uniform_bits = 8;
  const quantize::QuantizeResult found =
      quantize::search_widths(problem.network, evaluator, kSamples, options, bits_cost);
  EXPECT_NO_THROW(check_graph_plan(problem.network.graph, found.hardware.plan, "found"));
  for (const LayerFormats& f : found.hardware.plan.layers) {
    EXPECT_EQ(f.activation.bits(), 8);
    EXPECT_EQ(f.product.bits(), 8);
  }
}

TEST(GraphStages, ThresholdsArePerLayerAndPoolsHaveNone) {
  const GraphProblem problem = graph_problem();
  const LayerGraph& graph = problem.network.graph;
  FixedEvaluator evaluator(problem.samples, problem.outputs, 2);
  QuantizationPlan plan = uniform_plan(graph.layers(), {{2, 8}, {3, 6}, {3, 10}});
  prune::PruneOptions options;
  options.goal_beyond_zeros_percent = 30;
  options.curve = {0.0, 0.05, 0.2, 100.0};
  const std::int64_t most_wrong = 12;
  const prune::PruneResult found =
      prune::search_thresholds(problem.network, plan, evaluator, most_wrong, options);
  EXPECT_LE(found.evaluation.wrong, most_wrong);
  EXPECT_EQ(found.curve.size(), 3U);  // 100 is beyond every format
  EXPECT_GT(found.skipped_percent, found.skipped_by_zeros_percent);
  bool raised = false;
  for (int k = 0; k < graph.layers(); ++k) {
    const double theta = found.thresholds.theta[static_cast<std::size_t>(k)];
    if (graph.layer(k).has_weights()) {
      EXPECT_GE(theta, std::ldexp(1.0, -6)) << k;
    } else {
      EXPECT_EQ(theta, 0) << k;
    }
    raised = raised || theta > std::ldexp(1.0, -6);
  }
  EXPECT_TRUE(raised);
  const QuantizedGraph pruned = quantize_graph(problem.network, plan, found.thresholds);
  FixedEvaluator fresh(problem.samples, problem.outputs, 1);
  const FixedEvaluation again = fresh.evaluate(pruned);
  expect_same(again, found.evaluation);
  EXPECT_EQ(prune::skipped_percent(pruned, again.activity), found.skipped_percent);
}

TEST(GraphStages, AFaultMapIsOverFiltersAndABaseChangesNothing) {
  const GraphProblem problem = graph_problem();
  const LayerGraph& graph = problem.network.graph;
  const QuantizedGraph network =
      quantize_graph(problem.network, uniform_plan(graph.layers(), {{2, 6}, {3, 5}, {3, 8}}));
  const Mitigation mitigation{Masking::bit, SignPolicy::zero, Detector::razor};
  FixedEvaluator evaluator(problem.samples, problem.outputs, 2);
  faultsim::FaultMapCounts counts(network, mitigation, evaluator, {});
  FixedEvaluator fresh(problem.samples, problem.outputs, 1);
  bool any = false;
  for (const double rate : {0.0, 1e-3, 3e-2}) {
    for (const int map : {0, 1, 2}) {
      QuantizedGraph faulty = network;
      faulty.mitigation = mitigation;
      faultsim::inject_faults(faulty, faultsim::FaultOptions{}.seed,
                              static_cast<std::uint64_t>(map), rate);
      for (int k = 0; k < graph.layers() && rate > 0; ++k) {
        EXPECT_EQ(faulty.layer(k).faulty_bits.size(),
                  static_cast<std::size_t>(graph.layer(k).weight_count()));
      }
      const std::int64_t wrong = fresh.evaluate(faulty).wrong;
      EXPECT_EQ(counts.wrong(rate, map), wrong);
      any = any || wrong > fresh.evaluate(network).wrong;
    }
  }
  EXPECT_TRUE(any);
}

TEST(GraphStages, ABaseChangesNoBit) {
  KeyedRandom random(11, Stream::test, 2);
  const GraphProblem problem = graph_problem();
  const LayerGraph& graph = problem.network.graph;
  const QuantizationPlan plan = uniform_plan(graph.layers(), {{2, 6}, {3, 5}, {3, 8}});
  const QuantizedGraph base = quantize_graph(problem.network, plan);
  FixedEvaluator with(problem.samples, problem.outputs, 2);
  FixedEvaluator without(problem.samples, problem.outputs, 1);
  with.prepare_base(base);
  for (int k = 0; k < graph.layers(); ++k) {
    QuantizedGraph changed = base;
    QuantizedLayer& layer = changed.layers[static_cast<std::size_t>(k)];
    if (layer.weights.empty()) continue;
    layer.weights[random.below(layer.weights.size())] ^= 7;
    expect_same(with.evaluate(changed), without.evaluate(changed));
    expect_same(with.evaluate(changed, 4), without.evaluate(changed, 4));
    const std::int64_t wrong = without.evaluate(changed).wrong;
    EXPECT_TRUE(with.judge(changed, wrong).within);
    EXPECT_FALSE(with.judge(changed, wrong - 1).within);
    layer.theta_code = 3;
    expect_same(with.evaluate(changed), without.evaluate(changed));
  }
  expect_same(with.evaluate(base), without.evaluate(base));
}

/// By the trace: every value that is rounded, without its limits.
std::vector<LayerSaturations> counted_plainly(const GraphNetwork& network,
                                              const QuantizedGraph& quantized,
                                              const Samples& samples) {
  const LayerGraph& graph = network.graph;
  std::vector<LayerSaturations> counts(static_cast<std::size_t>(graph.layers()));
  const auto beyond = [&](QFormat to, std::int64_t code, int fraction) {
    const std::int64_t whole =
        round_code({60 - to.fraction_bits, to.fraction_bits}, code, fraction, quantized.rounding);
    return whole < to.min_code() || whole > to.max_code() ? 1 : 0;
  };
  const QFormat first = quantized.layer(0).formats.activation;
  const std::vector<std::int16_t> codes = input_codes(samples.inputs, first, quantized.rounding);
  for (std::ptrdiff_t s = 0; s < samples.size(); ++s) {
    const GraphTrace trace = trace_graph(quantized, codes.data() + s * graph.inputs());
    for (int k = 0; k < graph.layers(); ++k) {
      LayerSaturations& of = counts[static_cast<std::size_t>(k)];
      const GraphLayer& shape = graph.layer(k);
      const QuantizedLayer& layer = quantized.layer(k);
      const LayerFormats& f = layer.formats;
      const auto& x = trace.tensors[static_cast<std::size_t>(shape.reads)];
      if (shape.reads > 0 && graph.layer(shape.reads - 1).kind != GraphLayerKind::max_pool) {
        const GraphLayer& writer = graph.layer(shape.reads - 1);
        const LayerFormats& g = quantized.layer(shape.reads - 1).formats;
        const int fraction = writer.has_weights()
                                 ? g.product.fraction_bits
                                 : g.activation.fraction_bits + divisor_shift(writer);
        for (const std::int64_t sum :
             trace.accumulators[static_cast<std::size_t>(shape.reads) - 1]) {
          of.inputs +=
              beyond(f.activation, writer.relu ? std::max<std::int64_t>(sum, 0) : sum, fraction);
        }
      }
      if (!shape.has_weights()) continue;
      const int fraction = f.weight.fraction_bits + f.activation.fraction_bits;
      const int of_group = shape.input.channels / shape.groups;
      const Window window = shape.kind == GraphLayerKind::dense ? Window{} : shape.window;
      for (int y = 0; y < shape.output.height; ++y) {
        for (int column = 0; column < shape.output.width; ++column) {
          for (int c = 0; c < shape.channels; ++c) {
            for (int j = 0; j < shape.fan_in(); ++j) {
              std::int32_t code = 0;
              if (shape.kind == GraphLayerKind::dense) {
                code = x[static_cast<std::size_t>(j)];
              } else {
                const int row = y * window.stride_y - window.top + j / (window.width * of_group);
                const int col =
                    column * window.stride_x - window.left + j / of_group % window.width;
                if (row < 0 || row >= shape.input.height || col < 0 || col >= shape.input.width) {
                  continue;
                }
                const int group = c / (shape.channels / shape.groups);
                code = x[storage_word(shape.input, row, col, group * of_group + j % of_group)];
              }
              if (layer.skips(code)) continue;
              of.products += beyond(
                  f.product, std::int64_t{quantized.weight_as_read(k, j, c)} * code, fraction);
            }
          }
        }
      }
    }
  }
  return counts;
}

TEST(GraphStages, SaturationsAreThoseOfAPlainCount) {
  // No positions are dropped by the maximum: 8 and 4 are even.
  const GraphProblem problem = graph_problem();
  const LayerGraph& graph = problem.network.graph;
  Samples few = problem.samples.head(40);
  PruningThresholds thresholds;
  for (int k = 0; k < graph.layers(); ++k) {
    thresholds.theta.push_back(graph.layer(k).has_weights() ? 0.125 : 0);
  }
  const QuantizedGraph network = quantize_graph(
      problem.network, uniform_plan(graph.layers(), {{1, 6}, {2, 5}, {1, 8}}), thresholds);
  const std::vector<LayerSaturations> expected = counted_plainly(problem.network, network, few);
  std::int64_t inputs = 0;
  std::int64_t products = 0;
  for (const int threads : {1, 3}) {
    const std::vector<LayerSaturations> found =
        count_saturations(problem.network, network, few, threads);
    for (std::size_t k = 0; k < found.size(); ++k) {
      if (k > 0) {
        EXPECT_EQ(found[k].inputs, expected[k].inputs) << k;
      }
      EXPECT_EQ(found[k].products, expected[k].products) << k;
      inputs += found[k].inputs;
      products += found[k].products;
    }
  }
  EXPECT_GT(inputs, 0);
  EXPECT_GT(products, 0);
}

TEST(GraphStages, HistogramsHaveEveryWordOfATensorOnce) {
  const GraphProblem problem = graph_problem();
  const LayerGraph& graph = problem.network.graph;
  const QuantizedGraph network =
      quantize_graph(problem.network, uniform_plan(graph.layers(), {{2, 6}, {3, 5}, {3, 8}}));
  FixedEvaluator evaluator(problem.samples, {}, 2);
  const std::vector<CodeHistogram> histograms = evaluator.code_histogram(network);
  const QFormat x = network.layer(0).formats.activation;
  std::vector<std::vector<std::int64_t>> expected;
  for (const CodeHistogram& one : histograms) {
    expected.emplace_back(one.counts.size(), 0);
  }
  const std::vector<std::int16_t> codes = input_codes(problem.samples.inputs, x, network.rounding);
  for (std::ptrdiff_t s = 0; s < problem.samples.size(); ++s) {
    const GraphTrace trace = trace_graph(network, codes.data() + s * graph.inputs());
    for (int k = 0; k < graph.layers(); ++k) {
      const auto at = static_cast<std::size_t>(k);
      for (const std::int32_t code :
           trace.tensors[static_cast<std::size_t>(graph.layer(k).reads)]) {
        ++expected[at][static_cast<std::size_t>(code - histograms[at].format.min_code())];
      }
    }
  }
  for (std::size_t k = 0; k < histograms.size(); ++k) EXPECT_EQ(histograms[k].counts, expected[k]);
  // The activity of samples one by one adds up to that of all.
  const FixedEvaluation all = evaluator.evaluate(network, 3);
  ActivityProfile sum;
  sum.chunk = 3;
  for (const ActivityProfile& one : evaluator.activity_of_each(network, 3)) sum += one;
  EXPECT_EQ(sum.layers, all.activity.layers);
  EXPECT_EQ(sum.samples, kSamples);
}

}  // namespace
}  // namespace minerva
