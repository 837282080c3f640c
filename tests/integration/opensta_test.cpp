// Leakage and net capacitance of a netlist against OpenSTA. Its power is not
// compared: Debian's version adds rise and fall of internal power at every transition.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "circuit_case.hpp"
#include "minerva/circuit/net_load.hpp"
#include "minerva/circuit/synthesis.hpp"
#include "minerva/circuit/unit_measurement.hpp"
#include "minerva/data/unpacked_file.hpp"
#include "program.hpp"

namespace minerva::circuit {
namespace {

using test::pdk_file;

/// The numbers behind a word, after a mark in a text.
std::array<double, 2> numbers_after(const std::string& text, const std::string& mark,
                                    const char* format) {
  std::array<double, 2> found{-1, -1};
  const std::size_t at = text.find(mark);
  EXPECT_NE(at, std::string::npos) << mark;
  if (at == std::string::npos) return found;
  EXPECT_EQ(std::sscanf(text.c_str() + at + mark.size(), format, &found[0], &found[1]), 2) << mark;
  return found;
}

bool has_programs() {
  return std::system("yosys -V > /dev/null 2>&1") == 0 &&
         std::system("sta -version > /dev/null 2>&1") == 0;
}

/// @param wire_load empty: no wires
void compare(const std::string& file, const std::string& wire_load) {
  const test::TemporaryFolder folder;
  const std::vector<std::uint8_t> bytes = read_unpacked(file);
  folder.write("cells.lib", std::string(bytes.begin(), bytes.end()));
  const CellLibrary library = read_cell_library(file);
  const DatapathUnit unit = unit_of(DatapathUnitKind::multiplier, 4, 4);
  const Synthesis synthesis(file, 4, folder.path() + "/cache");
  const std::string json =
      synthesis.netlist_json(unit_verilog(unit, {}), unit.name(), Hierarchy::flat);
  const Netlist netlist = netlist_from_json(json, unit.name(), library);
  folder.write("unit.json", json);
  ASSERT_EQ(
      test::run_in(folder.path(), "yosys -q -p 'read_json unit.json; write_verilog -noattr unit.v'")
          .exit_code,
      0);
  std::string script = "read_liberty cells.lib\nread_verilog unit.v\nlink_design " + unit.name() +
                       "\nset_cmd_units -capacitance fF\n";
  if (!wire_load.empty()) {
    script += "set_wire_load_mode top\nset_wire_load_model -name " + wire_load + "\n";
  }
  for (const char* port : {"a", "b"}) {
    for (int bit = 0; bit < 4; ++bit) {
      script += "report_net -connections -verbose " + std::string(port) + "\\[" +
                std::to_string(bit) + "\\]\n";
    }
  }
  folder.write("script.tcl", script + "report_power -digits 6\nexit\n");
  const test::ProgramResult said = test::run_in(folder.path(), "sta -no_splash script.tcl");
  const std::string& text = said.standard_output;

  double leakage_nw = 0;
  for (const Instance& instance : netlist.instances) leakage_nw += instance.cell->leakage_nw;
  double unused = 0;
  double leakage_w = 0;
  const std::size_t total = text.find("\nTotal ");
  ASSERT_NE(total, std::string::npos) << text;
  ASSERT_EQ(std::sscanf(text.c_str() + total, " Total %lf %lf %lf", &unused, &unused, &leakage_w),
            3);
  EXPECT_NEAR(leakage_w * 1e9, leakage_nw, 0.01 * leakage_nw);

  WireModel wire;
  if (!wire_load.empty()) wire.table = &library.wire_load(wire_load);
  const NetLoads loads = net_loads_ff(netlist, wire, 0);
  for (const char* port : {"a", "b"}) {
    for (int bit = 0; bit < 4; ++bit) {
      const std::string name = std::string(port) + "[" + std::to_string(bit) + "]";
      const std::size_t at = text.find("Net " + name);
      ASSERT_NE(at, std::string::npos) << text;
      const std::array<double, 2> ff =
          numbers_after(text.substr(at), "Total capacitance:", " r %lf f %lf");
      const auto net =
          static_cast<std::size_t>(netlist.port(port).nets[static_cast<std::size_t>(bit)]);
      for (std::size_t edge = 0; edge < 2; ++edge) {
        // It prints two digits behind the point.
        EXPECT_NEAR(ff[edge], loads[net][edge], 0.01 * loads[net][edge] + 0.005) << name;
      }
    }
  }
}

TEST(OpenSta, AgreesOnLeakageAndNetCapacitanceOfOsu018) {
  if (!has_programs() || !test::has_osu018()) {
    GTEST_SKIP() << "needs yosys, opensta and qflow-tech-osu018";
  }
  compare(test::kOsu018, "");
}

TEST(OpenSta, AgreesOnLeakageAndNetCapacitanceOfNangate45) {
  const std::string file = pdk_file("nangate45/nangate45_typ.lib.gz");
  if (!has_programs() || file.empty()) GTEST_SKIP() << "needs yosys, opensta and MINERVA_PDK_DIR";
  compare(file, "5K_hvratio_1_1");
}

}  // namespace
}  // namespace minerva::circuit
