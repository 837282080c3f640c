#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "measured_machine.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/layer_units.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/graph_text.hpp"

// Machines that run several predictions together: structure, cycles, weight reads and cost by hand.
// That SystemC, the closed form and inference agree is in the property tests of machines.
namespace minerva {
namespace {

MeasuredMachine machine_for(const std::string& text, int lanes, int batch_size, int accumulators) {
  MeasuredMachine machine = machine_for_text(text, lanes);
  machine.point.positions_per_weight = accumulators;
  machine.point.batch_size = batch_size;
  machine.activity =
      full_graph_activity(machine.network.graph(), 1, accumulators, batch_size, batch_size);
  return machine;
}

Technology public40() {
  return read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg");
}

std::int64_t weight_reads(const MeasuredMachine& machine, int k) {
  return count_events(machine, k, machine.activity).weight_reads_done;
}

// F1, F2 and M fill two cycles before the first issue. Two inputs of two predictions then issue in
// four cycles, input by input; A takes the first sum while the second one issues, and the last word
// is written in the second cycle after the last issue.
TEST(Batches, TwoPredictionsShareTheFillAndTheDrain) {
  for (const int accumulators : {1, 2}) {
    const MeasuredMachine machine = machine_for("2 1", 1, 2, accumulators);
    const LayerCycles cycles = layer_cycles(machine.network.facts(0), pipeline_of(machine.point));
    EXPECT_EQ(cycles.fill, 2);
    EXPECT_EQ(cycles.issue, 4);
    EXPECT_EQ(cycles.stall, 0);
    EXPECT_EQ(cycles.drain, 2);
    EXPECT_DOUBLE_EQ(mean_cycles(machine, machine.activity), 4);
    EXPECT_EQ(weight_reads(machine, 0), accumulators == 2 ? 2 : 4);
  }
  EXPECT_EQ(total_cycles(machine_for("2 1", 1, 1, 1).network, DesignPoint{}), 6);
}

// Tiles of three predictions in batches of eight: three, three and two.
TEST(Batches, TilesLieInABatch) {
  MeasuredMachine machine = machine_for("10 4", 2, 8, 3);
  EXPECT_EQ(weight_reads(machine, 0), 3 * 10 * 4);
  machine.activity = full_graph_activity(machine.network.graph(), 1, 3, 20, 8);
  EXPECT_EQ(weight_reads(machine, 0), (3 + 3 + 2) * 10 * 4);  // the last batch has four
}

// A convolution's weights serve the positions of one prediction, those of a dense layer a batch.
TEST(Batches, AConvolutionReadsItsWeightsForEachPrediction) {
  const MeasuredMachine machine = machine_for("4x4x1 c2k3 5", 2, 4, 4);
  EXPECT_EQ(weight_reads(machine, 0), 4 * 2 * 9);  // four positions of each of four predictions
  EXPECT_EQ(weight_reads(machine, 1), 5 * 8);
}

TEST(Batches, MemoriesHoldTheTensorsOfAllPredictions) {
  const MachineStructure one = structure_of(machine_for("6x6x2 c4k3 8 3", 4, 1, 1));
  const MachineStructure four = structure_of(machine_for("6x6x2 c4k3 8 3", 4, 4, 1));
  for (const MemoryKind kind : {MemoryKind::inputs, MemoryKind::activations}) {
    EXPECT_EQ(four.of(kind).words, 4 * one.of(kind).words) << to_string(kind);
  }
  EXPECT_EQ(four.of(MemoryKind::weights).words, one.of(MemoryKind::weights).words);
}

// Four groups of weights come once for a batch of four accumulators, where they came four times.
TEST(Batches, WeightsFromOffChipComeOnceForATile) {
  MeasuredMachine machine = machine_for("20 16", 4, 4, 4);
  machine.point.off_chip_words = 2;
  const auto loads = [&] {
    return weight_loads(machine.network.facts(0), pipeline_of(machine.point));
  };
  EXPECT_EQ(loads(), 20 * 16);
  machine.point.positions_per_weight = 1;
  EXPECT_EQ(loads(), 4 * 20 * 16);
}

TEST(Batches, LatencyIsOfTheBatchAndEnergiesOfLayersAddUp) {
  const Technology technology = public40();
  const MeasuredMachine machine = machine_for("40 16 16 4", 4, 8, 4);
  const PpaFigures figures =
      estimate_figures(machine, machine.activity, machine.supply, technology);
  EXPECT_DOUBLE_EQ(figures.latency_ns, 8 * figures.time_ns);
  EXPECT_DOUBLE_EQ(figures.latency_ns,
                   static_cast<double>(total_cycles(machine.network, machine.point)) *
                       machine.point.clock_period_ns);
  double energy_nj = 0;
  double time_ns = 0;
  for (const LayerFigures& layer :
       layer_figures(machine, machine.activity, machine.supply, technology)) {
    energy_nj += layer.energy_nj();
    time_ns += layer.time_ns;
  }
  EXPECT_NEAR(energy_nj, figures.energy_nj, 1e-9 * figures.energy_nj);
  EXPECT_NEAR(time_ns, figures.time_ns, 1e-9 * figures.time_ns);
  const MeasuredMachine single = machine_for("40 16 16 4", 4, 1, 1);
  const PpaFigures alone = estimate_figures(single, single.activity, single.supply, technology);
  EXPECT_LT(figures.time_ns, alone.time_ns);
  EXPECT_GT(figures.latency_ns, alone.latency_ns);
  EXPECT_GT(figures.area_mm2, alone.area_mm2);
  const auto weights = static_cast<std::size_t>(CostGroup::weight_sram);
  EXPECT_LT(figures.parts[weights].dynamic_pj, 0.3 * alone.parts[weights].dynamic_pj);
}

std::string refusal_of(DesignPoint point) {
  try {
    check_design_point(point);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(Batches, APointThatCannotBeIsRefused) {
  DesignPoint point;
  point.batch_size = 6;
  EXPECT_NE(refusal_of(point).find("design.batch_size = '6'"), std::string::npos);
  EXPECT_NE(refusal_of(point).find("power of two"), std::string::npos);
  point.batch_size = 4;
  EXPECT_EQ(refusal_of(point), "");
  point.read_ahead_words = 4;
  EXPECT_NE(refusal_of(point).find("design.read_ahead_words"), std::string::npos);
}

}  // namespace
}  // namespace minerva
