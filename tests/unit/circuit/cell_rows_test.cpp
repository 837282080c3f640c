// Rows of a technology file from figures that are made up, so that each row can be worked out.
#include "minerva/circuit/cell_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace minerva::circuit {
namespace {

/// A plan of two lanes: the machine's, of 8 x 6 bits, and one of an accumulator of 24 bits.
RowPlan small_plan() {
  RowPlan plan;
  plan.node = "a|b";
  plan.machine = lane_for(8, 6, 16);
  plan.grid = {plan.machine};
  LaneUnit wide = lane_for(12, 12, 16);
  wide.accumulator_bits = 24;
  plan.sums = {plan.machine, wide};
  plan.comparators = {6};
  plan.sequencer = unit_of(DatapathUnitKind::sequencer, 12);
  plan.sequencer.sequencer.layers = {{2, 2}};
  plan.sequencer.sequencer.layer_bits = 2;
  plan.sequencer.sequencer.group_bits = 2;
  plan.sequencer.sequencer.chunk_bits = 2;
  plan.sequencer.sequencer.lane_bits = 4;
  plan.network = "digits 784-10";
  return plan;
}

/// Figures that tell units and streams apart: their energy is `base_fj`.
UnitMeasurement figures(double base_fj) {
  UnitMeasurement f;
  f.operations = 100;
  f.cells = 10;
  f.area_um2 = 40;
  f.longest_path_ns = 0.5;
  f.internal_fj = base_fj - 4;
  f.switching_fj = 4;
  f.driven_clock_fj = 3;
  f.input_nets_fj = 2;
  f.clock_net_fj = 1;
  f.leakage_nw = 500;
  return f;
}

double stream_fj(const std::string& stream) {
  return stream == "uniform" ? 80 : stream == "run" ? 16 : stream == "run_kept" ? 48 : 8;
}

Characterization measured(const RowPlan& plan) {
  Characterization all;
  all.library_name = "cells";
  all.library_digest = std::string(64, 'f');
  all.voltage_v = 1;
  all.temperature_c = 25;
  all.synthesis = "Yosys 0.23 (git sha1 7ce)";
  std::vector<LaneUnit> lanes = plan.grid;
  lanes.push_back(plan.sums[1]);
  for (const LaneUnit& lane : lanes) {
    for (const char* stream : {"uniform", "idle", "run", "run_kept"}) {
      for (const LanePart& part : lane_parts(lane)) {
        all.rows.push_back({part.unit, stream, lane.name(), part.role, figures(stream_fj(stream))});
      }
    }
  }
  for (const DatapathUnit& unit : units_of_rows(plan)) {
    for (const char* stream : {"uniform", "idle", "run"}) {
      all.rows.push_back({unit, stream, "", "", figures(stream_fj(stream))});
    }
  }
  for (const DatapathUnit& unit : timed_units_of_rows(plan)) {
    all.rows.push_back({unit, "timing", "", "", figures(0)});
  }
  return all;
}

const FigureRow* find(const CellRows& rows, const std::string& key) {
  for (const FigureRow& row : rows.rows) {
    if (row.key() == key) return &row;
  }
  return nullptr;
}

double value(const CellRows& rows, const std::string& key) {
  const FigureRow* row = find(rows, key);
  EXPECT_NE(row, nullptr) << key;
  return row == nullptr ? 0 : row->value;
}

CellRows rows_of(const RowPlan& plan, const Characterization& all) {
  return cell_rows(plan, all, CharacterizationOptions());
}

TEST(CellRows, AreWorkedOutFromLanesAndUnits) {
  const RowPlan plan = small_plan();
  const CellRows rows = rows_of(plan, measured(plan));
  EXPECT_TRUE(rows.notes.empty());
  EXPECT_EQ(value(rows, "multiplier_energy[8x6]"), 0.08);
  EXPECT_EQ(value(rows, "multiplier_energy_dense[8x6]"), 0.016);
  EXPECT_EQ(value(rows, "multiplier_energy_kept[8x6]"), 0.048);
  EXPECT_EQ(value(rows, "multiplier_leakage[8x6]"), 0.5);
  EXPECT_EQ(value(rows, "multiplier_delay[8x6]"), 0.5);
  EXPECT_EQ(value(rows, "adder_energy_kept[24]"), 0.048);
  EXPECT_EQ(value(rows, "rounding_energy[9]"), 0.08);
  EXPECT_EQ(value(rows, "rounding_energy[14]"), 0.08);
  EXPECT_EQ(value(rows, "comparator_energy_dense[6]"), 0.016);
  // Weight of 8 bits and accumulator of 19: 160 fJ of 27 bits.
  EXPECT_EQ(value(rows, "register_bit_write_energy"), 0.005926);
  // A gate without the 3 fJ that it drives; a register of 16 bits that keeps its word.
  EXPECT_EQ(value(rows, "clock_gate_energy"), 0.077);
  EXPECT_EQ(value(rows, "clock_gate_idle_energy"), 0.005);
  EXPECT_EQ(value(rows, "register_bit_idle_energy"), 0.0005);
  // 3 fJ of pins and 15 further wires of 1 fF at 1 V, of 16 pins; the buffer's 76 + 1 fJ of them,
  // and its own buffers' 1/15.
  EXPECT_EQ(value(rows, "clock_pin_energy"), 0.001125);
  EXPECT_EQ(value(rows, "clock_buffer_share"), 456.3);
  // 16 fJ of the lane's buffers and a sixteenth of the driver's 16 fJ, of 6 bits; likewise 40 um2.
  EXPECT_EQ(value(rows, "operand_buffer_bit_energy"), 0.002833);
  EXPECT_EQ(value(rows, "operand_buffer_bit_area"), 7.083);
  EXPECT_EQ(value(rows, "mask_row_bit_energy"), 0.002);
  // Multiplexer and rectifier, of 19 bits.
  EXPECT_EQ(value(rows, "accumulator_multiplexer_bit_energy"), 0.008421);
  // 16 lanes of 19 bits, 16 + 2 fJ.
  EXPECT_EQ(value(rows, "write_multiplexer_bit_energy"), 5.921e-05);
  // Counters of 10 bits with their clock pins.
  EXPECT_EQ(value(rows, "sequencer_bit_energy"), 0.0081);
  EXPECT_EQ(rows.replaced, std::vector<std::string>{"clock_energy"});
}

TEST(CellRows, LanesOfFewSamplesAreScaledByTheMachinesOwn) {
  const RowPlan plan = small_plan();
  Characterization all = measured(plan);
  // Of the machine's lane, over few samples: half as much as over all, and a quarter.
  for (const LanePart& part : lane_parts(plan.machine)) {
    all.rows.push_back({part.unit, kFewSamples, plan.machine.name(), part.role, figures(8)});
    all.rows.push_back({part.unit, kFewSamplesKept, plan.machine.name(), part.role, figures(12)});
  }
  const CellRows rows = rows_of(plan, all);
  EXPECT_EQ(value(rows, "adder_energy_dense[24]"), 2 * 0.016);
  EXPECT_EQ(value(rows, "adder_energy_kept[24]"), 4 * 0.048);
  EXPECT_EQ(value(rows, "adder_energy_kept[19]"), 0.048);  // its own
  EXPECT_EQ(value(rows, "multiplier_energy_dense[8x6]"), 0.016);
  EXPECT_EQ(value(rows, "adder_energy[24]"), 0.08);  // uniform operands have no samples
}

TEST(CellRows, SayNodeSourceAndOperandsInTheirColumns) {
  const RowPlan plan = small_plan();
  const CellRows rows = rows_of(plan, measured(plan));
  const FigureRow* kept = find(rows, "multiplier_energy_kept[8x6]");
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(kept->node, "a/b");  // a bar would begin another column
  EXPECT_EQ(kept->source, "minerva characterize, cells (sha256 ffffffffffff), Yosys 0.23");
  EXPECT_EQ(kept->conditions,
            "8 x 6 bits in a lane, 4 ns, 1 V, 25 C, 1 fF a net, operands of digits 784-10: only "
            "inputs that are kept");
  EXPECT_EQ(find(rows, "multiplier_law")->value_text, "piecewise_bilinear");
}

TEST(CellRows, GroupsWithoutTheirCellsOrStreamsAreLeftOut) {
  const RowPlan plan = small_plan();
  Characterization all = measured(plan);
  const auto remove = [&](const auto& goes) {
    all.rows.erase(std::remove_if(all.rows.begin(), all.rows.end(), goes), all.rows.end());
  };
  remove([](const CharacterizedUnit& row) {
    return row.unit.kind == DatapathUnitKind::clock_gate ||
           row.unit.kind == DatapathUnitKind::clock_buffer;
  });
  remove([&](const CharacterizedUnit& row) {
    return row.lane == plan.sums[1].name() && row.operands == "run_kept";
  });
  const CellRows rows = rows_of(plan, all);
  EXPECT_EQ(rows.notes.size(), 3u);
  EXPECT_EQ(find(rows, "clock_gate_energy"), nullptr);
  EXPECT_EQ(find(rows, "register_bit_write_energy"), nullptr);
  EXPECT_EQ(find(rows, "clock_pin_energy"), nullptr);
  EXPECT_TRUE(rows.replaced.empty());
  EXPECT_EQ(find(rows, "multiplier_energy_dense[8x6]"), nullptr);
  EXPECT_EQ(value(rows, "multiplier_energy[8x6]"), 0.08);
  EXPECT_EQ(value(rows, "mask_row_bit_energy"), 0.01);  // of uniform operands then
}

/// A core of 8 lanes x 2 MACs of the plan's widths; every part takes `part_fj`.
ReferenceCore core(int stages, double part_fj, double kept,
                   const DatapathWidths& widths = {8, 6, 9, 19}) {
  MachineConfiguration machine;
  machine.network = Topology{{16, 8, 4}};
  machine.widths = widths;
  machine.point = {8, 2, 2, 2, 2, stages, 4.0};
  ReferenceCore made;
  made.structure = structure_of(machine);
  CoreEvents& e = made.events;
  e.cycles = 10;
  const double share = kept > 0 ? kept : 1;
  // Of what is not skipped, a fifth is of zeros behind zeros.
  const auto count = [&](double all) {
    return kept > 0 ? MeanCount{all * share, all * share, 0, 0}
                    : MeanCount{all, 0, 0.2 * all, 0.8 * all};
  };
  e.macs = count(100);
  e.additions = count(50);
  e.updates = count(40);
  e.kept_words = count(20);
  e.written_bits = {200 + 100 * share, kept > 0 ? 100 * share : 0, 0, 0};
  if (kept == 0) e.written_bits = {300, 0, 60, 180};
  e.idle_bits = 30;
  e.rectified_words = 2;
  e.result_bits = 25;
  e.gates_enabled = 5;
  e.gates_idle = 15;
  e.clock_pins = 400;
  made.figures.cycles = 10;
  made.figures.cycle_ns = 4;
  made.figures.parts.fill({part_fj / 2, part_fj / 2, 80});
  made.figures.area_um2.fill(1710);
  return made;
}

TEST(CellRows, RowsOfACoreAreWhatItsPartsTakeOverHowOftenTheyAreUsed) {
  const RowPlan plan = small_plan();
  const Characterization all = measured(plan);
  const ReferenceCores cores = {core(1, 1000, 0),
                                core(1, 600, 0.5),
                                core(2, 500, 0),
                                core(2, 450, 0.5),
                                {core(1, 1500, 0), core(1, 1200, 0.5)},
                                {core(1, 500, 0), core(1, 300, 0.5)},
                                {core(2, 1000, 0), core(2, 675, 0.5)},
                                {core(2, 250, 0), core(2, 225, 0.5)},
                                core(1, 400, 0),
                                core(2, 200, 0),
                                core(1, 3000, 0, {16, 16, 16, 24}),
                                core(2, 3000, 0, {16, 16, 16, 24}),
                                core(1, 600, 0, {16, 16, 16, 24}),
                                core(2, 600, 0, {16, 16, 16, 24})};
  const CellRows rows = cell_rows(plan, all, CharacterizationOptions(), &cores);
  const CellRows without = rows_of(plan, all);
  // 20 fJ an addition of dense operands, 24 of kept ones, where the lane has 16 and 48.
  EXPECT_EQ(value(rows, "adder_energy_dense[19]"), 0.02);
  EXPECT_EQ(value(rows, "adder_energy_kept[24]"), 0.024);
  EXPECT_EQ(value(rows, "adder_energy[19]"), value(without, "adder_energy[19]"));
  EXPECT_EQ(value(rows, "rounding_energy_dense[9]"), 0.01);
  EXPECT_EQ(value(rows, "rounding_energy_kept[14]"), 0.012);
  // 10 fJ a multiplication, 12 a kept one.
  EXPECT_EQ(value(rows, "multiplier_energy_dense[8x6]"), 0.01);
  EXPECT_EQ(value(rows, "multiplier_energy_kept[8x6]"), 0.012);
  // By the MACs of a lane: cores of one and of four over those of two.
  EXPECT_EQ(value(rows, "one_mac_multiplier_dense"), 1.5);
  EXPECT_EQ(value(rows, "one_mac_rounding_kept"), 2);
  EXPECT_EQ(value(rows, "one_mac_adder_kept"), 2);
  EXPECT_EQ(value(rows, "doubled_macs_adder_dense"), 0.5);
  EXPECT_EQ(value(rows, "one_mac_registered_adder_dense"), 2);
  EXPECT_EQ(value(rows, "one_mac_registered_adder_kept"), 1.5);
  EXPECT_EQ(value(rows, "doubled_macs_registered_adder_kept"), 0.5);
  EXPECT_EQ(value(rows, "one_mac_selection_dense"), 1.5);
  EXPECT_EQ(value(rows, "one_mac_selection_kept"), 2);
  EXPECT_EQ(value(rows, "doubled_macs_selection_dense"), 0.5);
  // Cores of zeros take 0.4 of the dense ones; what a fifth of these saves, the others take more:
  // 1 + 0.2 x 0.6 / 0.8.
  for (const char* kind : {"multiplier", "rounding", "adder", "selection"}) {
    EXPECT_EQ(value(rows, std::string("zero_operands_") + kind), 0.4) << kind;
    EXPECT_EQ(value(rows, std::string("nonzero_operands_") + kind), 1.15) << kind;
  }
  // Bits that keep their word take 0.5 fJ: 600 - 30 of 1,500 - 30.
  EXPECT_EQ(value(rows, "zero_operands_register"), 0.3878);
  EXPECT_EQ(value(rows, "nonzero_operands_register"), 1.204);
  // Wide formats have rows of their own cores where their widths stand in a table, and ratios by
  // bit elsewhere: (3,000 - 15) / (750 - 15) of a register, 3,000 / 750 x 9 / 16 of selection.
  EXPECT_EQ(value(rows, "adder_energy_dense[24]"), 0.06);
  EXPECT_EQ(value(rows, "narrow_format_bits"), 23);
  EXPECT_EQ(value(rows, "wide_format_bits"), 48);
  EXPECT_EQ(value(rows, "wide_register_dense"), 4.061);
  EXPECT_EQ(value(rows, "wide_selection_dense"), 2.25);
  EXPECT_EQ(value(rows, "wide_zero_operands_multiplier"), 0.2);
  EXPECT_EQ(value(rows, "wide_nonzero_operands_adder"), 1.2);
  EXPECT_EQ(value(rows, "registered_adder_dense"), 0.5);
  EXPECT_EQ(value(rows, "registered_adder_kept"), 0.75);
  EXPECT_EQ(value(rows, "registered_rounding_kept"), 0.75);
  // Two stages have 4 flip-flops more; 2,550 fJ of 10 cycles of both machines, twice.
  const double bits = cores.dense.structure.control_register_bits();
  EXPECT_EQ(cores.registered_dense.structure.control_register_bits(), bits + 4);
  EXPECT_NEAR(value(rows, "control_bit_energy"), 2.55 / (20 * (2 * bits + 4)), 1e-7);
  EXPECT_NEAR(value(rows, "control_bit_area"), 1710 / 2.0 * (1 / bits + 1 / (bits + 4)), 0.01);
  // 1,500 fJ of 200 products of 9 bits; 80 fJ in 40 ns of 16 x 9 bits.
  EXPECT_EQ(value(rows, "selection_bit_energy_dense"), 0.0008333);
  EXPECT_EQ(value(rows, "selection_bit_energy_kept"), 0.001167);
  EXPECT_EQ(value(rows, "selection_bit_leakage"), 0.01389);
  // Bits that keep their word take 0.5 fJ: 1,500 - 2 x 30 x 0.5 of 600 bits; of 1,050 - 30 with
  // thresholds, 400 dense bits take 980, and 100 kept ones the rest.
  EXPECT_EQ(value(rows, "register_bit_write_energy_dense"), 0.00245);
  EXPECT_EQ(value(rows, "register_bit_write_energy_kept"), 0.0004);
  // Gates that are not enabled take 5 fJ: 2,550 - 60 x 5 of 20.
  EXPECT_EQ(value(rows, "clock_gate_energy"), 0.1125);
  EXPECT_EQ(value(rows, "clock_pin_energy"), 0.001594);
  // 60 kept words of 7 bits to 8 lanes.
  EXPECT_EQ(value(rows, "operand_buffer_bit_energy"), 0.0007589);
  EXPECT_EQ(value(rows, "operand_buffer_bit_area"), 15.27);
  // 80 updates of 19 bits, and 4 words of 80 fJ that are rectified.
  EXPECT_EQ(value(rows, "accumulator_multiplexer_bit_energy_dense"), 0.0007763);
  EXPECT_EQ(value(rows, "accumulator_multiplexer_bit_area"), 9.145);
  EXPECT_EQ(value(rows, "write_multiplexer_bit_energy"), 0.003188);
  EXPECT_EQ(find(rows, "sequencer_bit_energy"), nullptr);
  EXPECT_EQ(std::count(rows.replaced.begin(), rows.replaced.end(), "sequencer_bit_energy"), 1);
  EXPECT_EQ(find(without, "control_bit_energy"), nullptr);
}

TEST(CellRows, ProductsAreNarrowerThanSumsByAsMuchAsTheMachines) {
  const LaneUnit machine = lane_for(8, 6, 16);  // 9 of 19 bits
  EXPECT_EQ(product_bits_of_sum(machine, 26), 16);
  EXPECT_EQ(product_bits_of_sum(machine, 12), 2);
  EXPECT_EQ(product_bits_of_sum(machine, 8), 2);
}

}  // namespace
}  // namespace minerva::circuit
