#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "equal_simulations.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/machine.hpp"
#include "minerva/accelsim/verify_point.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "random_machine.hpp"

// SystemC in both styles against the closed form and the integer reference on random small
// networks, formats, roundings, thresholds, faults and machines: every cycle by cause, count,
// access of a memory bank, accumulator and class. MINERVA_EQUIVALENCE_CASES asks for more cases.
namespace minerva {
namespace {

constexpr std::uint64_t kSeed = 20160618;
constexpr int kCases = 2000;

using test::draw_case;
using test::draw_code;
using test::draw_layer;
using test::RandomCase;

/// A machine in five takes its weights from off chip.
RandomCase draw_streaming_case(std::uint64_t index) {
  RandomCase c = draw_case(kSeed, index);
  if (index % 5 == 4) c.point.off_chip_words = 1 + static_cast<int>(index / 5 % 40);
  return c;
}

/// Both styles, the closed form and the reference, all equal.
void verify_both_styles(const RandomCase& c) {
  const auto stages = simulate(c.network, c.point, c.inputs, SimulationModel::stage_processes);
  const auto lanes = simulate(c.network, c.point, c.inputs, SimulationModel::lane_processes);
  test::expect_equal_simulations(stages, lanes);
  const auto differences = verify_result(c.network, c.point, c.inputs, stages);
  EXPECT_TRUE(differences.empty())
      << differences.size() << " differences, the first: " << differences.front();
}

TEST(MachineEquivalence, SystemCIsTheClosedFormAndTheReference) {
  const char* asked = std::getenv("MINERVA_EQUIVALENCE_CASES");
  const int cases = asked == nullptr ? kCases : std::atoi(asked);
  int stalled = 0, starved = 0, drained_late = 0, partly_filled = 0, partly_chunked = 0, faulty = 0;
  int single_neurons = 0, one_lane = 0, more_weight_banks = 0, more_activation_banks = 0;
  for (int i = 0; i < cases; ++i) {
    const RandomCase c = draw_streaming_case(static_cast<std::uint64_t>(i));
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", case " + std::to_string(i) + ": " +
                 to_string(c.point));
    verify_both_styles(c);
    if (HasFailure()) return;
    one_lane += c.point.lanes == 1;
    more_weight_banks += c.point.weight_banks > c.point.inputs_per_cycle();
    more_activation_banks += c.point.activation_banks > c.point.inputs_per_cycle();
    for (const QuantizedLayer& layer : c.network.layers) {
      const LayerCycles cycles = layer_cycles(layer.n_in, layer.n_out, c.point);
      stalled += cycles.stall > 0;
      starved += cycles.weight_stall > 0;
      drained_late += cycles.drain > 2;
      partly_filled += layer.n_out % c.point.lanes != 0;
      partly_chunked += layer.n_in % c.point.inputs_per_cycle() != 0;
      faulty += !layer.faulty_bits.empty();
      single_neurons += layer.n_out == 1;
    }
  }
  // The draws reach the corners that the test is for.
  for (const int corner : {stalled, starved, one_lane, single_neurons})
    EXPECT_GE(corner, cases / 20);
  for (const int corner : {drained_late, partly_filled, partly_chunked, faulty, more_weight_banks,
                           more_activation_banks}) {
    EXPECT_GE(corner, cases / 4);
  }
}

/// A machine that reads ahead, for thresholds between none and all that skip.
RandomCase draw_read_ahead_case(std::uint64_t index) {
  RandomCase c = draw_case(kSeed, 3000000 + index);
  test::read_ahead(c, index);
  return c;
}

// Machines whose cycles depend on the data: both styles, the closed form of each sample, and the
// reference, which compares the same inputs with the same thresholds.
TEST(MachineEquivalence, MachinesThatReadAheadAreTheClosedFormOfEachSample) {
  const char* asked = std::getenv("MINERVA_EQUIVALENCE_CASES");
  const int cases = asked == nullptr ? kCases : std::atoi(asked);
  int late = 0, empty_queues = 0, stalled = 0, empty_groups = 0, differ = 0, saved = 0;
  int least_queues = 0, one_word = 0;
  for (int i = 0; i < cases; ++i) {
    const RandomCase c = draw_read_ahead_case(static_cast<std::uint64_t>(i));
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", case " + std::to_string(i) + ": " +
                 to_string(c.point));
    verify_both_styles(c);
    if (HasFailure()) return;
    least_queues += c.point.read_ahead_words == c.point.activation_bandwidth;
    one_word += c.point.activation_bandwidth == 1;
    const SimulationResult result = simulate(c.network, c.point, c.inputs);
    differ += result.batches[0].cycles != result.batches[1].cycles;
    DesignPoint lanes = c.point;
    lanes.read_ahead_words = 0;
    lanes.activation_bandwidth = 1;
    for (std::size_t k = 0; k < c.network.layers.size(); ++k) {
      const QuantizedLayer& layer = c.network.layers[k];
      const LayerCycles& cycles = result.batches[0].cycles[k];
      late += cycles.fill > 1 + c.point.multiplier_stages;
      empty_queues += cycles.input_stall > 0;
      stalled += cycles.stall > 0;
      empty_groups += result.batches[0].events[k].macs_done == 0;
      saved += cycles.total() < layer_cycles(layer.n_in, layer.n_out, lanes).total();
    }
  }
  for (const int corner :
       {late, empty_queues, stalled, empty_groups, differ, saved, least_queues, one_word}) {
    EXPECT_GE(corner, cases / 20);
  }
}

