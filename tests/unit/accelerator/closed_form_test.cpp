#include <gtest/gtest.h>

#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/simulate.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

const Topology kBook{{784, 256, 256, 256, 10}};

LayerCycles sum(const std::vector<LayerCycles>& layers) {
  LayerCycles total;
  for (const LayerCycles& layer : layers) total += layer;
  return total;
}

QuantizedNetwork network_of_ones(const std::vector<int>& widths) {
  QuantizedNetwork network;
  for (std::size_t k = 0; k + 1 < widths.size(); ++k) {
    QuantizedLayer layer;
    layer.n_in = widths[k];
    layer.n_out = widths[k + 1];
    layer.formats = {{4, 0}, {6, 0}, {8, 0}};
    layer.weights.assign(static_cast<std::size_t>(layer.n_in * layer.n_out), 1);
    layer.biases.assign(static_cast<std::size_t>(layer.n_out), 0);
    network.layers.push_back(layer);
  }
  return network;
}

TEST(ClosedForm, BookMachineTakesTheCyclesOfAnIndependentSimulation) {
  DesignPoint point;  // 16 lanes x 1 MAC
  point.write_ports = 16;
  EXPECT_EQ(sum(count_cycles(kBook, point)).issue, 20992);
  EXPECT_EQ(total_cycles(kBook, point), 21008);
  point.write_ports = 1;
  EXPECT_EQ(sum(count_cycles(kBook, point)).issue, 20992);
  EXPECT_EQ(total_cycles(kBook, point), 21062);
  for (int stages = 2; stages <= 5; ++stages) {
    point.multiplier_stages = stages;
    EXPECT_EQ(total_cycles(kBook, point), 21062 + 4 * (stages - 1));
  }
}

// F1 in cycles 0 and 1, F2 in 1 and 2, M in 2 and 3, A in 4, WB in 5.
TEST(ClosedForm, OneLaneOneNeuron) {
  const DesignPoint point{1, 1, 1, 1, 1, 1, 4.0};
  const LayerCycles by_hand{2, 2, 0, 2};
  EXPECT_EQ(layer_cycles(2, 1, point), by_hand);
  EXPECT_EQ(simulate(network_of_ones({2, 1}), point, {{3, 4}}).batches[0].cycles[0], by_hand);
}

// Groups of three with one port: products in cycles 2, 3 and 6, since A takes the groups in 3, 6
// and 9, each after the three writes of the group before; the last write is in 12.
TEST(ClosedForm, WriteBackHoldsThePipeline) {
  const DesignPoint point{3, 1, 1, 1, 1, 1, 4.0};
  const LayerCycles by_hand{2, 3, 2, 6};
  EXPECT_EQ(layer_cycles(1, 9, point), by_hand);
  EXPECT_EQ(simulate(network_of_ones({1, 9}), point, {{3}}).batches[0].cycles[0], by_hand);
}

// 5 inputs, 2 a cycle: 3 issue cycles a group; groups of 4 and 1 with 3 stages. Products in 4..6
// and 7..9, A in 7 and 10, writes in 8, 9 (4 words, 2 ports) and 11.
TEST(ClosedForm, PartlyFilledGroupAndChunk) {
  const DesignPoint point{4, 2, 2, 2, 2, 3, 4.0};
  const LayerCycles by_hand{4, 6, 0, 2};
  EXPECT_EQ(layer_cycles(5, 5, point), by_hand);
  const auto run = simulate(network_of_ones({5, 5}), point, {{1, 2, 3, 4, 5}}).batches[0];
  EXPECT_EQ(run.cycles[0], by_hand);
  EXPECT_EQ(run.accumulators[0], std::vector<std::int64_t>(5, 15));
}

