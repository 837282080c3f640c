// Units of the datapath as integers and as text; synthesis is tested with a program.
#include <gtest/gtest.h>

#include <set>

#include "minerva/base/errors.hpp"
#include "minerva/circuit/lane.hpp"

namespace minerva::circuit {
namespace {

using Kind = DatapathUnitKind;

SequencerLayout two_layers() {
  SequencerLayout layout;
  layout.layers = {{3, 2}, {2, 1}};
  layout.chunk_bits = 2;
  layout.lane_bits = 3;
  layout.lanes = 5;
  layout.write_ports = 2;
  return layout;
}

DatapathUnit sequencer(const SequencerLayout& layout) {
  DatapathUnit unit;
  unit.kind = Kind::sequencer;
  unit.sequencer = layout;
  unit.a_bits = layout.bits();
  return unit;
}

/// Layer, group, chunk and lane of what it shows.
std::array<int, 4> counters(std::int64_t shown) {
  return {static_cast<int>(shown >> 10 & 1), static_cast<int>(shown >> 9 & 1),
          static_cast<int>(shown >> 7 & 3), static_cast<int>(shown >> 4 & 7)};
}

TEST(Sequencer, CountsChunksGroupsLayersAndTheLanesThatAreWritten) {
  const DatapathUnit unit = sequencer(two_layers());
  check_unit(unit);
  // By hand: three chunks of two groups, then two chunks of one; a group's five words are written
  // two a cycle in the three cycles after its last chunk.
  const std::array<int, 4> expected[] = {{0, 0, 0, 0}, {0, 0, 1, 0}, {0, 0, 2, 0}, {0, 1, 0, 0},
                                         {0, 1, 1, 2}, {0, 1, 2, 4}, {1, 0, 0, 0}, {1, 0, 1, 2},
                                         {0, 0, 0, 0}, {0, 0, 1, 2}, {0, 0, 2, 4}, {0, 1, 0, 0}};
  std::int64_t shown = unit_begin(unit);
  for (const auto& each : expected) {
    EXPECT_EQ(counters(shown), each);
    EXPECT_EQ(shown & 1, each[2] == 0 ? 1 : 0);
    EXPECT_EQ(shown >> 1 & 1, each[2] == (each[0] == 0 ? 2 : 1) ? 1 : 0);
    EXPECT_EQ(unit_next(unit, shown, 0, 1), shown);  // held
    shown = unit_next(unit, shown, 0, 0);
  }
}

TEST(Sequencer, CountersThatAreTooNarrowAreRefused) {
  SequencerLayout layout = two_layers();
  layout.chunk_bits = 1;
  EXPECT_THROW(check_unit(sequencer(layout)), UserError);
  layout = two_layers();
  layout.layers.clear();
  EXPECT_THROW(check_unit(sequencer(layout)), UserError);
}

TEST(MaskRow, MasksTheWordAsRazorHasReadIt) {
  DatapathUnit unit;
  unit.kind = Kind::mask_row;
  unit.a_bits = 4;
  unit.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  // 0110 with faulty bits 0 and 1: they become the sign, 0.
  EXPECT_EQ(unit_result(unit, 0b0110, 0b0011), 0b0100);
  // 1010, faulty bit 2: it becomes 1.
  EXPECT_EQ(unit_result(unit, -6, 0b0100), -2);
  EXPECT_EQ(unit_result(unit, -6, 0b1000), 0);
  unit.mitigation.sign = SignPolicy::inverted;  // the sign is used as it was read
  EXPECT_EQ(unit_result(unit, -6, 0b1100), -2);
  unit.mitigation.masking = Masking::word;
  EXPECT_EQ(unit_result(unit, -6, 0b0001), 0);
  EXPECT_EQ(unit_result(unit, -6, 0), -6);
}

TEST(AccumulatorMultiplexer, PresetsWithTheBias) {
  DatapathUnit unit;
  unit.kind = Kind::accumulator_multiplexer;
  unit.a_bits = 9;
  unit.b_bits = 4;
  EXPECT_EQ(unit_result(unit, 100, -3 * 2 + 1), -3);
  EXPECT_EQ(unit_result(unit, 100, -3 * 2), 100);
}

TEST(Lane, AddsTheProductsOfKeptInputsToTheBias) {
  LaneUnit lane;
  lane.weight_bits = 4;
  lane.activation_bits = 4;
  lane.product_bits = 6;
  lane.accumulator_bits = 8;
  lane.drop_bits = 1;
  lane.result_drop_bits = 0;
  LaneState state;
  const auto edge = [&](LanePorts ports) { state = lane_next(lane, state, ports); };
  edge({3, 0, 5, true, true, 0, false});    // 15 / 2 rounds to 8
  edge({-2, 0, 3, true, false, 7, false});  // -6 / 2; the bias of the first input is 7
  EXPECT_EQ(state.total, 7 + 8);
  edge({7, 0, 7, false, false, 0, false});  // skipped
  EXPECT_EQ(state.total, 7 + 8 - 3);
  EXPECT_EQ(state.weight, -2);
  edge({0, 0, 0, false, false, 0, true});
  EXPECT_EQ(state.total, 12);
  EXPECT_EQ(state.result, 7);  // saturated to 4 bits
}

TEST(Lane, ModulesOfItsPartsStandOnceAndPartsDoNotOverlap) {
  const LaneUnit lane;
  const UnitCells cells{{"GATE", "CK", "E", "GCK", {}}, {"BUF", "A", "Z"}, {"DRIVER", "A", "Z"}};
  const std::string text = lane_verilog(lane, cells);
  std::set<std::string> modules;
  for (std::size_t at = 0; (at = text.find("module ", at)) != std::string::npos; at += 7) {
    if (at > 0 && text[at - 1] != '\n') continue;  // endmodule
    EXPECT_TRUE(modules.insert(text.substr(at, text.find('(', at) - at)).second);
  }
  std::set<std::string> instances;
  for (const LanePart& part : lane_parts(lane)) {
    EXPECT_TRUE(instances.insert(part.instances).second) << part.instances;
  }
  // Each bit of the shared register has a driver before the buffers of the lanes, if there is one.
  EXPECT_NE(text.find("DRIVER operand_driver_bit5 (.A(held[5]), .Z(driven[5]));"),
            std::string::npos);
  const std::string without = lane_verilog(lane, {cells.gate, cells.buffer, {}});
  EXPECT_EQ(without.find("operand_driver"), std::string::npos);
  EXPECT_NE(without.find("assign driven = held;"), std::string::npos);
}

TEST(Units, WidthsThatAUnitCannotHaveAreRefused) {
  const auto refused = [](Kind kind, int a_bits, int b_bits, int lanes) {
    DatapathUnit unit;
    unit.kind = kind;
    unit.a_bits = a_bits;
    unit.b_bits = b_bits;
    unit.lanes = lanes;
    EXPECT_THROW(check_unit(unit), UserError) << unit.name();
  };
  refused(Kind::mask_row, 4, 0, 0);  // without masking
  refused(Kind::operand_buffer, 4, 0, 0);
  refused(Kind::write_multiplexer, 4, 0, kMostUnitLanes + 1);
  refused(Kind::accumulator_multiplexer, 4, 5, 0);
  refused(Kind::clock_buffer, 1, 0, 0);
}

}  // namespace
}  // namespace minerva::circuit
