#include <gtest/gtest.h>

#include <cstdlib>

#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/simulate.hpp"
#include "minerva/core/random.hpp"
#include "minerva/dse/verify_point.hpp"
#include "minerva/nn/fixed_engine.hpp"

// SystemC against the closed form and the integer reference on random small networks, formats,
// roundings, thresholds, faults and machines: every cycle by cause, count, accumulator and class.
// MINERVA_EQUIVALENCE_CASES asks for more cases.
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
  c.point.lanes = random.below(5) == 0 ? 1 : draw(random, 2, 9);
  c.point.macs_per_lane = draw(random, 1, 5);
  c.point.weight_bandwidth = draw(random, 1, c.point.macs_per_lane);
  c.point.activation_bandwidth = draw(random, 1, c.point.macs_per_lane);
  c.point.write_ports = random.below(2) == 0 ? 1 : draw(random, 1, 10);
  c.point.multiplier_stages = draw(random, 1, 4);
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

TEST(MachineEquivalence, SystemCIsTheClosedFormAndTheReference) {
  const char* asked = std::getenv("MINERVA_EQUIVALENCE_CASES");
  const int cases = asked == nullptr ? kCases : std::atoi(asked);
  int stalled = 0, drained_late = 0, partly_filled = 0, partly_chunked = 0, faulty = 0;
  for (int i = 0; i < cases; ++i) {
    const Case c = draw_case(static_cast<std::uint64_t>(i));
    const auto differences = dse::verify_point(c.network, c.point, c.inputs);
    ASSERT_TRUE(differences.empty())
        << "seed " << kSeed << ", case " << i << ": " << to_string(c.point) << ": "
        << differences.size() << " differences, the first: " << differences.front();
    for (const QuantizedLayer& layer : c.network.layers) {
      const LayerCycles cycles = layer_cycles(layer.n_in, layer.n_out, c.point);
      stalled += cycles.stall > 0;
      drained_late += cycles.drain > 2;
      partly_filled += layer.n_out % c.point.lanes != 0;
      partly_chunked += layer.n_in % c.point.inputs_per_cycle() != 0;
      faulty += !layer.faulty_bits.empty();
    }
  }
  // The draws reach the corners that the test is for.
  EXPECT_GE(stalled, cases / 20);
  for (const int corner : {drained_late, partly_filled, partly_chunked, faulty}) {
    EXPECT_GE(corner, cases / 4);
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
  ASSERT_EQ(first.samples.size(), second.samples.size());
  for (std::size_t s = 0; s < first.samples.size(); ++s) {
    EXPECT_EQ(first.samples[s].cycles, second.samples[s].cycles);
    EXPECT_EQ(first.samples[s].events, second.samples[s].events);
    EXPECT_EQ(first.samples[s].accumulators, second.samples[s].accumulators);
  }
  EXPECT_EQ(first.bank_accesses.weight_reads, second.bank_accesses.weight_reads);
}

}  // namespace
}  // namespace minerva