RandomCase draw_wide_case(const DesignPoint& point, const std::vector<int>& widths) {
  KeyedRandom random(kSeed, Stream::test, 2000000);
  RandomCase c;
  c.point = point;
  for (std::size_t k = 0; k + 1 < widths.size(); ++k) {
    c.network.layers.push_back(draw_layer(random, widths[k], widths[k + 1], true));
  }
  c.network.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  std::vector<std::int16_t> input;
  for (int j = 0; j < widths[0]; ++j) {
    input.push_back(
        static_cast<std::int16_t>(draw_code(random, c.network.layers[0].formats.activation)));
  }
  c.inputs = {input};
  return c;
}

TEST(MachineEquivalence, ExtremesOfTheDesignSpace) {
  DesignPoint most{1024, 64, 64, 64, 1024, 16, 4.0};
  most.weight_banks = 70;
  most.activation_banks = 1024;
  verify_both_styles(draw_wide_case(most, {130, 1100, 3}));
  verify_both_styles(draw_wide_case({1024, 1, 1, 1, 1, 1, 4.0}, {1, 2100, 2}));
  verify_both_styles(draw_wide_case({1, 64, 64, 64, 1024, 1, 4.0}, {200, 3, 2}));
  verify_both_styles(draw_wide_case({1, 1, 1, 1, 1, 16, 4.0}, {3, 1, 1, 1, 2}));
}

// MNIST's network at 16 lanes x 1 MAC. Cycles do not depend on the numbers.
TEST(MachineEquivalence, BookMachineOnMnist) {
  RandomCase c = draw_wide_case({16, 1, 1, 1, 16, 1, 4.0}, {784, 256, 256, 256, 10});
  const auto cycles_of = [&](SimulationModel model) {
    const SimulationResult result = simulate(c.network, c.point, c.inputs, model);
    LayerCycles sum;
    for (const LayerCycles& layer : result.batches[0].cycles) sum += layer;
    return sum;
  };
  for (const auto& [ports, total] : {std::pair<int, int>{16, 21008}, {1, 21062}}) {
    c.point.write_ports = ports;
    verify_both_styles(c);
    for (const SimulationModel model :
         {SimulationModel::stage_processes, SimulationModel::lane_processes}) {
      EXPECT_EQ(cycles_of(model).issue, 20992);
      EXPECT_EQ(cycles_of(model).total(), total);
      EXPECT_LT(cycles_of(model).total(), 21151);  // 11,820 predictions/s at 250 MHz
    }
    EXPECT_EQ(total_cycles(c.network.topology(), c.point), total);
  }
}

/// Every cycle of the first prediction as text, and what its cycles add up to.
struct SteppedPrediction {
  std::vector<std::string> cycles;
  std::vector<LayerCycles> by_cause;
  std::vector<int> words_written;  ///< [layer]
};

