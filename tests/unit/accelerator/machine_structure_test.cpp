#include "minerva/accelsim/machine_structure.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/design/design.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva {
namespace {

/// 4-6-3 on 4 lanes x 2 MACs in chunks of two, three write ports, two stages of M.
MachineConfiguration small_machine() {
  MachineConfiguration machine;
  machine.network = Topology{{4, 6, 3}};
  machine.point = {4, 2, 2, 2, 3, 2, 4.0};
  machine.widths = {8, 6, 9, 12};
  machine.thresholds = {true, false};
  machine.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  return machine;
}

void expect_units(const MachineStructure& s, UnitKind kind, int count, int bits) {
  EXPECT_EQ(s.of(kind).count, count) << to_string(kind);
  EXPECT_EQ(s.of(kind).bits, bits) << to_string(kind);
}

TEST(MachineStructure, UnitsByHand) {
  const MachineStructure s = structure_of(small_machine());
  expect_units(s, UnitKind::multiplier, 8, 8);
  EXPECT_EQ(s.of(UnitKind::multiplier).other_bits, 6);
  expect_units(s, UnitKind::saturation_multiplexer, 8, 9);
  expect_units(s, UnitKind::tree_adder, 4, 12);
  expect_units(s, UnitKind::accumulator_adder, 4, 12);
  expect_units(s, UnitKind::rectifier, 4, 12);
  expect_units(s, UnitKind::rounding_adder, 4, 12);
  expect_units(s, UnitKind::comparator, 2, 6);
  expect_units(s, UnitKind::mask_multiplexer, 8, 8);
  expect_units(s, UnitKind::fault_detector, 8, 8);
  MachineConfiguration plain = small_machine();
  plain.thresholds.clear();
  plain.mitigation = {};
  for (const UnitKind kind :
       {UnitKind::comparator, UnitKind::mask_multiplexer, UnitKind::fault_detector}) {
    EXPECT_EQ(structure_of(plain).of(kind).count, 0) << to_string(kind);
  }
}

// Two layers with codebooks of eight entries; the entries stand once, beside all lanes.
TEST(MachineStructure, SharedWeightsByHand) {
  MachineConfiguration machine = small_machine();
  machine.widths.index_bits = 3;
  machine.widths.codebooks = 2;
  const MachineStructure s = structure_of(machine);
  expect_units(s, UnitKind::multiplier, 8, 8);
  expect_units(s, UnitKind::mask_multiplexer, 8, 3);
  expect_units(s, UnitKind::fault_detector, 8, 3);
  expect_units(s, UnitKind::codebook_multiplexer, 8, 8);
  EXPECT_EQ(s.of(UnitKind::codebook_multiplexer).other_bits, 3);
  EXPECT_EQ(s.of(RegisterKind::codebook_entry).count, 16);
  EXPECT_EQ(s.of(RegisterKind::codebook_entry).bits, 8);
  EXPECT_EQ(s.of(RegisterKind::weight).bits, 8);
  EXPECT_EQ(s.of(MemoryKind::weights).word_bits, 3);
  const MachineStructure plain = structure_of(small_machine());
  EXPECT_EQ(plain.of(RegisterKind::codebook_entry).count, 0);
  EXPECT_EQ(plain.of(UnitKind::codebook_multiplexer).count, 0);
  EXPECT_EQ(s.costed_register_bits(), plain.costed_register_bits() + 16 * 8);
  EXPECT_EQ(s.clock_gates(), plain.clock_gates() + 16);
  for (const ClockedBy event : {ClockedBy::weight_read, ClockedBy::load}) {
    EXPECT_EQ(s.bits_clocked_by(event), plain.bits_clocked_by(event));
  }
}

TEST(MachineStructure, SignsNeedNoLookUp) {
  MachineConfiguration machine = small_machine();
  machine.widths.index_bits = 2;
  machine.widths.codebooks = 2;
  machine.widths.sign_weights = true;
  const MachineStructure s = structure_of(machine);
  expect_units(s, UnitKind::multiplier, 8, 2);
  expect_units(s, UnitKind::codebook_multiplexer, 0, 8);
  EXPECT_EQ(s.of(RegisterKind::codebook_entry).count, 0);
  EXPECT_EQ(s.of(RegisterKind::weight).bits, 2);
  EXPECT_EQ(s.of(MemoryKind::weights).word_bits, 2);
}

TEST(MachineStructure, RegistersByHand) {
  const MachineStructure s = structure_of(small_machine());
  const auto expect = [&](RegisterKind kind, int count, int bits) {
    EXPECT_EQ(s.of(kind).count, count) << register_row(kind).name;
    EXPECT_EQ(s.of(kind).bits, bits) << register_row(kind).name;
  };
  expect(RegisterKind::fetched_word, 2, 6);
  expect(RegisterKind::fetched_flag, 2, 1);
  expect(RegisterKind::multiply_word, 2, 6);
  expect(RegisterKind::multiply_flag, 2, 1);
  expect(RegisterKind::weight, 8, 8);
  expect(RegisterKind::product, 8, 9);  // between M1 and M2
  expect(RegisterKind::accumulator, 4, 12);
  expect(RegisterKind::result, 4, 12);
  expect(RegisterKind::operation, 3, 4 + 3 + 3);  // up to 6 neurons and 6 inputs
  expect(RegisterKind::stage_flag, 2, 1);
  expect(RegisterKind::write_lane, 1, 2);
  EXPECT_EQ(s.costed_register_bits(), 2 * 2 * 7 + 8 * 8 + 8 * 9 + 2 * 4 * 12);
  EXPECT_EQ(s.bits_clocked_by(ClockedBy::broadcast_word), 6 + 1 + 1);
  EXPECT_EQ(s.bits_clocked_by(ClockedBy::kept_word), 6);
  EXPECT_EQ(s.ungated_register_bits(), 3 * 2);  // flags of two words
  EXPECT_EQ(s.clock_gates(), 2 * 2 + 4 * (2 + 2 + 1 + 1));
  EXPECT_EQ(s.bits_clocked_by(ClockedBy::weight_read), 8);
  EXPECT_EQ(s.bits_clocked_by(ClockedBy::product), 9);
  EXPECT_EQ(s.bits_clocked_by(ClockedBy::accumulator_update), 12);
  EXPECT_EQ(s.bits_clocked_by(ClockedBy::result_word), 12);
  MachineConfiguration deep = small_machine();
  deep.point.multiplier_stages = 4;
  EXPECT_EQ(structure_of(deep).of(RegisterKind::product).count, 3 * 8);
  EXPECT_EQ(structure_of(deep).bits_clocked_by(ClockedBy::product), 3 * 9);
  MachineConfiguration wide = small_machine();
  wide.widths.activation_bits = 14;  // of a hidden layer's word, wider than any accumulator
  EXPECT_EQ(structure_of(wide).of(RegisterKind::result).bits, 14);
}

TEST(MachineStructure, ControlRegistersByHand) {
  MachineConfiguration machine = small_machine();
  const int counters = 2 * 7 + 3 + 3;  // layer of F1 and of the others, 6 neurons, 6 inputs
  const int flags = 4 * 3 + 2;         // of the chunks in F2, M1, M2; running, fetching
  // 7 rows of weights and the group's first, 3 of biases, 2 of inputs; 2 of activations in three
  // banks, for reads and writes.
  const int addresses = 2 * 3 + 2 + 1 + (1 + 2) + (1 + 2);
  const int writes = 5 + 3 + 2;  // flags, up to 4 words, first lane
  EXPECT_EQ(structure_of(machine).control_register_bits(), counters + flags + addresses + writes);
  EXPECT_EQ(counters + flags + addresses + writes, 59);
  machine.point.write_ports = 4;  // all lanes at once, in four banks
  EXPECT_EQ(structure_of(machine).control_register_bits(), 59 - 2);
  machine.point.multiplier_stages = 3;
  EXPECT_EQ(structure_of(machine).control_register_bits(), 59 - 2 + 4);
}

TEST(MachineStructure, ControlRegistersOfMapsByHand) {
  MachineConfiguration machine;
  machine.network = MachineNetwork(parse_layer_graph("28x28x1 c2k3 m2 c3k3s2 m2 8 10", "test"));
  machine.point.lanes = 2;
  machine.widths = {8, 6, 9, 16};
  const MachineStructure s = structure_of(machine);
  // Windows of 28 rows and as many behind them, in words with a sign and room for a chunk; up to 26
  // x 26 positions, ten channels, pools of two.
  const int word = s.control.address_bits;
  EXPECT_EQ(word, 14);
  const int position = 10, channel = 4, pool = 2, lanes = 2, lane = 1, accumulator = 1;
  const int weight_row = 8;  // 9 + 2 x 18 + 4 x 27 + 5 x 8 words of the lane's one bank
  const int bias_row = 4;    // 1 + 2 + 4 + 5
  const int place = 2 * position + 4 * word + 2 * pool;
  EXPECT_EQ(s.place_word_bits(), place);
  // A prediction runs, chunks are left; two layers, three places; channels of a unit and a group.
  const int walk = 2 + 2 * 7 + 3 * place + accumulator + 4 * channel + lane + weight_row + bias_row +
                   2 * word;
  const int chunk = 5 + 2 + accumulator + lanes + lane + bias_row + word;
  const int operations = 2 * (1 + chunk);  // in F2 and M1
  const int unit = 2 + accumulator + lanes + lane + word;
  const int writes = unit + 1 + 4 + lanes + 2 * lane + word;
  const int weights = 2 * (weight_row + 1);
  EXPECT_EQ(s.control_register_bits(), walk + operations + writes + weights);
  EXPECT_EQ(s.control_register_bits(), 435);
}

TEST(MachineStructure, MemoriesByHand) {
  MachineConfiguration machine = small_machine();
  const auto expect = [&](MemoryKind kind, int copies, int banks, std::int64_t needed,
                          std::int64_t words, int bits) {
    const MemoryArray m = structure_of(machine).of(kind);
    EXPECT_EQ(m.copies, copies) << to_string(kind);
    EXPECT_EQ(m.banks_per_copy, banks) << to_string(kind);
    EXPECT_EQ(m.banks(), copies * banks) << to_string(kind);
    EXPECT_EQ(m.needed_words, needed) << to_string(kind);
    EXPECT_EQ(m.words, words) << to_string(kind);
    EXPECT_EQ(m.word_bits, bits) << to_string(kind);
    EXPECT_EQ(m.ports, 1) << to_string(kind);
  };
  // Two groups of 4 inputs in two banks, then one group of 6.
  expect(MemoryKind::weights, 4, 2, 2 * 2 + 3, 7, 8);
  expect(MemoryKind::biases, 4, 1, 3, 3, 9);
  expect(MemoryKind::inputs, 1, 2, 2, 2, 6);
  expect(MemoryKind::activations, 2, 3, 2, 2, 6);  // 6 words in 3 banks
  machine.point.weight_bank_words = 64;
  expect(MemoryKind::weights, 4, 2, 7, 64, 8);
  machine.also_for = {Topology{{10, 5, 5}}};
  expect(MemoryKind::weights, 4, 2, 2 * 5 + 2 * 3, 64, 8);
  expect(MemoryKind::biases, 4, 1, 4, 4, 9);
  expect(MemoryKind::inputs, 1, 2, 5, 5, 6);
  expect(MemoryKind::activations, 2, 3, 2, 2, 6);  // its own hidden layer is the larger
}

TEST(MachineStructure, LatenciesByHand) {
  const LanePipeline p = structure_of(small_machine()).pipeline;
  EXPECT_EQ(p.cycles_before_issue(), 3);  // F1, F2 and M1; M2 issues
  EXPECT_EQ(p.groups(6), 2);
  EXPECT_EQ(p.chunks(5), 3);
  EXPECT_EQ(p.write_cycles(4), 2);
  EXPECT_EQ(p.activate_cycles, 1);
}

// Every weight and bias has a place of its own, and the words that a lane reads in a cycle are in
// banks of their own.
TEST(MemoryLayout, NoTwoWordsShareAPlaceAndNoTwoOfACycleABank) {
  for (const Topology& topology :
       {Topology{{4, 6, 3}}, Topology{{13, 7, 20, 5}}, Topology{{1, 1}}}) {
    for (const int banks : {2, 3, 5}) {
      DesignPoint point{4, 2, 2, 2, 3, 2, 4.0};
      point.weight_banks = banks;
      const LaneMemoryLayout layout(topology, point);
      EXPECT_EQ(layout.weight_rows(), weight_words_per_bank(topology, point));
      std::set<std::tuple<int, int, std::int64_t>> weights;
      std::set<std::pair<int, std::int64_t>> biases;
      std::int64_t words = 0, neurons = 0;
      for (int k = 0; k < topology.layers(); ++k) {
        for (int i = 0; i < topology.fan_out(k); ++i) {
          const int lane = lane_of(i, point.lanes);
          const int group = group_of(i, point.lanes);
          ASSERT_EQ(neuron_of(group, lane, point.lanes), i);
          ASSERT_LT(layout.bias_row(k, group), layout.bias_rows());
          biases.insert({lane, layout.bias_row(k, group)});
          ++neurons;
          LaneMemoryLayout::Address next = layout.weight(k, group, 0);
          for (int j = 0; j < topology.fan_in(k); ++j, ++words, layout.to_next_input(next)) {
            const LaneMemoryLayout::Address at = layout.weight(k, group, j);
            ASSERT_EQ(at.bank, next.bank);
            ASSERT_EQ(at.row, next.row);
            ASSERT_LT(at.row, layout.weight_rows());
            if (j > 0) {
              ASSERT_NE(at.bank, layout.weight(k, group, j - 1).bank);
            }
            weights.insert({lane, at.bank, at.row});
          }
        }
      }
      EXPECT_EQ(static_cast<std::int64_t>(weights.size()), words);
      EXPECT_EQ(static_cast<std::int64_t>(biases.size()), neurons);
    }
  }
}

TEST(MemoryLayout, BanksShareWordsEvenly) {
  for (const int banks : {1, 3, 7}) {
    for (int n = 0; n < 30; ++n) {
      int words = 0;
      for (int bank = 0; bank < banks; ++bank) {
        int counted = 0;
        for (int i = 0; i < n; ++i) counted += bank_of(i, banks) == bank;
        ASSERT_EQ(words_in_bank(n, bank, banks), counted);
        ASSERT_LE(counted, rows_for(n, banks));
        words += counted;
      }
      ASSERT_EQ(words, n);
    }
  }
  for (int i = 0; i < 30; ++i) ASSERT_EQ(word_of(row_of(i, 7), bank_of(i, 7), 7), i);
  const MachineNetwork chain = Topology{{9, 4, 6, 5, 3}};
  EXPECT_EQ(chain.regions(), 2);
  EXPECT_EQ(chain.region_words(), 6);
  for (int k = 0; k < 3; ++k) {
    EXPECT_EQ(chain.region_written(k), k % 2);
    EXPECT_EQ(chain.region_of_tensor(k + 1), k % 2);
  }
}

Design small_design() {
  Network network;
  for (const auto& [n_in, n_out] : {std::pair{5, 4}, std::pair{4, 3}}) {
    NetworkLayer layer;
    layer.weights.setConstant(n_out, n_in, 0.25F);
    layer.biases.setConstant(n_out, 0.5F);
    network.layers.push_back(layer);
  }
  Design design;
  design.network = std::make_shared<const GraphNetwork>(graph_network(network));
  design.plan = uniform_plan(2, {{1, 5}, {3, 2}, {2, 6}});
  design.plan.layers[1].activation = {4, 3};
  design.thresholds = {{0.0, 0.01}};
  design.mitigation = {Masking::word, SignPolicy::zero, Detector::razor};
  design.supply = {0.6, 1e-3};
  design.point = {3, 2, 2, 2, 2, 1, 4.0};
  design.also_for = {Topology{{8, 8}}};
  return design;
}

TEST(MachineConfiguration, OfADesignIsThatOfItsQuantizedNetwork) {
  const Design design = small_design();
  const MachineConfiguration machine = machine_configuration(design);
  QuantizedNetwork quantized =
      chain_network(quantize_graph(*design.network, design.plan, design.thresholds));
  quantized.mitigation = design.mitigation;
  const MachineConfiguration same = machine_configuration(quantized, design.point);
  EXPECT_EQ(machine.network, same.network);
  EXPECT_EQ(machine.thresholds, same.thresholds);
  EXPECT_EQ(machine.thresholds, (std::vector<bool>{false, true}));  // 0.01 is rounded up to a code
  EXPECT_EQ(machine.widths.weight_bits, same.widths.weight_bits);
  EXPECT_EQ(machine.widths.activation_bits, 7);
  EXPECT_EQ(same.widths.activation_bits, 7);
  EXPECT_EQ(machine.widths.product_bits, same.widths.product_bits);
  EXPECT_EQ(machine.widths.accumulator_bits, same.widths.accumulator_bits);
  EXPECT_EQ(machine.mitigation, same.mitigation);
  EXPECT_TRUE(machine.point == design.point);
  ASSERT_EQ(machine.also_for.size(), 1U);
  EXPECT_EQ(machine.also_for.front(), MachineNetwork(design.also_for.front()));
  EXPECT_TRUE(same.also_for.empty());
}

TEST(MachineConfiguration, RefusesAPlanOfAnotherNetwork) {
  Design design = small_design();
  design.plan.layers.pop_back();
  EXPECT_THROW(machine_configuration(design), UserError);
  design = small_design();
  design.thresholds.theta.push_back(1);
  EXPECT_THROW(machine_configuration(design), UserError);
  design = small_design();
  design.thresholds.theta[0] = 100;
  EXPECT_THROW(machine_configuration(design), UserError);
  design.network = nullptr;
  EXPECT_THROW(machine_configuration(design), ContractViolation);
}

}  // namespace
}  // namespace minerva
