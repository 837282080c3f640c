#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "measured_machine.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/layer_units.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/graph_text.hpp"

// Structure, cycles and cost of machines for convolutions, by hand and against each other.
namespace minerva {
namespace {

LayerGraph graph_of(const std::string& text) {
  LayerGraph graph = parse_layer_graph(text, "network");
  check_graph(graph, "network");
  return graph;
}

const char* const kLeNet = "28x28x1 c6k5p2 m2 c16k5 m2 120 84 10";

MeasuredMachine machine_for(const std::string& text, int lanes, int positions = 1) {
  MeasuredMachine machine;
  machine.network = graph_of(text);
  machine.widths = {8, 8, 12, 21};
  machine.point.lanes = lanes;
  machine.point.multiplier_stages = 2;
  machine.point.positions_per_weight = positions;
  machine.activity = full_graph_activity(machine.network.graph(), 1, positions);
  return machine;
}

Technology public40() {
  return read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg");
}

TEST(ConvolutionMachine, StructureByHand) {
  MeasuredMachine machine = machine_for("4x4x2 c3k3p1 m2 c5k2 7", 4, 2);
  machine.point.multiplier_stages = 3;
  machine.point.write_ports = 2;
  const MachineStructure s = structure_of(machine);
  EXPECT_EQ(s.of(RegisterKind::accumulator).count, 4 * 2);
  EXPECT_EQ(s.of(UnitKind::maximum_comparator).count, 4);
  EXPECT_EQ(s.of(RegisterKind::pooled_word).count, 4);
  EXPECT_EQ(s.of(RegisterKind::pooled_word).bits, 8);
  EXPECT_EQ(s.of(RegisterKind::passed_word).count, 0);  // no pool of its own, nothing added
  // Rows of a lane: ceil(3 / 4) x 18, ceil(5 / 4) x 12 and ceil(7 / 4) x 5.
  EXPECT_EQ(s.of(MemoryKind::weights).words, 18 + 2 * 12 + 2 * 5);
  EXPECT_EQ(s.of(MemoryKind::biases).words, 1 + 2 + 2);
  EXPECT_EQ(s.of(MemoryKind::inputs).words, 32);
  // The pool leaves 2 x 2 x 3 words, the second convolution 5; two banks a region.
  EXPECT_EQ(s.of(MemoryKind::activations).copies, 2);
  EXPECT_EQ(s.of(MemoryKind::activations).words, 6);
  EXPECT_EQ(s.control.position_bits, 5);  // 16 positions
  EXPECT_EQ(s.control.accumulator_bits, 1);

  MeasuredMachine pools = machine_for("4x4x6 c6k3p1 c6k3p1+1 m3s1 5", 4);
  pools.point.macs_per_lane = pools.point.activation_bandwidth = 3;
  pools.point.multiplier_stages = 3;
  const MachineStructure with_pools = structure_of(pools);
  EXPECT_EQ(with_pools.of(RegisterKind::fetched_word).count, 3);  // a = min(4, 3), e = 1
  EXPECT_EQ(with_pools.of(RegisterKind::passed_word).count, 4 * 2);
  EXPECT_EQ(with_pools.of(UnitKind::maximum_comparator).count, 4);
  EXPECT_EQ(with_pools.of(RegisterKind::pooled_word).count, 0);
}

TEST(ConvolutionMachine, ChainsHaveNothingOfIt) {
  const MachineStructure s = structure_of(machine_for("9-8-4", 4));
  for (const RegisterKind kind : {RegisterKind::passed_word, RegisterKind::pooled_word}) {
    EXPECT_EQ(s.of(kind).count, 0);
  }
  EXPECT_EQ(s.of(UnitKind::maximum_comparator).count, 0);
  EXPECT_EQ(s.control.position_bits + s.control.accumulator_bits, 0);
}

// docs/machine.md: the period of tiles whose units are alike.
TEST(ConvolutionMachine, PeriodOfATileIsTheLaw) {
  for (int tile = 2; tile <= 8; ++tile) {
    for (int chunks = 2; chunks <= 9; ++chunks) {
      for (int writes = 1; writes <= 11; ++writes) {
        LanePipeline pipeline;
        pipeline.lanes = writes;
        pipeline.inputs_per_cycle = pipeline.write_ports = 1;
        pipeline.accumulators = tile;
        LayerFacts layer;
        layer.kind = GraphLayerKind::conv2d;
        layer.inputs = layer.segment_words = chunks;
        layer.channels = layer.channels_of_group = writes;
        const auto cycles = [&](int tiles) {
          layer.positions = tile * tiles;
          return layer_cycles(layer, pipeline).total();
        };
        const int period =
            std::max(tile * writes, tile * chunks + (tile - 1) * std::max(0, writes - 2));
        ASSERT_EQ(cycles(9) - cycles(8), period) << tile << " " << chunks << " " << writes;
        ASSERT_EQ(cycles(1), 1 + tile * chunks - (tile - 1) + 1 + (tile - 1) * std::max(1, writes) +
                                 writes + 1);
      }
    }
  }
}

// 16 lanes x 1 MAC, one port: issues 784 x 25 + 100 x 150 + 8 x 400 + 6 x 120 + 84, five fills of
// 2, and 1 + w of the last unit of each layer, w = 6, 16, 8, 4, 10.
TEST(ConvolutionMachine, CyclesOfLeNetByHand) {
  EXPECT_EQ(total_cycles(graph_of(kLeNet), DesignPoint{}), 38604 + 10 + 7 + 17 + 9 + 5 + 11);
}

TEST(ConvolutionMachine, DepthwiseConvolutionsAreUnitsOfAChannel) {
  const MachineNetwork network = graph_of("4x4x6 d12k3p1 3");
  LanePipeline pipeline;
  pipeline.lanes = 8;
  pipeline.inputs_per_cycle = 4;
  pipeline.write_ports = 1;
  const LayerUnits units = units_of(network.facts(0), pipeline);
  EXPECT_EQ(units.groups, 6);
  EXPECT_EQ(units.full_units, 0);
  EXPECT_EQ(units.last.channels, 2);
  EXPECT_EQ(units.last.chunks, 9);  // a chunk a pixel
}

TEST(ConvolutionMachine, LayersAddUpToThePrediction) {
  const Technology t = public40();
  for (const char* text : {kLeNet, "8x8x3 c8k3p1 r8 r16s2 s3s2 a 10"}) {
    for (const int positions : {1, 4}) {
      const MeasuredMachine machine = machine_for(text, 16, positions);
      const PpaFigures whole = estimate_figures(machine, t);
      const auto layers = layer_figures(machine, machine.activity, machine.supply, t);
      ASSERT_EQ(static_cast<int>(layers.size()), machine.network.layers());
      std::int64_t cycles = 0;
      double energy_nj = 0;
      for (const LayerFigures& layer : layers) {
        cycles += layer.cycles.total();
        energy_nj += layer.energy_nj();
        EXPECT_GT(layer.energy_nj(), 0) << layer.name;
      }
      EXPECT_EQ(cycles, whole.cycles);
      EXPECT_NEAR(energy_nj / whole.energy_nj, 1, 1e-12);
      const std::string csv = layers_csv(layers, machine.activity.samples);
      EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), machine.network.layers() + 1);
    }
  }
}

