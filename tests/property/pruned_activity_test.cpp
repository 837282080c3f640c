#include <gtest/gtest.h>

#include "cluster_problem.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/machine.hpp"
#include "minerva/network/quantize_network.hpp"
#include "minerva/prune/threshold_search.hpp"

// What stage 4 says is skipped, on the codes of a network that it pruned: the engine's counts, the
// closed form's and those of SystemC, which looks at each word as it passes.
namespace minerva {
namespace {

class PrunedActivity : public ::testing::TestWithParam<int> {};

TEST_P(PrunedActivity, SkippedReadsAndMacsAreTheSimulators) {
  const ClusterProblem problem = cluster_problem(static_cast<std::uint64_t>(GetParam()), 60);
  QuantizationPlan plan = uniform_plan(2, {{2, 6}, {3, 5}, {3, 8}});
  if (GetParam() % 2 == 0) plan.layers[0].scale_exponent = plan.layers[1].scale_exponent = -1;
  FixedEvaluator evaluator(problem.samples, problem.reference, 1);
  prune::PruneOptions options;
  options.goal_percent = 60;
  options.curve = {};
  const prune::PruneResult found = prune::search_thresholds(
      graph_network(problem.network), plan, evaluator, problem.samples.size(), options);
  ASSERT_TRUE(found.goal_reached);
  const QuantizedNetwork network = quantize_network(problem.network, plan, found.thresholds);
  DesignPoint point;
  point.lanes = 5;
  point.macs_per_lane = point.weight_bandwidth = point.activation_bandwidth = 3;
  point.write_ports = 2;
  const FixedEvaluation engine = evaluator.evaluate(network, point.inputs_per_cycle());

  const std::vector<std::int16_t> codes =
      input_codes(problem.samples.inputs, plan.layers[0].activation, plan.rounding);
  std::vector<std::vector<std::int16_t>> inputs;
  for (auto from = codes.begin(); from != codes.end(); from += 14) {
    inputs.emplace_back(from, from + 14);
  }
  const SimulationResult simulated = simulate(network, point, inputs);
  ASSERT_EQ(simulated.batches.size(), 60U);
  std::int64_t beyond_zeros = 0;
  for (std::size_t k = 0; k < 2; ++k) {
    const QuantizedLayer& layer = network.layers[k];
    EventCounts events;
    SkippedInputs counted;
    for (const SimulatedBatch& sample : simulated.batches) {
      events += sample.events[k];
      for (const auto x : sample.inputs[k]) {
        if (!layer.skips(static_cast<int>(x))) continue;
        (x == 0 ? counted.zeros : counted.by_threshold) += 1;
      }
    }
    const SkippedInputs skipped = skipped_inputs(layer, engine.activity.layers[k], engine.samples);
    EXPECT_EQ(skipped.zeros, counted.zeros) << "layer " << k;
    EXPECT_EQ(skipped.by_threshold, counted.by_threshold) << "layer " << k;
    EXPECT_EQ((skipped.zeros + skipped.by_threshold) * layer.n_out, events.macs_skipped);
    EXPECT_EQ(events.weight_reads_skipped, events.macs_skipped);
    EXPECT_EQ(count_events(layer.n_in, layer.n_out, static_cast<int>(k), point,
                           engine.activity.layers[k], engine.samples, layer.theta_code > 0),
              events);
    EXPECT_GT(skipped.zeros, 0);
    beyond_zeros += skipped.by_threshold;
  }
  EXPECT_GT(beyond_zeros, 0);  // the goal lies above what zeros give
}

INSTANTIATE_TEST_SUITE_P(Seeds, PrunedActivity, ::testing::Values(1, 2, 3, 4));

}  // namespace
}  // namespace minerva
