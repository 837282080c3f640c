#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "equal_simulations.hpp"
#include "graph_case.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/layer_units.hpp"
#include "minerva/accelsim/machine.hpp"
#include "minerva/accelsim/verify_point.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/network/graph_schedule.hpp"
#include "minerva/network/graph_text.hpp"

// SystemC in both styles against the closed form and the integer reference on random networks of
// all kinds of layers, on random machines with 1 to 16 accumulators a lane: every cycle by cause,
// count, access of a memory bank, accumulator and class. MINERVA_EQUIVALENCE_CASES asks for
// another number of cases.
namespace minerva {
namespace {

constexpr int kParts = 10;
constexpr int kCasesOfPart = 200;

/// Weights of two machines in five come from off chip, and every second one runs batches, of which
/// the last one may be smaller. Drawn by itself, so that Verilog is tested on the same cases.
GraphCase draw_streaming_case(std::uint64_t index) {
  GraphCase c = draw_graph_case(index);
  KeyedRandom random(kGraphCaseSeed + 1, Stream::test, index);
  if (chance(random, 0.4)) c.point.off_chip_words = drawn(random, 1, chance(random, 0.5) ? 4 : 40);
  if (chance(random, 0.5)) {
    c.point.batch_size = 1 << drawn(random, 1, chance(random, 0.9) ? 3 : 5);
    const int samples = drawn(random, 1, c.point.batch_size + 2);
    draw_inputs(random, samples, c);
  }
  return c;
}

void verify_both_styles(const GraphCase& c) {
  const auto stages = simulate(c.network, c.point, c.inputs, SimulationModel::stage_processes);
  const auto lanes = simulate(c.network, c.point, c.inputs, SimulationModel::lane_processes);
  test::expect_equal_simulations(stages, lanes);
  const auto differences = verify_result(c.network, c.point, c.inputs, stages);
  EXPECT_TRUE(differences.empty())
      << differences.size() << " differences, the first: " << differences.front();
}

void note_corners(const GraphCase& c, std::map<std::string, int>& seen) {
  const MachineNetwork network = c.network.graph;
  seen["three regions"] += network.regions() > 2;
  seen["several accumulators"] += c.point.positions_per_weight > 1;
  const bool batches = c.point.runs_batches();
  seen["batches"] += batches;
  seen["smaller batch"] +=
      batches && c.inputs.size() % static_cast<std::size_t>(c.point.batch_size);
  const std::vector<LayerCycles> cycles = count_cycles(network, c.point);
  for (int k = 0; k < network.layers(); ++k) {
    const LayerFacts& layer = network.facts(k);
    const GraphLayer& shape = network.graph().layer(k);
    const Window& w = shape.window;
    const bool convolution = layer.kind == GraphLayerKind::conv2d;
    seen["convolution"] += convolution;
    seen["padding"] += convolution && w.top + w.left + w.bottom + w.right > 0;
    seen["stride"] += convolution && w.stride_x > 1;
    seen["depthwise"] += layer.groups > 1;
    const bool reused = layer.kind == GraphLayerKind::dense && batches &&
                        c.point.positions_per_weight > 1 && c.inputs.size() > 1;
    seen["predictions that share weights"] += reused;
    seen["tile across predictions that is not full"] +=
        reused && c.point.batch_size % c.point.positions_per_weight != 0;
    seen["partly filled unit"] += convolution && layer.channels_of_group % c.point.lanes != 0;
    seen["fused pool"] += layer.fused;
    seen["pool of its own"] += !layer.has_weights() && !layer.fused;
    seen["added tensor"] += layer.adds;
    const auto at = static_cast<std::size_t>(k);
    seen["stall"] += layer.positions > 1 && cycles[at].stall > 0;
    seen["stall of a tile"] +=
        layer.positions > 1 && cycles[at].stall > 0 && c.point.positions_per_weight > 1;
    seen["pool across tiles"] +=
        layer.pooled > 1 && c.point.positions_per_weight % layer.pooled != 0;
    if (!c.point.streams_weights() || !layer.has_weights()) continue;
    const LanePipeline pipeline = pipeline_of(c.point);
    const LayerUnits units = units_of(layer, pipeline);
    seen["weights that come for each span"] +=
        layer.positions > 1 && weight_passes(layer, units, pipeline) > 1;
    seen["weights that stay"] += layer.positions > 1 && weight_passes(layer, units, pipeline) == 1;
    seen["both kinds of stalls"] += cycles[at].stall > 0 && cycles[at].weight_stall > 0;
  }
}

class ConvolutionMachines : public testing::TestWithParam<int> {};

// 2,000 machines in all.
TEST_P(ConvolutionMachines, SystemCIsTheClosedFormAndTheReference) {
  const char* asked = std::getenv("MINERVA_EQUIVALENCE_CASES");
  const int cases = asked == nullptr ? kCasesOfPart : std::atoi(asked);
  std::map<std::string, int> seen;
  for (int i = 0; i < cases; ++i) {
    const std::uint64_t index =
        100000 * static_cast<std::uint64_t>(GetParam()) + static_cast<std::uint64_t>(i);
    const GraphCase c = draw_streaming_case(index);
    SCOPED_TRACE(text_of(c, index));
    verify_both_styles(c);
    if (HasFailure()) return;
    note_corners(c, seen);
  }
  // The draws reach the corners that the test is for.
  for (const auto& [corner, times] : seen) EXPECT_GE(times, cases / 100) << corner;
}
INSTANTIATE_TEST_SUITE_P(TwoThousand, ConvolutionMachines, testing::Range(0, kParts));

// Both styles are in the same state in every cycle.
TEST(ConvolutionMachine, EveryCycleIsTheSameInBothStyles) {
  for (std::uint64_t i = 0; i < 60; ++i) {
    const GraphCase c = draw_streaming_case(9000000 + i);
    SCOPED_TRACE(text_of(c, i));
    std::vector<std::vector<std::string>> rows[2];
    for (const SimulationModel model :
         {SimulationModel::stage_processes, SimulationModel::lane_processes}) {
      MachineOptions options;
      options.model = model;
      Machine machine(c.network, c.point, options);
      machine.issue(batches_of(c.inputs, c.point.batch_size).front());
      while (machine.running()) {
        machine.step();
        std::vector<std::string> row = cycle_table_row(machine.state());
        for (int lane = 0; lane < machine.lanes(); ++lane) {
          for (const std::int64_t sum : machine.lane(lane).accumulators) {
            row.push_back(std::to_string(sum));
          }
        }
        rows[static_cast<std::size_t>(model)].push_back(row);
      }
    }
    ASSERT_EQ(rows[0].size(), rows[1].size());
    for (std::size_t cycle = 0; cycle < rows[0].size(); ++cycle) {
      ASSERT_EQ(rows[0][cycle], rows[1][cycle]) << "cycle " << cycle;
    }
  }
}

// The comparison is not vacuous: one added word, one position and one access too many are seen.
TEST(ConvolutionMachine, OneMiscountIsSeen) {
  GraphCase c = draw_graph_case(11);
  c.point.off_chip_words = 3;
  for (const GraphEventName& event : graph_event_names()) {
    SimulationResult result = simulate(c.network, c.point, c.inputs);
    ++(result.batches[0].events.back().*event.member);
    EXPECT_EQ(verify_result(c.network, c.point, c.inputs, result).size(), 1U) << event.name;
  }
  for (const BankAccessName& kind : bank_access_names()) {
    SimulationResult result = simulate(c.network, c.point, c.inputs);
    ++(result.bank_accesses.*kind.member).back();
    EXPECT_EQ(verify_result(c.network, c.point, c.inputs, result).size(), 1U) << kind.name;
  }
  for (const CycleName& cause : cycle_names()) {
    SimulationResult result = simulate(c.network, c.point, c.inputs);
    ++(result.batches[1].cycles.front().*cause.member);
    EXPECT_EQ(verify_result(c.network, c.point, c.inputs, result).size(), 1U) << cause.name;
  }
}

// What inference counts over samples in their order are the events of the simulated batches.
TEST(ConvolutionMachine, InferenceCountsWhatBatchesRead) {
  int shared = 0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    GraphCase c = draw_graph_case(9100000 + i);
    KeyedRandom random(kGraphCaseSeed + 3, Stream::test, i);
    c.point.batch_size = 1 << drawn(random, 1, 5);
    draw_inputs(random, drawn(random, 1, 40), c);
    SCOPED_TRACE(text_of(c, i));
    const LayerGraph& graph = c.network.graph;
    const QFormat x = c.network.layer(format_owner(graph, 0)).formats.activation;
    Samples samples;
    Eigen::MatrixXf values(graph.inputs(), static_cast<Eigen::Index>(c.inputs.size()));
    for (std::size_t s = 0; s < c.inputs.size(); ++s) {
      for (std::size_t j = 0; j < c.inputs[s].size(); ++j) {
        values(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(s)) =
            static_cast<float>(c.inputs[s][j] * x.step());
      }
    }
    samples.inputs = values;
    samples.labels.assign(c.inputs.size(), 0);
    FixedEvaluator evaluator(samples, {}, drawn(random, 1, 2));
    const ActivityProfile activity =
        evaluator.evaluate(c.network, counting_for(graph, c.point)).activity;
    const std::vector<GraphEventCounts> counted =
        count_events(machine_configuration(c.network, c.point), activity);
    std::vector<GraphEventCounts> simulated(counted.size());
    const SimulationResult result =
        simulate(c.network, c.point, c.inputs, SimulationModel::lane_processes);
    for (const SimulatedBatch& batch : result.batches) {
      for (std::size_t k = 0; k < counted.size(); ++k) simulated[k] += batch.events[k];
    }
    for (std::size_t k = 0; k < counted.size(); ++k) {
      for (const GraphEventName& event : graph_event_names()) {
        EXPECT_EQ(counted[k].*event.member, simulated[k].*event.member)
            << event.name << ", layer " << k + 1;
      }
      const bool dense = graph.layer(static_cast<int>(k)).kind == GraphLayerKind::dense;
      shared += dense && activity.layers[k].kept_tile_inputs < activity.layers[k].kept_inputs;
    }
  }
  EXPECT_GT(shared, 10);
}

}  // namespace
}  // namespace minerva