TEST(ClosedForm, EventsOfALayerByHand) {
  // 3 neurons on 2 lanes: 2 groups of 4 words; 2 samples, in all 5 words of 8 kept in 3 chunks.
  const DesignPoint point{2, 2, 2, 2, 1, 1, 4.0};
  const EventCounts events = count_events(4, 3, 0, point, {5, 2, 3}, 2, true);
  EXPECT_EQ(events.input_reads, 16);
  EXPECT_EQ(events.activation_reads, 0);
  EXPECT_EQ(events.comparisons, 16);
  EXPECT_EQ(events.weight_reads_done, 15);
  EXPECT_EQ(events.weight_reads_skipped, 9);
  EXPECT_EQ(events.macs_done, 15);
  EXPECT_EQ(events.macs_skipped, 9);
  EXPECT_EQ(events.accumulator_updates, 9);
  EXPECT_EQ(events.bias_reads, 6);
  EXPECT_EQ(events.words_written, 6);
  EXPECT_EQ(count_events(4, 3, 1, point, {5, 2, 3}, 2, false).activation_reads, 16);
  EXPECT_EQ(count_events(4, 3, 1, point, {5, 2, 3}, 2, false).comparisons, 0);
}

// 5-3-4 on 2 lanes, 2 activations a cycle; 3 weight banks a lane, 2 activation banks a half. Kept
// of 2 samples: in layer 1 inputs 0, 1, 3 and 0, 4; in layer 2 inputs 0, 2 and none.
TEST(ClosedForm, BankAccessesByHand) {
  DesignPoint point{2, 2, 2, 2, 1, 1, 4.0};
  point.weight_banks = 3;
  const std::vector<BankActivity> kept = {{{3, 2, 0}}, {{1, 0, 1}}};
  const BankAccesses all = count_bank_accesses(Topology{{5, 3, 4}}, point, kept, 2);
  // Lane 0 has neurons 0 and 2 of both layers; lane 1 has one of layer 1 and two of layer 2.
  EXPECT_EQ(all.weight_reads, (std::vector<std::int64_t>{6 + 2, 4, 2, 3 + 2, 2, 2}));
  EXPECT_EQ(all.bias_reads, (std::vector<std::int64_t>{8, 6}));
  // 2 groups and 2 samples; inputs 0, 2, 4 and 1, 3.
  EXPECT_EQ(all.input_reads, (std::vector<std::int64_t>{12, 8}));
  // Layer 1 writes half 0: activations 0, 2 and 1; layer 2 reads them in 2 groups.
  EXPECT_EQ(all.activation_writes, (std::vector<std::int64_t>{4, 2, 0, 0}));
  EXPECT_EQ(all.activation_reads, (std::vector<std::int64_t>{8, 4, 0, 0}));
  EXPECT_THROW(count_bank_accesses(Topology{{5, 3, 4}}, point, {{{1, 1}}, {{1, 1}}}, 2),
               ContractViolation);
  EXPECT_THROW(count_bank_accesses(Topology{{5, 3}}, point, kept, 2), ContractViolation);
}

TEST(ClosedForm, ActivityOfAnotherMachineIsRefused) {
  MachineConfiguration design;
  design.network = Topology{{4, 3}};
  EXPECT_THROW(count_events(design, full_activity(Topology{{4, 3}}, 2)), ContractViolation);
  EXPECT_THROW(count_events(design, full_activity(Topology{{4, 3, 2}}, 1)), ContractViolation);
  EXPECT_EQ(count_events(design, full_activity(Topology{{4, 3}}, 1)).front().macs_done, 12);
  EXPECT_THROW(layer_cycles(0, 3, design.point), ContractViolation);
}

TEST(Simulate, RefusesWhatItCannotRun) {
  const QuantizedNetwork network = network_of_ones({2, 1});
  DesignPoint point;
  EXPECT_THROW(simulate(network, point, {{1, 2, 3}}), ContractViolation);
  point.lanes = 0;
  EXPECT_THROW(simulate(network, point, {{1, 2}}), UserError);
  EXPECT_TRUE(simulate(network, DesignPoint{}, {}).batches.empty());
}

TEST(Simulate, LowestIndexWinsATie) {
  const auto run = simulate(network_of_ones({2, 4}), DesignPoint{}, {{1, 2}}).batches[0];
  EXPECT_EQ(run.predicted_classes, std::vector<int>{0});
}

}  // namespace
}  // namespace minerva
