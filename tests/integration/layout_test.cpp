// Netlists of OSU018's cells placed by graywolf and routed by qrouter; LEF and DEF files that are
// written here, so that every length can be worked out.
#include "minerva/circuit/layout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "circuit_case.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/circuit/routed_wires.hpp"
#include "minerva/circuit/synthesis.hpp"
#include "program.hpp"

namespace minerva::circuit {
namespace {

using test::kOsu018;
using test::TemporaryFolder;

constexpr const char* kOsu018Lef = "/usr/share/qflow/tech/osu018/osu018_stdcells.lef";

bool can_run() {
  return test::has_osu018() && std::filesystem::exists(kOsu018Lef) &&
         std::system("which yosys graywolf qrouter tclsh > /dev/null 2>&1") == 0;
}

/// An environment without programs, as long as it lives.
class WithoutPrograms {
 public:
  WithoutPrograms() : path_(std::getenv("PATH")) { ::setenv("PATH", "/nowhere", 1); }
  WithoutPrograms(const WithoutPrograms&) = delete;
  WithoutPrograms& operator=(const WithoutPrograms&) = delete;
  ~WithoutPrograms() { ::setenv("PATH", path_.c_str(), 1); }

 private:
  std::string path_;
};

constexpr const char* kTechnology =
    "# wires\nUNITS\n DATABASE MICRONS 1000 ;\nEND UNITS\n"
    "LAYER poly\n TYPE MASTERSLICE ;\nEND poly\n"
    "LAYER m1\n TYPE ROUTING ;\n DIRECTION HORIZONTAL ;\n PITCH 1.5 1 ;\n WIDTH 0.25 ;\n"
    " CAPACITANCE CPERSQDIST 4e-05 ;\n EDGECAPACITANCE 8e-05 ;\nEND m1\n"
    "LAYER m2\n TYPE ROUTING ;\n DIRECTION VERTICAL ;\n PITCH 0.75 ;\n WIDTH 0.5 ;\nEND m2\n"
    "VIA v DEFAULT\n LAYER m1 ;\n RECT 0 0 1 1 ;\nEND v\n";
constexpr const char* kCells =
    "MACRO FILL2\n SIZE 2 BY 10 ;\nEND FILL2\nMACRO FILL1\n SIZE 1 BY 10 ;\nEND FILL1\n"
    "MACRO INV\n SIZE 2 BY 10 ;\n PIN A\n  DIRECTION INPUT ;\n  PORT\n   LAYER m1 ;\n"
    "   RECT 0 0 1 1 ;\n  END\n END A\n PIN VP\n  USE POWER ;\n END VP\n PIN VG\n  USE GROUND ;\n"
    " END VG\nEND INV\n";

TEST(LefLibrary, ReadsLayersCellsAndSupplies) {
  const TemporaryFolder folder;
  folder.write("t.lef", kTechnology);
  folder.write("c.lef", kCells);
  const LefLibrary lef = read_lef({folder.path() + "/t.lef", folder.path() + "/c.lef"});
  EXPECT_EQ(lef.units_per_um, 1000);
  ASSERT_EQ(lef.layers.size(), 2u);
  EXPECT_TRUE(lef.layers[0].horizontal);
  EXPECT_EQ(lef.layers[0].pitch_um, 1);  // the second of two is that of horizontal wires
  // 40 aF a um2 on 0.25 um, and two edges of 80 aF a um.
  EXPECT_DOUBLE_EQ(lef.layers[0].capacitance_ff_per_um, 0.01 + 0.16);
  EXPECT_FALSE(lef.layers[1].horizontal);
  EXPECT_EQ(lef.layers[1].pitch_um, 0.75);
  EXPECT_EQ(lef.layers[1].capacitance_ff_per_um, 0);
  EXPECT_EQ(lef.macros, (std::set<std::string>{"FILL1", "FILL2", "INV"}));
  EXPECT_EQ(lef.filler, "FILL1");
  EXPECT_EQ(lef.power, "VP");
  EXPECT_EQ(lef.ground, "VG");
}

std::string refusal(const std::string& technology, const std::string& cells,
                    const std::vector<double>& layer_ff = {}) {
  const TemporaryFolder folder;
  folder.write("t.lef", technology);
  folder.write("c.lef", cells);
  try {
    LayoutOptions options;
    options.lef_files = {folder.path() + "/t.lef", folder.path() + "/c.lef"};
    options.layer_ff_per_um = layer_ff;
    options.folder = folder.path();
    LayoutTools tools{options};
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(LefLibrary, SaysWhatIsMissing) {
  const std::string technology = kTechnology;
  const auto without = [&](const char* words) {
    std::string text = technology;
    text.replace(text.find(words), std::string(words).size(), "");
    return text;
  };
  const std::vector<double> both = {0.1, 0.2};
  EXPECT_EQ(refusal(technology, kCells, both), "");
  EXPECT_NE(refusal(technology, kCells).find("m2"), std::string::npos);  // it has no capacitance
  EXPECT_NE(refusal(technology, kCells, {0.1}).find("2 to 2"), std::string::npos);
  EXPECT_NE(refusal(without("DATABASE MICRONS 1000 ;"), kCells, both).find("DATABASE MICRONS"),
            std::string::npos);
  EXPECT_NE(refusal(without("PITCH 0.75 ;"), kCells, both).find("layer m2"), std::string::npos);
  EXPECT_NE(refusal(technology, "", both).find("MACRO"), std::string::npos);
  const std::string cells = kCells;
  EXPECT_NE(refusal(technology, cells.substr(0, cells.size() - 8), both).find("INV"),
            std::string::npos);
  EXPECT_NE(refusal(technology, "MACRO A\n SIZE wide BY 10 ;\nEND A\n", both).find("wide"),
            std::string::npos);
}

TEST(RoutedWires, AreTheLengthsFromPointToPoint) {
  const std::string text =
      "UNITS DISTANCE MICRONS 100 ;\nDIEAREA ( -100 0 ) ( 900 500 ) ;\n"
      "COMPONENTS 1 ;\n- INV_1 INV + PLACED ( 0 0 ) N ;\nEND COMPONENTS\n"
      "NETS 3 ;\n- a\n ( PIN a )\n ( INV_1 A )\n"
      "+ ROUTED m1 ( 0 0 ) ( 250 * ) ( * 100 ) v\n NEW m2 ( 250 100 ) ( * -50 ) ;\n"
      "- b ( INV_1 Y ) ( PIN b ) ;\n- c ( PIN c )\n + ROUTED m2 ( 5 5 ) v ;\nEND NETS\n";
  const RoutedWires wires = read_routed_wires(text, "d.def", {"m1", "m2"});
  EXPECT_EQ(wires.width_um, 10);
  EXPECT_EQ(wires.height_um, 5);
  ASSERT_EQ(wires.nets.size(), 1u);  // b has no wire, c a via alone
  EXPECT_EQ(wires.nets.at("a"), (std::vector<double>{3.5, 1.5}));
  EXPECT_THROW(read_routed_wires(text, "d.def", {"m1"}), UserError);
  EXPECT_THROW(read_routed_wires("NETS 0 ;\nEND NETS\n", "d.def", {"m1"}), UserError);
}

/// A multiplier of 4 x 4 bits behind registers.
Netlist multiplier(const CellLibrary& library, const TemporaryFolder& folder) {
  const Synthesis synthesis(kOsu018, 40, folder.path() + "/cells");
  const DatapathUnit unit = unit_of(DatapathUnitKind::multiplier, 4, 4);
  return netlist_from_json(synthesis.netlist_json(unit_verilog(unit, unit_cells_of(library)),
                                                  unit.name(), Hierarchy::flat),
                           "multiplier", library);
}

TEST(Layout, EveryNetIsRoutedAndStored) {
  if (!can_run()) GTEST_SKIP() << "needs yosys, graywolf, qrouter, qflow and qflow-tech-osu018";
  const TemporaryFolder folder;
  const CellLibrary library = read_cell_library(kOsu018);
  const Netlist netlist = multiplier(library, folder);
  LayoutOptions options;
  options.lef_files = {kOsu018Lef};
  options.folder = folder.path();
  const LayoutTools tools(options);
  const std::vector<bool> all(netlist.instances.size(), true);
  const Layout layout = tools.place_and_route(netlist, all);
  EXPECT_EQ(layout.cells, static_cast<int>(netlist.instances.size()));
  // The die holds the cells, whose areas are those of the other library file, and not much more.
  EXPECT_GE(layout.width_um * layout.height_um, netlist.area_um2());
  EXPECT_LE(layout.width_um * layout.height_um, 2 * netlist.area_um2());
  const LefLibrary lef = read_lef(options.lef_files);
  const auto [least, most] = std::minmax_element(
      lef.layers.begin(), lef.layers.end(), [](const RoutingLayer& a, const RoutingLayer& b) {
        return a.capacitance_ff_per_um < b.capacitance_ff_per_um;
      });
  int nets = 0;
  double total_um = 0;
  for (std::size_t n = 0; n < netlist.nets.size(); ++n) {
    const Net& net = netlist.nets[n];
    const bool joins = !net.sinks.empty() || net.is_output;
    if (net.constant != Net::Constant::none || !joins) continue;
    ++nets;
    total_um += layout.wire_um[n];
    EXPECT_GT(layout.wire_um[n], 0) << net.name;
    // No wire is longer than the die allows a tree of so many pins.
    EXPECT_LE(layout.wire_um[n],
              static_cast<double>(net.sinks.size() + 1) * (layout.width_um + layout.height_um));
    EXPECT_GE(layout.wire_ff[n], layout.wire_um[n] * least->capacitance_ff_per_um * (1 - 1e-12));
    EXPECT_LE(layout.wire_ff[n], layout.wire_um[n] * most->capacitance_ff_per_um * (1 + 1e-12));
  }
  EXPECT_EQ(layout.routed_nets, nets);
  EXPECT_NEAR(layout.total_um, total_um, 1e-9 * total_um);

  // Another folder: the programs run again, to the same wires. This one: they are not asked.
  const TemporaryFolder other;
  LayoutOptions again = options;
  again.folder = other.path();
  EXPECT_EQ(LayoutTools(again).place_and_route(netlist, all).wire_um, layout.wire_um);
  const WithoutPrograms without;
  EXPECT_EQ(tools.place_and_route(netlist, all).wire_ff, layout.wire_ff);
  // A part of it has not been laid out before.
  std::vector<bool> half = all;
  std::fill(half.begin(), half.begin() + static_cast<std::ptrdiff_t>(half.size() / 2), false);
  try {
    tools.place_and_route(netlist, half);
    ADD_FAILURE() << "nothing is missing";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("qrouter"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("not installed"), std::string::npos) << error.what();
  }
}

TEST(Layout, OfAPartEndsAtItsEdge) {
  if (!can_run()) GTEST_SKIP() << "needs yosys, graywolf, qrouter, qflow and qflow-tech-osu018";
  const TemporaryFolder folder;
  const CellLibrary library = read_cell_library(kOsu018);
  const Netlist netlist = multiplier(library, folder);
  LayoutOptions options;
  options.lef_files = {kOsu018Lef};
  options.folder = folder.path();
  std::vector<bool> half(netlist.instances.size(), true);
  std::fill(half.begin(), half.begin() + static_cast<std::ptrdiff_t>(half.size() / 2), false);
  const Layout layout = LayoutTools(options).place_and_route(netlist, half);
  EXPECT_EQ(layout.cells, static_cast<int>(std::count(half.begin(), half.end(), true)));
  for (std::size_t n = 0; n < netlist.nets.size(); ++n) {
    const Net& net = netlist.nets[n];
    const auto inside = [&](const InstancePin& pin) {
      return pin.instance >= 0 && half[static_cast<std::size_t>(pin.instance)];
    };
    const bool touches =
        inside(net.driver) || std::any_of(net.sinks.begin(), net.sinks.end(), inside);
    if (touches) continue;
    EXPECT_EQ(layout.wire_um[n], 0) << net.name;
  }
}

TEST(Layout, CellsThatTheFilesLackAreNamed) {
  if (!can_run()) GTEST_SKIP() << "needs yosys, graywolf, qrouter, qflow and qflow-tech-osu018";
  const TemporaryFolder folder;
  const CellLibrary library = read_cell_library(kOsu018);
  const Netlist netlist = multiplier(library, folder);
  folder.write("t.lef", kTechnology);
  folder.write("c.lef", kCells);
  LayoutOptions options;
  options.lef_files = {folder.path() + "/t.lef", folder.path() + "/c.lef"};
  options.layer_ff_per_um = {0.1, 0.1};
  options.folder = folder.path();
  try {
    LayoutTools(options).place_and_route(netlist,
                                         std::vector<bool>(netlist.instances.size(), true));
    ADD_FAILURE() << "nothing is missing";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("lacks the cell"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace minerva::circuit
