#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/machine.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/dse/verify_point.hpp"
#include "minerva/engine/fixed_engine.hpp"

// SystemC in both styles against the closed form and the integer reference on random small
// networks, formats, roundings, thresholds, faults and machines: every cycle by cause, count,
// access of a memory bank, accumulator and class. MINERVA_EQUIVALENCE_CASES asks for more cases.
namespace minerva {
namespace {

constexpr std::uint64_t kSeed = 20160618;
constexpr int kCases = 2000;

struct Case {
  QuantizedNetwork network;
  DesignPoint point;
  std::vector<std::vector<std::int16_t>> inputs;
};

int draw(KeyedRandom& random, int low, int high) {
  return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}

QFormat draw_format(KeyedRandom& random, int least_bits, int most_bits) {
  const int bits = draw(random, least_bits, most_bits);
  const int m = draw(random, 1, bits);
  return {m, bits - m};
}

std::int64_t draw_code(KeyedRandom& random, QFormat format) {
  const auto span = static_cast<std::uint64_t>(format.max_code() - format.min_code() + 1);
  return format.min_code() + static_cast<std::int64_t>(random.below(span));
}

Mitigation draw_mitigation(KeyedRandom& random) {
  static const std::vector<Mitigation> all = {
      {Masking::none, SignPolicy::zero, Detector::none},
      {Masking::none, SignPolicy::zero, Detector::razor},
      {Masking::word, SignPolicy::zero, Detector::razor},
      {Masking::word, SignPolicy::zero, Detector::parity},
      {Masking::bit, SignPolicy::hardened, Detector::razor},
      {Masking::bit, SignPolicy::zero, Detector::razor},
      {Masking::bit, SignPolicy::inverted, Detector::razor},
  };
  return all[random.below(all.size())];
}

QuantizedLayer draw_layer(KeyedRandom& random, int n_in, int n_out, bool faulty) {
  QuantizedLayer layer;
  layer.n_in = n_in;
  layer.n_out = n_out;
  layer.formats = {draw_format(random, 2, kMaxOperandBits), draw_format(random, 1, kMaxOperandBits),
                   draw_format(random, 1, kMaxProductBits)};
  const int reach = static_cast<int>(layer.formats.activation.max_code()) + 1;
  layer.theta_code = random.below(2) == 0 ? 0 : draw(random, 0, reach);
  for (int w = 0; w < n_in * n_out; ++w) {
    layer.weights.push_back(static_cast<std::int16_t>(draw_code(random, layer.formats.weight)));
    if (!faulty) continue;
    const std::uint64_t words = std::uint64_t{1} << layer.formats.weight.bits();
    layer.faulty_bits.push_back(
        static_cast<std::uint16_t>(random.below(3) == 0 ? random.below(words) : 0));
  }
  for (int i = 0; i < n_out; ++i) {
    layer.biases.push_back(static_cast<std::int32_t>(draw_code(random, layer.formats.product)));
  }
  return layer;
}

/// Mostly small machines, whose groups and chunks are partly filled in many ways.
DesignPoint draw_point(KeyedRandom& random) {
  DesignPoint p;
  const bool large = random.below(4) == 0;
  p.lanes = random.below(5) == 0 ? 1 : draw(random, 2, large ? 40 : 9);
  p.macs_per_lane = draw(random, 1, large ? 16 : 5);
  p.weight_bandwidth = draw(random, 1, p.macs_per_lane);
  p.activation_bandwidth = draw(random, 1, p.macs_per_lane);
  p.write_ports = random.below(2) == 0 ? 1 : draw(random, 1, 10);
  p.multiplier_stages = draw(random, 1, 6);
  if (random.below(2) == 0) {
    p.weight_banks = draw(random, p.weight_bandwidth, p.weight_bandwidth + 7);
  }
  if (random.below(2) == 0) {
    const int least = std::max(p.activation_bandwidth, p.write_ports);
    p.activation_banks = draw(random, least, least + 7);
  }
  return p;
}

Case draw_case(std::uint64_t index) {
  KeyedRandom random(kSeed, Stream::test, index);
  Case c;
  const int layers = draw(random, 1, 3);
  const bool faulty = random.below(2) == 0;
  static const Rounding modes[] = {Rounding::half_up, Rounding::half_even, Rounding::truncate};
  c.network.rounding = modes[random.below(3)];
  c.network.mitigation = draw_mitigation(random);
  int n_in = draw(random, 1, 20);
  for (int k = 0; k < layers; ++k) {
    const int n_out = random.below(6) == 0 ? 1 : draw(random, 1, 24);
    c.network.layers.push_back(draw_layer(random, n_in, n_out, faulty));
    n_in = n_out;
  }
  c.point = draw_point(random);
  const QuantizedLayer& first = c.network.layers.front();
  for (int s = 0; s < 2; ++s) {
    std::vector<std::int16_t> input;
    for (int j = 0; j < first.n_in; ++j) {
      input.push_back(static_cast<std::int16_t>(
          random.below(3) == 0 ? 0 : draw_code(random, first.formats.activation)));
    }
    c.inputs.push_back(input);
  }
  return c;
}

void expect_equal(const SimulationResult& a, const SimulationResult& b) {
  ASSERT_EQ(a.samples.size(), b.samples.size());
  for (std::size_t s = 0; s < a.samples.size(); ++s) {
    EXPECT_EQ(a.samples[s].cycles, b.samples[s].cycles);
    EXPECT_EQ(a.samples[s].events, b.samples[s].events);
    EXPECT_EQ(a.samples[s].inputs, b.samples[s].inputs);
    EXPECT_EQ(a.samples[s].accumulators, b.samples[s].accumulators);
    EXPECT_EQ(a.samples[s].predicted_class, b.samples[s].predicted_class);
  }
  for (const BankAccessName& kind : bank_access_names()) {
    EXPECT_EQ(a.bank_accesses.*kind.member, b.bank_accesses.*kind.member) << kind.name;
  }
}

/// Both styles, the closed form and the reference, all equal.
void verify_both_styles(const Case& c) {
  const auto stages = simulate(c.network, c.point, c.inputs, SimulationModel::stage_processes);
  const auto lanes = simulate(c.network, c.point, c.inputs, SimulationModel::lane_processes);
  expect_equal(stages, lanes);
  const auto differences = dse::verify_result(c.network, c.point, c.inputs, stages);
  EXPECT_TRUE(differences.empty())
      << differences.size() << " differences, the first: " << differences.front();
}

TEST(MachineEquivalence, SystemCIsTheClosedFormAndTheReference) {
  const char* asked = std::getenv("MINERVA_EQUIVALENCE_CASES");
  const int cases = asked == nullptr ? kCases : std::atoi(asked);
  int stalled = 0, drained_late = 0, partly_filled = 0, partly_chunked = 0, faulty = 0;
  int single_neurons = 0, one_lane = 0, more_weight_banks = 0, more_activation_banks = 0;
  for (int i = 0; i < cases; ++i) {
    const Case c = draw_case(static_cast<std::uint64_t>(i));
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
      drained_late += cycles.drain > 2;
      partly_filled += layer.n_out % c.point.lanes != 0;
      partly_chunked += layer.n_in % c.point.inputs_per_cycle() != 0;
      faulty += !layer.faulty_bits.empty();
      single_neurons += layer.n_out == 1;
    }
  }
  // The draws reach the corners that the test is for.
  for (const int corner : {stalled, one_lane, single_neurons}) EXPECT_GE(corner, cases / 20);
  for (const int corner : {drained_late, partly_filled, partly_chunked, faulty, more_weight_banks,
                           more_activation_banks}) {
    EXPECT_GE(corner, cases / 4);
  }
}

Case draw_wide_case(const DesignPoint& point, const std::vector<int>& widths) {
  KeyedRandom random(kSeed, Stream::test, 2000000);
  Case c;
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
  Case c = draw_wide_case({16, 1, 1, 1, 16, 1, 4.0}, {784, 256, 256, 256, 10});
  const auto cycles_of = [&](SimulationModel model) {
    const SimulationResult result = simulate(c.network, c.point, c.inputs, model);
    LayerCycles sum;
    for (const LayerCycles& layer : result.samples[0].cycles) sum += layer;
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

SteppedPrediction step_through(const Case& c, SimulationModel model) {
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
    for (const std::string& cell : cycle_table_row(state, c.point.lanes)) text += cell + "|";
    for (const StageContent& stage : state.multiply) text += std::to_string(stage.kept) + "|";
    for (int lane = 0; lane < machine.lanes(); ++lane) {
      const LaneRegisters registers = machine.lane(lane);
      text += std::to_string(registers.accumulator) + "," + std::to_string(registers.result) + "|";
    }
    all.cycles.push_back(text);
    const auto k = static_cast<std::size_t>(state.layer);
    LayerCycles& cycles = all.by_cause[k];
    ++(state.cause == CycleCause::fill    ? cycles.fill
       : state.cause == CycleCause::issue ? cycles.issue
       : state.cause == CycleCause::stall ? cycles.stall
                                          : cycles.drain);
    all.words_written[k] += state.words_written;
  }
  EXPECT_EQ(machine.result().cycles, all.by_cause);
  return all;
}

// Both styles are in the same state in every cycle, and the states add up to the closed form.
TEST(MachineEquivalence, EveryCycleIsTheSameInBothStyles) {
  for (std::uint64_t i = 0; i < 300; ++i) {
    const Case c = draw_case(i);
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

// The comparison is not vacuous: another weight in the stored network is seen in the accumulators.
TEST(MachineEquivalence, OneChangedWeightIsSeen) {
  for (std::uint64_t i = 0; i < 20; ++i) {
    Case c = draw_case(1000000 + i);
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
    EXPECT_NE(before.samples[0].accumulators[0], after.accumulators[0]);
  }
}

// One context after the other in one process: results do not depend on what ran before.
TEST(MachineEquivalence, RepeatedSimulationsAreEqual) {
  const Case c = draw_case(7);
  const auto first = simulate(c.network, c.point, c.inputs);
  simulate(draw_case(8).network, draw_case(8).point, draw_case(8).inputs);
  const auto second = simulate(c.network, c.point, c.inputs);
  expect_equal(first, second);
}

// The comparison of bank accesses is not vacuous: one read too many in one bank is seen.
TEST(MachineEquivalence, OneMiscountedAccessIsSeen) {
  const Case c = draw_case(11);
  for (const BankAccessName& kind : bank_access_names()) {
    SimulationResult result = simulate(c.network, c.point, c.inputs);
    ++(result.bank_accesses.*kind.member).back();
    EXPECT_EQ(dse::verify_result(c.network, c.point, c.inputs, result).size(), 1U) << kind.name;
  }
}

}  // namespace
}  // namespace minerva
