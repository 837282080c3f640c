#include "minerva/design/read_ahead.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "measured_machine.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/verify_point.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/network/graph_text.hpp"
#include "random_machine.hpp"

// Machines that read ahead: cycles, structure and cost by hand, what a queue may not do, and the
// mean over samples. That SystemC and the closed form agree is in machine_equivalence_test.
namespace minerva {
namespace {

constexpr std::uint64_t kSeed = 20170207;

LayerCycles cycles_of(std::int64_t fill, std::int64_t issue, std::int64_t stall, std::int64_t drain,
                      std::int64_t input_stall) {
  LayerCycles cycles;
  cycles.fill = fill;
  cycles.issue = issue;
  cycles.stall = stall;
  cycles.drain = drain;
  cycles.input_stall = input_stall;
  return cycles;
}

// The diagrams of docs/timing.md, without the 1 + s cycles in which the pipeline fills.
TEST(ReadAhead, SchedulesByHand) {
  EXPECT_EQ(read_ahead_cycles({1, 0, 0, 2, 0}, 3, {2, 3, 2, 2}), cycles_of(0, 8, 0, 2, 3));
  EXPECT_EQ(read_ahead_cycles({2, 2}, 1, {2, 2, 1, 1}), cycles_of(0, 4, 0, 2, 0));
  // Nothing is kept: the last of three chunks queues a word without a product, 2 slots late.
  EXPECT_EQ(read_ahead_cycles({0, 0, 0}, 1, {4, 4, 1, 1}), cycles_of(2, 1, 0, 2, 0));
}

// One word a group, ten groups of two neurons, one port: A accepts a group every 2 cycles, as in
// "Write-back stops the pipeline" of docs/timing.md.
TEST(ReadAhead, WriteBackStopsTheQueue) {
  EXPECT_EQ(read_ahead_cycles({1}, 10, {1, 1, 2, 1}), cycles_of(0, 5, 3, 4, 0));
  EXPECT_EQ(read_ahead_cycles({0}, 10, {1, 1, 2, 1}), cycles_of(0, 5, 3, 4, 0));
}

// A queue changes nothing where nothing is skipped.
TEST(ReadAhead, KeptInputsTakeTheCyclesOfTheLaneArray) {
  KeyedRandom random(kSeed, Stream::test, 0);
  const auto draw = [&](int most) {
    return 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(most)));
  };
  for (int i = 0; i < 2000; ++i) {
    DesignPoint point;
    point.lanes = draw(9);
    point.write_ports = draw(9);
    point.multiplier_stages = draw(4);
    const int n_in = draw(40);
    const int n_out = draw(40);
    LayerCycles lanes = layer_cycles(n_in, n_out, point);
    point.activation_bandwidth = draw(8);
    point.read_ahead_words = point.activation_bandwidth + draw(8) - 1;
    lanes.fill -= 1 + point.multiplier_stages;
    ASSERT_EQ(unskipped_read_ahead_cycles(n_in, n_out, read_ahead_of(point)), lanes)
        << to_string(point) << ", " << n_in << " inputs, " << n_out << " neurons";
  }
}

// A longer queue, more words a cycle or fewer kept words never take longer than the bounds say.
TEST(ReadAhead, ALongerQueueIsNeverSlowerAndNoMachineBeatsItsBounds) {
  KeyedRandom random(kSeed, Stream::test, 1);
  int faster = 0;
  for (int i = 0; i < 2000; ++i) {
    const int words = 1 + static_cast<int>(random.below(8));
    std::vector<int> kept(1 + random.below(20));
    std::int64_t all = 0;
    for (int& each : kept) {
      each = static_cast<int>(random.below(static_cast<std::uint64_t>(words) + 1));
      all += each;
    }
    const int groups = 1 + static_cast<int>(random.below(6));
    std::int64_t before = 0;
    for (int queue = words; queue <= words + 24; queue += 3) {
      const std::int64_t total = read_ahead_cycles(kept, groups, {words, queue, 1, 1}).total();
      const std::int64_t chunks = static_cast<std::int64_t>(kept.size());
      ASSERT_GE(total, groups * std::max(all, chunks)) << i;
      if (queue > words) {
        ASSERT_LE(total, before) << i;
        faster += total < before;
      }
      before = total;
    }
  }
  EXPECT_GE(faster, 200);
}

