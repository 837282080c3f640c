#include <gtest/gtest.h>

#include <string>

#include "measured_machine.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/layer_units.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/graph_text.hpp"

// Machines whose weights come from off chip: structure, loads, cycles and cost by hand. That
// SystemC and the closed form agree is in the property tests of machines.
namespace minerva {
namespace {

MeasuredMachine machine_for(const std::string& text, int lanes, int off_chip_words,
                            int positions = 1) {
  MeasuredMachine machine = machine_for_text(text, lanes);
  machine.point.write_ports = lanes;
  machine.point.multiplier_stages = 2;
  machine.point.positions_per_weight = positions;
  machine.point.off_chip_words = off_chip_words;
  machine.activity = full_graph_activity(machine.network.graph(), 1, positions);
  return machine;
}

Technology public40() {
  return read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg");
}

std::int64_t loads(const MeasuredMachine& machine, int k) {
  return weight_loads(machine.network.facts(k), pipeline_of(machine.point));
}

std::string refusal_of(const MeasuredMachine& machine, const Technology& technology) {
  try {
    estimate_figures(machine, machine.activity, machine.supply, technology);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(OffChipWeights, ALaneHasTwoHalvesOfTheLargestNeuron) {
  MeasuredMachine machine = machine_for("9-8-4", 4, 2);
  machine.point.macs_per_lane = machine.point.activation_bandwidth = 2;
  machine.point.weight_bandwidth = machine.point.weight_banks = 2;
  const MemoryArray buffers = structure_of(machine).of(MemoryKind::weights);
  EXPECT_EQ(buffers.copies, 4);
  EXPECT_EQ(buffers.banks_per_copy, 2 * 2);
  EXPECT_EQ(buffers.words, 5);  // ceil(9 / 2)
}

TEST(OffChipWeights, LayersOfOneOrTwoUnitsAreLoadedOnce) {
  // Units of a position: ceil(3 / 4) = 1, ceil(8 / 4) = 2, ceil(9 / 4) = 3.
  const char* const network = "6x6x2 c3k3p1 c8k3p1 c9k3p1 2";
  const MeasuredMachine machine = machine_for(network, 4, 3);
  EXPECT_EQ(loads(machine, 0), 3 * 18);
  EXPECT_EQ(loads(machine, 1), 8 * 27);
  EXPECT_EQ(loads(machine, 2), 36 * 9 * 72);  // each of the 36 positions
  EXPECT_EQ(loads(machine, 3), 2 * 324);
  // Spans of 5 positions: 36 / 5, rounded up.
  EXPECT_EQ(loads(machine_for(network, 4, 3, 5), 2), 8 * 9 * 72);
  EXPECT_EQ(loads(machine_for(network, 4, 0), 2), 0);
  // A fused pool of 2 x 2 and tiles of 3: spans of 12.
  EXPECT_EQ(loads(machine_for("6x6x2 c9k3p1 m2 2", 4, 3, 3), 0), 3 * 9 * 18);
}

// Two predictions' worth of a wide layer are bound by the memory: 64 units of 16 x 256 words.
TEST(OffChipWeights, AWideLayerTakesTheTimeOfItsLoads) {
  const MeasuredMachine machine = machine_for("256-1024", 16, 4);
  const LayerCycles cycles = layer_cycles(machine.network.facts(0), pipeline_of(machine.point));
  EXPECT_EQ(cycles.fill, 1 + 2);
  EXPECT_EQ(cycles.issue, 64 * 256);
  EXPECT_EQ(cycles.stall, 0);
  // Loads follow each other from cycle 1 on; F1 begins the last unit when the last load is there.
  const std::int64_t last_begins = 1 + 64 * (16 * 256 / 4);
  EXPECT_EQ(cycles.total(), last_begins + 3 + 256 + 1 + 1);
}

TEST(OffChipWeights, ABankTakesOneWordACycle) {
  LanePipeline pipeline = pipeline_of(machine_for("9-8-4", 4, 100).point);
  EXPECT_EQ(pipeline.loaded_words(4), 4);
  EXPECT_EQ(pipeline.loaded_words(1), 1);
  pipeline.weight_banks = 3;
  EXPECT_EQ(pipeline.loaded_words(4), 12);
}

TEST(OffChipWeights, CostIsTheBitsThatComeAndTheBuffer) {
  const Technology technology = public40();
  const MeasuredMachine machine = machine_for("9-8-4", 4, 2);
  const PpaFigures figures =
      estimate_figures(machine, machine.activity, machine.supply, technology);
  const auto component = [&](Component c) {
    return figures.components[static_cast<std::size_t>(c)];
  };
  const double words = 9 * 8 + 8 * 4;
  EXPECT_DOUBLE_EQ(component(Component::off_chip_memory).dynamic_pj, words * 8 * 20);
  EXPECT_EQ(component(Component::off_chip_memory).area_um2, 0);
  const MemoryFigures buffer = technology.memory(4 * 2 * 9, 4 * 2, 8);
  EXPECT_DOUBLE_EQ(component(Component::weight_memory).dynamic_pj,
                   words * buffer.read_pj + words * buffer.write_pj);
  EXPECT_DOUBLE_EQ(component(Component::weight_memory).area_um2, buffer.area_um2);
  // Parts and layers add up to the whole.
  double layers_nj = 0;
  for (const LayerFigures& layer :
       layer_figures(machine, machine.activity, machine.supply, technology)) {
    layers_nj += layer.energy_nj();
  }
  EXPECT_NEAR(layers_nj, figures.energy_nj, 1e-9 * figures.energy_nj);
}

TEST(OffChipWeights, PartsAndEventsAreThoseOfTheMachine) {
  const Technology technology = public40();
  const auto estimate_of = [&](int words) {
    const MeasuredMachine machine = machine_for("9-8-4", 4, words);
    return estimate(machine, machine.activity, machine.supply, technology);
  };
  const PpaEstimate streams = estimate_of(2);
  const PpaEstimate on_chip = estimate_of(0);
  EXPECT_EQ(streams.power.back().name, "off-chip memory");
  EXPECT_EQ(streams.layers[0].events.back().name, "weight_loads");
  EXPECT_EQ(streams.layers[0].events.back().value, 72);
  EXPECT_EQ(on_chip.power.size() + 1, streams.power.size());
  EXPECT_EQ(on_chip.layers[0].events.size() + 1, streams.layers[0].events.size());
}

TEST(OffChipWeights, WhatItCannotBeIsRefused) {
  const Technology technology = public40();
  MeasuredMachine machine = machine_for("9-8-4", 4, 2);
  EXPECT_EQ(refusal_of(machine, technology), "");
  machine.mitigation.masking = Masking::bit;
  EXPECT_NE(refusal_of(machine, technology).find("faults.masking"), std::string::npos);
  machine.mitigation = {};
  machine.supply.voltage_v = 0.6;
  EXPECT_NE(refusal_of(machine, technology).find("faults.voltage_v"), std::string::npos);
  machine.supply = {};
  machine.weight_storage = WeightStorage::rom;
  EXPECT_NE(refusal_of(machine, technology).find("a ROM holds all weights on chip"),
            std::string::npos);
  machine.weight_storage = WeightStorage::sram;
  machine.point.off_chip_words = 26;  // 26 x 8 bits in 4 ns are 52 Gbit/s
  EXPECT_NE(refusal_of(machine, technology).find("needs 52 Gbit/s"), std::string::npos);
  Technology without = technology;
  without.components.groups.reset(static_cast<std::size_t>(FigureGroup::off_chip));
  EXPECT_NE(refusal_of(machine, without).find("off_chip_bit_energy"), std::string::npos);
}

}  // namespace
}  // namespace minerva
