#include <gtest/gtest.h>

#include <cstdlib>

#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/base/errors.hpp"
#include "random_machine.hpp"
#include "rtl_bench.hpp"

// The Verilog of random machines in Icarus Verilog, whose bench compares every accumulator,
// activation, class, cycle by cause and access of a memory bank with inference and the closed form.
// MINERVA_RTL_MACHINES asks for more machines.
namespace minerva {
namespace {

using test::BenchRun;
using test::draw_case;
using test::Lie;
using test::RandomCase;
using test::run_bench;

constexpr std::uint64_t kSeed = 20260717;
constexpr int kMachines = 120;
constexpr int kParts = 4;  // tests that run side by side

/// What decides the hardware besides the draw: both kinds of registers, both kinds of storage.
std::vector<ExportedFile> files_of(const RandomCase& c, std::uint64_t index) {
  MachineConfiguration machine = machine_configuration(c.network, c.point);
  if (c.network.mitigation == Mitigation{} && c.network.layers[0].faulty_bits.empty()) {
    machine.weight_storage = WeightStorage::rom;
  }
  RtlOptions options;
  options.clock_gates = index % 3 != 0;
  return rtl_files(c.network, machine, c.inputs, options);
}

class RtlEquivalence : public ::testing::TestWithParam<int> {};

TEST_P(RtlEquivalence, EveryNumberAndCycleOfRandomMachines) {
  if (!test::has_icarus()) GTEST_SKIP() << "no Icarus Verilog, or no make";
  const char* asked = std::getenv("MINERVA_RTL_MACHINES");
  const int machines = (asked == nullptr ? kMachines : std::atoi(asked)) / kParts;
  std::int64_t cycles = 0;
  std::int64_t compared = 0;
  int stalled = 0, partly_filled = 0, partly_chunked = 0, faulty = 0, flagged = 0, several_macs = 0;
  int several_stages = 0, skipping = 0, not_half_up = 0, own_points = 0;
  for (int i = 0; i < machines; ++i) {
    const auto index = static_cast<std::uint64_t>(i * kParts + GetParam());
    const RandomCase c = draw_case(kSeed, index);
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", case " + std::to_string(index) + ": " +
                 to_string(c.point));
    const BenchRun run = run_bench(files_of(c, index));
    ASSERT_TRUE(run.passed) << run.output;
    ASSERT_EQ(run.predictions, static_cast<std::int64_t>(c.inputs.size()));
    ASSERT_EQ(run.cycles, run.predictions * total_cycles(c.network.topology(), c.point));
    // An accumulator, a written word, and more for each neuron.
    for (const QuantizedLayer& layer : c.network.layers) {
      ASSERT_GT(run.compared, run.predictions * 2 * layer.n_out);
    }
    cycles += run.cycles;
    compared += run.compared;
    several_macs += c.point.inputs_per_cycle() > 1;
    several_stages += c.point.multiplier_stages > 1;
    not_half_up += c.network.rounding != Rounding::half_up;
    const LayerFormats& first = c.network.layers[0].formats;
    for (const QuantizedLayer& layer : c.network.layers) {
      stalled += layer_cycles(layer.n_in, layer.n_out, c.point).stall > 0;
      partly_filled += layer.n_out % c.point.lanes != 0;
      partly_chunked += layer.n_in % c.point.inputs_per_cycle() != 0;
      faulty += !layer.faulty_bits.empty();
      flagged += !layer.faulty_bits.empty() && c.network.mitigation.masking == Masking::bit;
      skipping += layer.theta_code > 0;
      own_points += !(layer.formats == first);
    }
  }
  std::printf("%d machines, %lld cycles, %lld numbers compared\n", machines,
              static_cast<long long>(cycles), static_cast<long long>(compared));
  // The draws reach what the test is for.
  for (const int corner : {stalled, flagged}) EXPECT_GE(corner, machines / 20);
  for (const int corner : {partly_filled, partly_chunked, faulty, several_macs, several_stages,
                           skipping, not_half_up, own_points}) {
    EXPECT_GE(corner, machines / 4);
  }
}

// Memories of indices, with faults in them, and the look-up behind the mask.
TEST(RtlOfSharedWeights, EveryNumberOfRandomMachines) {
  if (!test::has_icarus()) GTEST_SKIP() << "no Icarus Verilog, or no make";
  int masked = 0;
  for (std::uint64_t index = 0; index < 24; ++index) {
    RandomCase c = draw_case(kSeed, 5000 + index);
    KeyedRandom random(kSeed, Stream::test, 6000 + index);
    test::share_weights(c.network, random);
    SCOPED_TRACE("case " + std::to_string(index) + ": " + to_string(c.point));
    const BenchRun run = run_bench(files_of(c, index));
    ASSERT_TRUE(run.passed) << run.output;
    ASSERT_EQ(run.predictions, static_cast<std::int64_t>(c.inputs.size()));
    masked +=
        !c.network.layers[0].faulty_bits.empty() && c.network.mitigation.masking != Masking::none;
  }
  EXPECT_GE(masked, 4);
}

INSTANTIATE_TEST_SUITE_P(Part, RtlEquivalence, ::testing::Range(0, kParts));

/// A machine in which everything is at work: stalls, several words and stages, faults that are
/// masked, thresholds, activations that are not 0.
RandomCase busy_case() {
  RandomCase c;
  KeyedRandom random(kSeed, Stream::test, 1000000);
  c.network.rounding = Rounding::half_even;
  c.network.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  for (const auto& [n_in, n_out] : {std::pair<int, int>{7, 13}, {13, 9}, {9, 5}}) {
    QuantizedLayer layer = test::draw_layer(random, n_in, n_out, true);
    layer.formats = {{2, 5}, {4, 3}, {6, 4}};
    layer.theta_code = 3;
    for (auto& weight : layer.weights) {
      weight = static_cast<std::int16_t>(test::draw_code(random, layer.formats.weight));
    }
    for (auto& faults : layer.faulty_bits) {
      faults = static_cast<std::uint16_t>(random.below(4) == 0 ? 1U << random.below(7) : 0U);
    }
    for (auto& bias : layer.biases) bias = static_cast<std::int32_t>(random.below(200));
    c.network.layers.push_back(layer);
  }
  c.point.lanes = 4;
  c.point.macs_per_lane = 3;
  c.point.weight_bandwidth = 3;
  c.point.activation_bandwidth = 3;
  c.point.multiplier_stages = 2;
  c.point.weight_banks = 4;
  for (int s = 0; s < 3; ++s) {
    std::vector<std::int16_t> input;
    for (int j = 0; j < 7; ++j) {
      input.push_back(static_cast<std::int16_t>(
          test::draw_code(random, c.network.layers[0].formats.activation)));
    }
    c.inputs.push_back(input);
  }
  return c;
}

class RtlLie : public ::testing::TestWithParam<Lie> {};

// The bench is not vacuous: each change of the machine, or of what is expected, is seen.
TEST_P(RtlLie, IsSeen) {
  if (!test::has_icarus()) GTEST_SKIP() << "no Icarus Verilog, or no make";
  test::expect_seen(files_of(busy_case(), 1), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Each, RtlLie,
    ::testing::Values(
        // Numbers.
        Lie{"machine_parameters.vh", "ROUNDING = 1", "ROUNDING = 0"},
        Lie{"machine_parameters.vh", "SIGN_ZEROES = 1", "SIGN_ZEROES = 0"},
        Lie{"machine_parameters.vh", "MASKING = 2", "MASKING = 1"},
        Lie{"layer_tables.v", "threshold = 7'd3", "threshold = 7'd4"},
        Lie{"m.v", ".choose(first)", ".choose(1'b0)"},
        Lie{"a.v", "~accumulator[ACCUMULATOR_BITS-1]", "1'b1"},
        // Cycles alone.
        Lie{"write_control.v", "next_words_left <= WRITE_PORTS;", "next_words_left == 0;"},
        Lie{"write_control.v", "~take & next_issued_last_group", "next_issued_last_group"},
        // Accesses alone.
        Lie{"core.v", ".wanted(fetched_kept)", ".wanted({CHUNK{1'b1}})"},
        Lie{"datapath.v", "assign bias_on[l] = on[STAGES] & first",
            "assign bias_on[l] = on[STAGES]"},
        Lie{"core.v", "valid_words & {CHUNK{read & ~first_layer}}", "{CHUNK{read & ~first_layer}}"},
        // What the memories hold.
        Lie{"weights_lane0_bank0.hex", "\n", "1\n"}, Lie{"biases_lane3.hex", "\n", "1\n"},
        Lie{"faults_lane1_bank0.hex", "00\n00\n", "00\n40\n"},
        // What is expected.
        Lie{"expected_accumulators.hex", "\n", "1\n"}, Lie{"expected_activations.hex", "\n", "1\n"},
        Lie{"expected_accesses.hex", "\n", "1\n"},
        Lie{"expected_classes.hex", "0000000", "1000000"},
        Lie{"expected_cycles.hex", "00000000", "00000001"}));

// A machine that is built for further networks would need a sequencer that knows them.
TEST(Rtl, RefusesFurtherNetworks) {
  const RandomCase c = busy_case();
  MachineConfiguration machine = machine_configuration(c.network, c.point);
  machine.also_for.push_back(c.network.topology());
  try {
    rtl_files(c.network, machine, c.inputs);
    FAIL() << "is not refused";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("design.also_for"), std::string::npos);
  }
}

}  // namespace
}  // namespace minerva
