#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "graph_case.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/layer_units.hpp"
#include "rtl_bench.hpp"

// The Verilog of random networks of maps on random machines with 1 to 16 accumulators a lane, in
// Icarus Verilog, whose bench compares every sum, written word and its place, class, cycle by cause
// and access of a memory bank with inference and the closed form. MINERVA_RTL_MACHINES asks for
// more machines.
namespace minerva {
namespace {

using test::BenchRun;
using test::Lie;
using test::run_bench;

constexpr int kMachines = 60;
constexpr int kStreamingMachines = 40;
constexpr int kBatchMachines = 40;
constexpr int kParts = 4;  // tests that run side by side
constexpr std::uint64_t kFirstCase = 20000000;
/// Of a prediction, of the machines that ./check simulates.
constexpr std::int64_t kMostCycles = 1500;

std::vector<ExportedFile> files_of(const GraphCase& c, std::uint64_t index) {
  RtlOptions options;
  options.clock_gates = index % 3 != 0;
  return rtl_files(c.network, machine_configuration(c.network, c.point), c.inputs, options);
}

/// What a draw reaches.
void note(const GraphCase& c, std::map<std::string, int>& seen) {
  const MachineNetwork network = c.network.graph;
  seen["several accumulators"] += c.point.positions_per_weight > 1;
  seen["several stages"] += c.point.multiplier_stages > 1;
  bool padded = false, depthwise = false, fused = false, pools = false, adds = false,
       faulty = false, stalls = false, skips = false;
  const std::vector<LayerCycles> cycles = count_cycles(network, c.point);
  for (int k = 0; k < network.layers(); ++k) {
    const LayerFacts& layer = network.facts(k);
    const Window& w = network.graph().layer(k).window;
    padded = padded || (layer.kind == GraphLayerKind::conv2d && w.top + w.left > 0);
    depthwise = depthwise || layer.groups > 1;
    fused = fused || layer.fused;
    pools = pools || (!layer.has_weights() && !layer.fused);
    adds = adds || layer.adds;
    faulty = faulty || !c.network.layer(k).faulty_bits.empty();
    skips = skips || c.network.layer(k).theta_code > 0;
    stalls = stalls || cycles[static_cast<std::size_t>(k)].stall > 0;
  }
  seen["padding"] += padded;
  seen["depthwise"] += depthwise;
  seen["fused pool"] += fused;
  seen["pool of its own"] += pools;
  seen["added tensor"] += adds;
  seen["faults"] += faulty;
  seen["stalls"] += stalls;
  seen["thresholds"] += skips;
}

/// Every weight comes from off chip. One network in four is a chain of dense layers.
GraphCase draw_streaming_case(std::uint64_t index) {
  GraphCase c = draw_graph_case(index);
  KeyedRandom random(kGraphCaseSeed + 1, Stream::test, index);
  if (index % 4 == 0) {
    std::string text = std::to_string(drawn(random, 1, 9));
    for (int k = drawn(random, 1, 3); k > 0; --k) text += " " + std::to_string(drawn(random, 1, 9));
    const LayerGraph graph = parse_layer_graph(text, "test");
    c.network = random_quantized_graph(random, graph, random_plan(random, graph));
    for (std::vector<std::int16_t>& input : c.inputs) {
      input.clear();
      for (int j = 0; j < graph.inputs(); ++j) {
        input.push_back(static_cast<std::int16_t>(
            test::draw_code(random, c.network.layer(0).formats.activation)));
      }
    }
  }
  for (QuantizedLayer& layer : c.network.layers) layer.faulty_bits.clear();
  c.point.off_chip_words = drawn(random, 1, chance(random, 0.5) ? 4 : 40);
  return c;
}

/// What a draw of these reaches.
void note_stream(const GraphCase& c, std::map<std::string, int>& seen) {
  const MachineNetwork network = c.network.graph;
  const LanePipeline pipeline = pipeline_of(c.point);
  const std::vector<LayerCycles> cycles = count_cycles(network, c.point);
  bool waits = false, stays = false, passes = false, odd = false, cut = false;
  for (int k = 0; k < network.layers(); ++k) {
    const LayerFacts& layer = network.facts(k);
    if (!layer.has_weights()) continue;
    const LayerUnits units = units_of(layer, pipeline);
    const bool again = weight_passes(layer, units, pipeline) > 1;
    waits = waits || cycles[static_cast<std::size_t>(k)].weight_stall > 0;
    stays = stays || (units.of_position() <= 2 && layer.positions > 1);
    passes = passes || again;
    odd = odd || (again && units.of_position() % 2 == 1);
    cut = cut || pipeline.loaded_words(units.full.channels) < pipeline.stream_words;
  }
  seen["weight stalls"] += waits;
  seen["stays in the buffers"] += stays;
  seen["several passes"] += passes;
  seen["halves that change between passes"] += odd;
  seen["more words than banks"] += cut;
  seen["dense chain"] += network.is_dense_chain();
}

/// Networks without weights are refused, and long predictions are for whoever asks for them.
bool is_simulated(const GraphCase& c, bool quick) {
  if (c.network.graph.weight_count() == 0) return false;
  return !quick || total_cycles(c.network.graph, c.point) <= kMostCycles;
}

/// Every number and cycle of the machines of one part, as `draw` draws them.
void run_machines(int part, int usual, GraphCase (*draw)(std::uint64_t index)) {
  if (!test::has_icarus()) GTEST_SKIP() << "no Icarus Verilog, or no make";
  const char* asked = std::getenv("MINERVA_RTL_MACHINES");
  const int machines = (asked == nullptr ? usual : std::atoi(asked)) / kParts;
  std::int64_t cycles = 0;
  std::int64_t compared = 0;
  for (int i = 0; i < machines; ++i) {
    const std::uint64_t index = kFirstCase + static_cast<std::uint64_t>(i * kParts + part);
    const GraphCase c = draw(index);
    if (!is_simulated(c, asked == nullptr)) continue;
    SCOPED_TRACE(text_of(c, index));
    const BenchRun run = run_bench(files_of(c, index));
    ASSERT_TRUE(run.passed) << run.output;
    ASSERT_EQ(run.predictions, static_cast<std::int64_t>(c.inputs.size()) / c.point.batch_size);
    ASSERT_EQ(run.cycles, run.predictions * total_cycles(c.network.graph, c.point));
    ASSERT_GT(run.compared, run.predictions * 2 * c.network.graph.outputs());
    cycles += run.cycles;
    compared += run.compared;
  }
  std::printf("%d machines, %lld cycles, %lld numbers compared\n", machines,
              static_cast<long long>(cycles), static_cast<long long>(compared));
}

class RtlConvolution : public ::testing::TestWithParam<int> {};

TEST_P(RtlConvolution, EveryNumberAndCycleOfRandomMachines) {
  run_machines(GetParam(), kMachines, draw_graph_case);
}

INSTANTIATE_TEST_SUITE_P(Part, RtlConvolution, ::testing::Range(0, kParts));

class RtlStream : public ::testing::TestWithParam<int> {};

// The same of machines whose weights come from off chip: stalls for weights are a cause of cycles,
// and writes into the lanes' buffers are accesses.
TEST_P(RtlStream, EveryNumberAndCycleOfRandomMachines) {
  run_machines(GetParam(), kStreamingMachines, draw_streaming_case);
}

INSTANTIATE_TEST_SUITE_P(Part, RtlStream, ::testing::Range(0, kParts));

/// Two to four predictions run together, and two batches one after the other; the weights of every
/// third machine come from off chip.
GraphCase draw_batch_case(std::uint64_t index) {
  GraphCase c = index % 3 == 0 ? draw_streaming_case(index) : draw_graph_case(index);
  KeyedRandom random(kGraphCaseSeed + 2, Stream::test, index);
  c.point.batch_size = chance(random, 0.5) ? 2 : 4;
  draw_inputs(random, 2 * c.point.batch_size, c);
  return c;
}

class RtlBatch : public ::testing::TestWithParam<int> {};

// The same of predictions that run together: sums, words and their places, the class of each
// prediction, and weights that dense layers read once for several of them.
TEST_P(RtlBatch, EveryNumberAndCycleOfRandomMachines) {
  run_machines(GetParam(), kBatchMachines, draw_batch_case);
}

INSTANTIATE_TEST_SUITE_P(Part, RtlBatch, ::testing::Range(0, kParts));

TEST(RtlBatchDraws, ReachEveryCorner) {
  std::map<std::string, int> seen;
  for (int i = 0; i < kBatchMachines; ++i) {
    const GraphCase c = draw_batch_case(kFirstCase + static_cast<std::uint64_t>(i));
    if (!is_simulated(c, true)) continue;
    const MachineNetwork network = c.network.graph;
    bool shares = false, adds = false, fuses = false;
    for (int k = 0; k < network.layers(); ++k) {
      const LayerFacts& layer = network.facts(k);
      shares = shares || (layer.kind == GraphLayerKind::dense && c.point.positions_per_weight > 1);
      adds = adds || layer.adds;
      fuses = fuses || layer.fused;
    }
    seen["predictions that share weights"] += shares;
    seen["added tensor"] += adds;
    seen["fused pool"] += fuses;
    seen["off chip"] += c.point.streams_weights();
  }
  EXPECT_EQ(seen.size(), 4U);
  for (const auto& [corner, times] : seen) EXPECT_GE(times, 1) << corner;
}

TEST(RtlBatchRefusals, ABenchOfPartsOfBatchesIsRefused) {
  GraphCase c = draw_graph_case(kFirstCase);
  c.point.batch_size = 4;
  EXPECT_THROW(files_of(c, 1), UserError);
}

TEST(RtlStreamDraws, ReachEveryCorner) {
  std::map<std::string, int> seen;
  for (int i = 0; i < kStreamingMachines; ++i) {
    const GraphCase c = draw_streaming_case(kFirstCase + static_cast<std::uint64_t>(i));
    if (is_simulated(c, true)) note_stream(c, seen);
  }
  EXPECT_EQ(seen.size(), 6U);
  for (const auto& [corner, times] : seen) EXPECT_GE(times, 1) << corner;
}

// The draws of all parts together reach what the test is for.
TEST(RtlConvolutionDraws, ReachEveryCorner) {
  std::map<std::string, int> seen;
  for (int i = 0; i < kMachines; ++i) {
    const GraphCase c = draw_graph_case(kFirstCase + static_cast<std::uint64_t>(i));
    if (is_simulated(c, true)) note(c, seen);
  }
  EXPECT_EQ(seen.size(), 10U);
  for (const auto& [corner, times] : seen) EXPECT_GE(times, 2) << corner;
}

/// A machine in which everything that a lie is about is at work: padding, a fused pool whose rows
/// are taken while the window before is written, an added tensor of another fraction, tiles.
const GraphCase& busy_case() {
  static const GraphCase made = [] {
    GraphCase c;
    KeyedRandom random(kGraphCaseSeed, Stream::test, 50000000);
    const LayerGraph graph = parse_layer_graph("6x8x2 c8k1 m2 c8k3p1+2 4", "test");
    QuantizationPlan plan;
    do {
      plan = random_plan(random, graph);
    } while (added_shift(graph, plan, 2) == 0);
    c.network = random_quantized_graph(random, graph, plan);
    c.point.lanes = 4;
    c.point.macs_per_lane = c.point.weight_bandwidth = c.point.activation_bandwidth = 2;
    c.point.write_ports = 1;
    c.point.positions_per_weight = 3;
    const QFormat x = c.network.layer(0).formats.activation;
    for (int s = 0; s < 2; ++s) {
      std::vector<std::int16_t> input;
      for (int j = 0; j < graph.inputs(); ++j) {
        input.push_back(static_cast<std::int16_t>(test::draw_code(random, x)));
      }
      c.inputs.push_back(input);
    }
    return c;
  }();
  return made;
}

class RtlMapLie : public ::testing::TestWithParam<Lie> {};

// The bench is not vacuous: each change of the machine, or of what is expected, is seen.
TEST_P(RtlMapLie, IsSeen) {
  if (!test::has_icarus()) GTEST_SKIP() << "no Icarus Verilog, or no make";
  SCOPED_TRACE(text_of(busy_case(), 0));
  test::expect_seen(files_of(busy_case(), 1), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Each, RtlMapLie,
                         ::testing::Values(
                             // Numbers.
                             Lie{"m.v", "wide <<< added_shift", "wide"},
                             Lie{"a.v", "takes_a | a > b", "a > b"},
                             Lie{"sequencer.v", "k < words & row_present", "k < words"},
                             Lie{"position.v", "ends_window ? row - row_back", "ends_window ? row"},
                             // Cycles alone.
                             Lie{"write_control.v", "(~next_ends | next_words_left <= WRITE_PORTS)",
                                 "(next_words_left <= WRITE_PORTS)"},
                             Lie{"write_control.v", "& ~(can_take & i == 0)", ""},
                             // Accesses alone.
                             Lie{"f1.v", "& ~held", ""},
                             // What is expected.
                             Lie{"expected_sums.hex", "\n", "1\n"},
                             Lie{"expected_words.hex", "\n", "1\n"},
                             Lie{"expected_places.hex", "00000000", "00000001"},
                             Lie{"expected_cycles.hex", "00000000", "00000001"},
                             Lie{"expected_accesses.hex", "\n", "1\n"}));

/// Units that begin in lane 1; three units a position, so that halves change from pass to pass;
/// loads that wait for a half, and units that wait for loads while others wait to be written.
const GraphCase& streaming_case() {
  static const GraphCase made = [] {
    GraphCase c = busy_case();
    KeyedRandom random(kGraphCaseSeed, Stream::test, 50000001);
    const LayerGraph graph = parse_layer_graph("4x4x2 d6k2 c2k1 c5k1 3", "test");
    c.network = random_quantized_graph(random, graph, random_plan(random, graph));
    for (QuantizedLayer& layer : c.network.layers) layer.faulty_bits.clear();
    c.point.lanes = 2;
    c.point.positions_per_weight = 1;
    c.point.off_chip_words = 4;
    for (std::vector<std::int16_t>& input : c.inputs) {
      input.resize(static_cast<std::size_t>(graph.inputs()));
      for (std::int16_t& code : input) {
        code = static_cast<std::int16_t>(
            test::draw_code(random, c.network.layer(0).formats.activation));
      }
    }
    return c;
  }();
  return made;
}

class RtlStreamLie : public ::testing::TestWithParam<Lie> {};

TEST_P(RtlStreamLie, IsSeen) {
  if (!test::has_icarus()) GTEST_SKIP() << "no Icarus Verilog, or no make";
  SCOPED_TRACE(text_of(streaming_case(), 0));
  test::expect_seen(files_of(streaming_case(), 1), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Each, RtlStreamLie,
    ::testing::Values(
        // Numbers.
        Lie{"weight_stream.v", "stays ? unit : even", "1'b0"},
        Lie{"weight_stream.v", "pass_done ? first_word : next_address", "next_address"},
        Lie{"weight_stream.v", "to_lane = to_lane - LANES", "to_lane = to_lane"},
        // Cycles alone.
        Lie{"weight_stream.v", "filled < 2", "filled < 1"},
        Lie{"weight_stream.v", "channels > k / WEIGHT_BANKS", "k < 1"},
        Lie{"sequencer.v", "valid[0] & last_of_unit & advance", "read & ends_unit"},
        Lie{"write_control.v", "blocks & ~next_starved", "blocks"},
        // What is expected.
        Lie{"weights_off_chip.hex", "\n", "1\n"},
        Lie{"expected_cycles.hex", "00000000", "00000001"},
        Lie{"expected_accesses.hex", "\n", "1\n"}));

TEST(RtlConvolutionInput, ANetworkWithoutWeightsIsRefused) {
  LayerGraph graph({4, 4, 2});
  GraphLayer pool;
  pool.kind = GraphLayerKind::sum_pool;
  pool.window = {4, 4, 4, 4, 0, 0, 0, 0};
  graph.add(pool, "test");
  check_graph(graph, "test");
  KeyedRandom random(kGraphCaseSeed, Stream::test, 0);
  const QuantizedGraph network = random_quantized_graph(random, graph, random_plan(random, graph));
  const std::vector<std::vector<std::int16_t>> inputs(1, std::vector<std::int16_t>(32));
  try {
    rtl_files(network, machine_configuration(network, DesignPoint{}), inputs);
    FAIL() << "is not refused";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("a layer with weights"), std::string::npos);
  }
}

}  // namespace
}  // namespace minerva