// One weight read serves several positions: fewer reads, more registers, the same issues.
TEST(ConvolutionMachine, ReuseSparesWeightReads) {
  const Technology t = public40();
  const MeasuredMachine one = machine_for(kLeNet, 16);
  const MeasuredMachine four = machine_for(kLeNet, 16, 4);
  const auto component = [&](const MeasuredMachine& machine, Component c) {
    return estimate_figures(machine, t).components[static_cast<std::size_t>(c)];
  };
  EXPECT_LT(component(four, Component::weight_memory).dynamic_pj,
            component(one, Component::weight_memory).dynamic_pj);
  EXPECT_GT(component(four, Component::registers).area_um2,
            component(one, Component::registers).area_um2);
  const auto first = [](const MeasuredMachine& machine) {
    return layer_cycles(machine.network.facts(0), pipeline_of(machine.point)).issue;
  };
  EXPECT_EQ(first(one), 28 * 28 * 25);
  EXPECT_EQ(first(four), first(one));
  EXPECT_EQ(count_events(four, 0, four.activity).macs_done,
            count_events(one, 0, one.activity).macs_done);
}

TEST(ConvolutionMachine, SmallWeightBanksNameTheLayersBeyond) {
  DesignPoint point;
  point.weight_bank_words = 2000;
  try {
    check_weight_banks(graph_of(kLeNet), point);
    FAIL();
  } catch (const UserError& error) {
    const std::string what = error.what();
    for (const char* part : {"design.weight_bank_words", "c6k5p2", "layer 5 (120) with 3200"}) {
      EXPECT_NE(what.find(part), std::string::npos) << part << " in " << what;
    }
  }
}

TEST(ConvolutionMachine, AnActivityOfOtherTilesIsRefused) {
  MeasuredMachine machine = machine_for(kLeNet, 16);
  machine.point.positions_per_weight = 4;
  EXPECT_THROW(count_events(machine, machine.activity), ContractViolation);
}

}  // namespace
}  // namespace minerva
