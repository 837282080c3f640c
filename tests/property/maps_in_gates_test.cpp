// Machines of networks of maps in cells of Debian's OSU018: padding, tiles, pools, added tensors,
// depthwise convolutions, weights from off chip. Every output and the cycles are compared with
// inference and the closed form by CoreValidation itself.
#include <gtest/gtest.h>

#include <cstdlib>

#include "circuit_case.hpp"
#include "graph_case.hpp"
#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/circuit/validation.hpp"
#include "program.hpp"

namespace minerva {
namespace {

using circuit::ControlPart;
using circuit::CorePart;

bool can_run() { return std::system("yosys -V > /dev/null 2>&1") == 0 && test::has_osu018(); }

GraphCase case_of(const char* text, int positions_per_weight, int off_chip_words,
                  std::uint64_t number) {
  GraphCase c;
  KeyedRandom random(kGraphCaseSeed + 2, Stream::test, number);
  const LayerGraph graph = parse_layer_graph(text, "test");
  // Narrow words, since gates are simulated one by one.
  do {
    c.network = random_quantized_graph(random, graph, random_plan(random, graph));
  } while (graph_datapath_widths(graph, c.network.plan()).weight_bits > 8);
  for (QuantizedLayer& layer : c.network.layers) layer.faulty_bits.clear();
  c.network.mitigation = {};
  c.point.lanes = 2;
  c.point.macs_per_lane = c.point.weight_bandwidth = c.point.activation_bandwidth = 2;
  c.point.positions_per_weight = positions_per_weight;
  c.point.off_chip_words = off_chip_words;
  c.point.clock_period_ns = 60;
  std::vector<std::int16_t> input;
  for (int j = 0; j < graph.inputs(); ++j) {
    input.push_back(static_cast<std::int16_t>(
        test::draw_code(random, c.network.layer(format_owner(graph, 0)).formats.activation)));
  }
  c.inputs.push_back(input);
  return c;
}

struct GatesOfMaps {
  circuit::CoreFigures figures;
  MachineStructure structure;
};

GatesOfMaps gates_of(const GraphCase& c, const std::string& folder) {
  circuit::ValidationOptions options;
  options.library_file = test::kOsu018;
  options.folder = folder;
  options.conditions.clock_ns = c.point.clock_period_ns;
  const circuit::CoreValidation validation(options);
  const MachineConfiguration machine = machine_configuration(c.network, c.point);
  return {
      validation.run(c.network, machine, c.inputs, [](std::int64_t, std::int64_t, std::int64_t) {}),
      structure_of(machine)};
}

double area_of(const circuit::CoreFigures& figures, CorePart part) {
  return figures.area_um2[static_cast<std::size_t>(part)];
}
const circuit::ControlFigures& control_of(const circuit::CoreFigures& figures, ControlPart part) {
  return figures.control[static_cast<std::size_t>(part)];
}

/// The parts of the sequencer make up all of it, and its flip-flops are those of the structure.
void expect_control(const GatesOfMaps& gates, int not_in_structure = 0) {
  const circuit::CoreFigures& figures = gates.figures;
  const auto sequencer = static_cast<std::size_t>(CorePart::sequencer);
  double dynamic_fj = 0, area_um2 = 0;
  int flip_flops = 0;
  for (const circuit::ControlFigures& part : figures.control) {
    dynamic_fj += part.energy.dynamic_fj();
    area_um2 += part.area_um2;
    flip_flops += part.flip_flops;
  }
  EXPECT_NEAR(dynamic_fj, figures.parts[sequencer].dynamic_fj(), 1e-9 * dynamic_fj);
  EXPECT_NEAR(area_um2, figures.area_um2[sequencer], 1e-9 * area_um2);
  EXPECT_EQ(flip_flops, figures.flip_flops[sequencer]);
  for (const ControlPart part : {ControlPart::walk, ControlPart::positions, ControlPart::operations,
                                 ControlPart::write_control, ControlPart::addresses}) {
    EXPECT_GT(control_of(figures, part).energy.dynamic_fj(), 0) << to_string(part);
    EXPECT_GT(control_of(figures, part).area_um2, 0) << to_string(part);
  }
  // Synthesis removes upper bits that nothing reads: those of words beyond a memory, and of the
  // positions of the first word of an added tensor's window.
  const int in_structure = gates.structure.control_register_bits();
  EXPECT_LE(flip_flops - not_in_structure, in_structure);
  EXPECT_GE(flip_flops - not_in_structure, in_structure - in_structure / 8);
  EXPECT_EQ(figures.flip_flops[static_cast<std::size_t>(CorePart::registers)],
            gates.structure.datapath_register_bits());
}

class MapsInGates : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!can_run()) GTEST_SKIP() << "needs yosys and qflow-tech-osu018";
  }
  test::TemporaryFolder folder_;
};

TEST_F(MapsInGates, PaddingTilesAndAFusedPool) {
  const GraphCase c = case_of("4x4x1 c3k3p1 m2 3", 2, 0, 1);
  const GatesOfMaps gates = gates_of(c, folder_.path());
  expect_control(gates);
  EXPECT_GT(area_of(gates.figures, CorePart::accumulator_choice), 0);
  EXPECT_GT(area_of(gates.figures, CorePart::comparators), 0);  // of the maximum
  EXPECT_EQ(area_of(gates.figures, CorePart::lane_words), 0);
  EXPECT_EQ(control_of(gates.figures, ControlPart::weight_stream).area_um2, 0);
}

TEST_F(MapsInGates, AnAddedTensorAndAPoolOfItsOwn) {
  const GraphCase c = case_of("3x3x2 c2k1 c2k3p1+1 a 3", 1, 0, 2);
  const GatesOfMaps gates = gates_of(c, folder_.path());
  expect_control(gates);
  EXPECT_GT(area_of(gates.figures, CorePart::lane_words), 0);
}

TEST_F(MapsInGates, WeightsFromOffChip) {
  const GraphCase c = case_of("3x3x2 d6k2 c3k1 3", 1, 3, 3);
  const GatesOfMaps gates = gates_of(c, folder_.path());
  const circuit::ControlFigures& stream = control_of(gates.figures, ControlPart::weight_stream);
  EXPECT_GT(stream.flip_flops, 0);
  EXPECT_GT(stream.energy.dynamic_fj(), 0);
  // The registers that address the loads are not in the structure, and no cost has them.
  expect_control(gates, stream.flip_flops);
}

}  // namespace
}  // namespace minerva