DesignPoint queued_point() {
  DesignPoint point;
  point.lanes = 4;
  point.activation_bandwidth = 4;
  point.write_ports = 1;
  point.read_ahead_words = 6;
  return point;
}

std::string refusal_of(const DesignPoint& point) {
  try {
    check_design_point(point);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(ReadAhead, WhatAQueueCannotBeIsRefused) {
  EXPECT_EQ(refusal_of(queued_point()), "");
  DesignPoint point = queued_point();
  point.read_ahead_words = 3;
  EXPECT_EQ(refusal_of(point),
            "design.read_ahead_words = '3': needs at least design.activation_bandwidth = 4, the "
            "words that F1 reads in a cycle and may keep");
  point = queued_point();
  point.macs_per_lane = 4;
  EXPECT_EQ(refusal_of(point),
            "design.read_ahead_words = '6': needs design.macs_per_lane = 1, not 4: kept inputs "
            "that follow each other may have their weights in one bank of a lane");
  point = queued_point();
  point.off_chip_words = 2;
  EXPECT_EQ(refusal_of(point),
            "design.read_ahead_words = '6': needs design.off_chip_words = 0, not 2: weights from "
            "off chip come for all inputs");
  LayerGraph maps = parse_layer_graph("6x6x1 c4k3 10", "network");
  check_graph(maps, "network");
  try {
    check_read_ahead(maps, queued_point());
    FAIL() << "a network of maps";
  } catch (const UserError& error) {
    EXPECT_EQ(std::string(error.what())
                  .rfind("design.read_ahead_words = '6': needs a chain of "
                         "dense layers",
                         0),
              0U)
        << error.what();
  }
}

// 9 inputs need 4 bits of an index; with a kept bit and an end bit 6 beside the 8 of X.
TEST(ReadAhead, StructureByHand) {
  MeasuredMachine machine;
  machine.network = Topology({9, 8, 4});
  machine.widths = {8, 8, 12, 21};
  machine.point = queued_point();
  machine.thresholds = {true, true};
  const MachineStructure structure = structure_of(machine);
  EXPECT_EQ(structure.of(UnitKind::comparator).count, 4);
  EXPECT_EQ(structure.of(UnitKind::multiplier).count, 4);
  EXPECT_EQ(structure.of(RegisterKind::fetched_word).count, 1);
  EXPECT_EQ(structure.of(RegisterKind::queued_word).count, 5);
  EXPECT_EQ(structure.of(RegisterKind::queued_word).bits, 8);
  EXPECT_EQ(structure.of(RegisterKind::queued_index).count, 6);
  EXPECT_EQ(structure.of(RegisterKind::queued_index).bits, 4 + 2);
  EXPECT_EQ(structure.of(UnitKind::queue_multiplexer).count, 2 * 4 * 2 + 5);
  EXPECT_EQ(structure.of(UnitKind::queue_multiplexer).bits, 8 + 6);
  EXPECT_EQ(structure.queue_levels(), 2 * 2 + 3);
  EXPECT_EQ(structure.of(MemoryKind::inputs).banks_per_copy, 4);
}

// Two samples of one layer: one keeps everything, one nothing. Energy and time are of the mean, and
// the queue costs its words.
TEST(ReadAhead, CostByHand) {
  const Technology technology =
      read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg");
  MeasuredMachine machine;
  machine.network = Topology({9, 8});
  machine.widths = {8, 8, 12, 21};
  machine.point = queued_point();
  machine.point.multiplier_stages = 2;
  machine.thresholds = {true};
  KeptInputs kept(Topology({9, 8}), 2);
  for (int j = 0; j < 9; ++j) kept.layers[0].keep(0, j);
  machine.activity.samples = 2;
  machine.activity.layers = {{9, 9, 9}};
  count_read_ahead(kept, read_ahead_of(machine.point), machine.activity);
  // Two groups of four neurons: 9 words each, or one without a product after 3 chunks, of which
  // the second group's comes 3 slots after the first one's. One port writes a group in 4 cycles, so
  // that A accepts the second group 4 cycles after the first one, one cycle later than it could.
  const LayerCycles all = count_cycles(machine, 0, machine.activity);
  EXPECT_EQ(all, cycles_of(2 * 3 + 2, 18 + 2, 0, (1 + 4) + (1 + 1 + 4), 2));
  const PpaFigures figures = estimate_figures(machine, technology);
  EXPECT_EQ(figures.time_ns, 4.0 * (3 + 18 + 5 + 3 + 2 + 2 + 2 + 6) / 2);
  const PartFigures queue = figures.components[static_cast<std::size_t>(Component::input_queue)];
  const UnitFigures bit = technology.multiplexer_bit;
  EXPECT_DOUBLE_EQ(queue.dynamic_pj, 10.0 * 7 * 14 * bit.energy_pj);
  EXPECT_DOUBLE_EQ(queue.leakage_uw, 21.0 * 14 * bit.leakage_uw);
  EXPECT_DOUBLE_EQ(queue.area_um2, 21.0 * 14 * bit.area_um2);
  const auto layers = layer_figures(machine, machine.activity, machine.supply, technology);
  EXPECT_NEAR(layers[0].energy_nj(), figures.energy_nj, 1e-12 * figures.energy_nj);

  machine.activity.read_ahead.queue_words = 7;
  EXPECT_THROW(estimate_figures(machine, technology), ContractViolation);
  machine.activity.read_ahead = {};
  EXPECT_THROW(estimate_figures(machine, technology), ContractViolation);
  machine.activity = full_activity(Topology({9, 8}), 1, 1);
  EXPECT_EQ(estimate_figures(machine, technology).cycles, 3 + 18 + 5);
}

// What the engine counts over samples is the sum of what the reference keeps of each of them, at
// any number of threads, and with a base of earlier results.
TEST(ReadAhead, TheEngineCountsTheCyclesOfEverySample) {
  std::int64_t waited = 0;
  for (std::uint64_t i = 0; i < 40; ++i) {
    test::RandomCase c = test::draw_case(kSeed, i);
    test::read_ahead(c, i);
    const QuantizedGraph network = quantized_graph(c.network);
    const QFormat x = c.network.layers.front().formats.activation;
    KeyedRandom random(kSeed, Stream::test, 100 + i);
    Samples samples;
    constexpr int kSamples = 130;  // more than two blocks of the engine
    Eigen::MatrixXf values(c.network.layers.front().n_in, kSamples);
    std::vector<std::vector<std::int16_t>> inputs(kSamples);
    for (int s = 0; s < kSamples; ++s) {
      for (int j = 0; j < values.rows(); ++j) {
        const auto code =
            static_cast<std::int16_t>(random.below(3) == 0 ? 0 : test::draw_code(random, x));
        inputs[static_cast<std::size_t>(s)].push_back(code);
        values(j, s) = static_cast<float>(code * x.step());
      }
    }
    samples.inputs = values;
    samples.labels.assign(kSamples, 0);
    std::vector<LayerCycles> sums(c.network.layers.size());
    const MachineConfiguration machine = machine_configuration(network, c.point);
    for (const auto& sample : cycles_of_each(network, c.point, inputs)) {
      for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += sample[k];
    }
    const ActivityCounting counting = counting_for(network.graph, c.point);
    for (const int threads : {1, 2}) {
      FixedEvaluator evaluator(samples, {}, threads);
      for (int again = 0; again < 2; ++again) {
        const ActivityProfile activity = evaluator.evaluate(network, counting).activity;
        for (std::size_t k = 0; k < sums.size(); ++k) {
          ASSERT_EQ(count_cycles(machine, static_cast<int>(k), activity), sums[k]) << i;
        }
      }
    }
    for (const LayerCycles& sum : sums) waited += sum.input_stall;
  }
  EXPECT_GT(waited, 0);
}

}  // namespace
}  // namespace minerva