SteppedPrediction step_through(const RandomCase& c, SimulationModel model) {
  MachineOptions options;
  options.model = model;
  Machine machine(c.network, c.point, options);
  machine.issue(c.inputs[0]);
  SteppedPrediction all;
  all.by_cause.resize(c.network.layers.size());
  all.words_written.resize(c.network.layers.size());
  while (machine.running()) {
    machine.step();
    const CycleState& state = machine.state();
    std::string text;
    for (const std::string& cell : cycle_table_row(state)) text += cell + "|";
    for (const StageContent& stage : state.multiply) text += std::to_string(stage.kept) + "|";
    for (int lane = 0; lane < machine.lanes(); ++lane) {
      const LaneRegisters registers = machine.lane(lane);
      text += std::to_string(registers.accumulator) + "," + std::to_string(registers.result) + "|";
    }
    all.cycles.push_back(text);
    const auto k = static_cast<std::size_t>(state.layer);
    LayerCycles& cycles = all.by_cause[k];
    ++(state.cause == CycleCause::fill          ? cycles.fill
       : state.cause == CycleCause::issue       ? cycles.issue
       : state.cause == CycleCause::stall       ? cycles.stall
       : state.cause == CycleCause::drain       ? cycles.drain
       : state.cause == CycleCause::input_stall ? cycles.input_stall
                                                : cycles.weight_stall);
    all.words_written[k] += state.words_written;
  }
  EXPECT_EQ(machine.result().cycles, all.by_cause);
  return all;
}

// Both styles are in the same state in every cycle, and the states add up to the closed form.
TEST(MachineEquivalence, EveryCycleIsTheSameInBothStyles) {
  for (std::uint64_t i = 0; i < 300; ++i) {
    const RandomCase c = draw_streaming_case(i);
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", case " + std::to_string(i) + ": " +
                 to_string(c.point));
    const SteppedPrediction stages = step_through(c, SimulationModel::stage_processes);
    EXPECT_EQ(stages.cycles, step_through(c, SimulationModel::lane_processes).cycles);
    EXPECT_EQ(stages.by_cause, count_cycles(c.network.topology(), c.point));
    for (std::size_t k = 0; k < c.network.layers.size(); ++k) {
      EXPECT_EQ(stages.words_written[k], c.network.layers[k].n_out);
    }
    if (HasFailure()) return;
  }
}

TEST(MachineEquivalence, EveryCycleOfMachinesThatReadAheadIsTheSameInBothStyles) {
  for (std::uint64_t i = 0; i < 300; ++i) {
    const RandomCase c = draw_read_ahead_case(i);
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", case " + std::to_string(i) + ": " +
                 to_string(c.point));
    const SteppedPrediction stages = step_through(c, SimulationModel::stage_processes);
    EXPECT_EQ(stages.cycles, step_through(c, SimulationModel::lane_processes).cycles);
    if (HasFailure()) return;
  }
}

// The comparison is not vacuous: another weight in the stored network is seen in the accumulators.
TEST(MachineEquivalence, OneChangedWeightIsSeen) {
  for (std::uint64_t i = 0; i < 20; ++i) {
    RandomCase c = draw_case(kSeed, 1000000 + i);
    for (QuantizedLayer& layer : c.network.layers) {
      layer.theta_code = 0;
      layer.formats = {{6, 2}, {6, 2}, {16, 4}};
      layer.faulty_bits.clear();
      for (auto& weight : layer.weights) weight = static_cast<std::int16_t>(weight % 64);
    }
    for (auto& input : c.inputs) input.assign(input.size(), 16);
    const auto before = simulate(c.network, c.point, c.inputs);
    c.network.layers[0].weights.back() =
        static_cast<std::int16_t>(c.network.layers[0].weights.back() + 8);
    const FixedTrace after = trace_prediction(c.network, c.inputs[0].data());
    EXPECT_NE(before.batches[0].accumulators[0], after.accumulators[0]);
  }
}

// One context after the other in one process: results do not depend on what ran before.
TEST(MachineEquivalence, RepeatedSimulationsAreEqual) {
  const RandomCase c = draw_case(kSeed, 7);
  const auto first = simulate(c.network, c.point, c.inputs);
  simulate(draw_case(kSeed, 8).network, draw_case(kSeed, 8).point, draw_case(kSeed, 8).inputs);
  const auto second = simulate(c.network, c.point, c.inputs);
  test::expect_equal_simulations(first, second);
}

// The comparison of bank accesses is not vacuous: one read too many in one bank is seen.
TEST(MachineEquivalence, OneMiscountedAccessIsSeen) {
  const RandomCase c = draw_case(kSeed, 11);
  for (const BankAccessName& kind : bank_access_names()) {
    SimulationResult result = simulate(c.network, c.point, c.inputs);
    ++(result.bank_accesses.*kind.member).back();
    EXPECT_EQ(verify_result(c.network, c.point, c.inputs, result).size(), 1U) << kind.name;
  }
}

}  // namespace
}  // namespace minerva
