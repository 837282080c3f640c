#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "circuit_case.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/circuit/liberty_syntax.hpp"

namespace minerva::circuit {
namespace {

using test::kOsu018;
using test::pdk_file;
using test::small_library;

std::string small_text() {
  std::ifstream file(std::string(MINERVA_SOURCE_DIR) + "/tests/samples/small.lib");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The small library with one text replaced, which must be there.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = small_text();
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

void expect_refused(const std::string& text, const std::string& message) {
  try {
    cell_library_from(text, "x.lib");
    ADD_FAILURE() << "accepted; expected: " << message;
  } catch (const UserError& error) {
    EXPECT_EQ(std::string(error.what()), message);
  }
}

TEST(LookupTable, IsBilinearBetweenPointsAndContinuesTheLastInterval) {
  // Worked out by hand: z = 1 + 2 x + 4 y + 8 x y in the first cell of each axis.
  LookupTable table;
  table.first = {0, 1, 3};
  table.second = {0, 2};
  table.values = {1, 9, 3, 27, 0, 100};
  EXPECT_EQ(table.at(0, 0), 1);
  EXPECT_EQ(table.at(1, 2), 27);
  EXPECT_EQ(table.at(3, 2), 100);
  EXPECT_EQ(table.at(0.5, 0.5), 1 + 1 + 2 + 2);
  EXPECT_EQ(table.at(0.25, 1.5), 1 + 0.5 + 6 + 3);
  // Beyond the axes: below x, above y; below both; above x, where the second interval continues.
  EXPECT_EQ(table.at(-0.5, 3), 1 - 1 + 12 - 12);
  EXPECT_EQ(table.at(-1, -1), 1 - 2 - 4 + 8);
  EXPECT_EQ(table.at(5, 0), 3 - 3 - 3);
  EXPECT_EQ(table.at(5, 2), 100 + 73);
  EXPECT_EQ(table.at(5, 1), (-3 + 173) / 2.0);
}

TEST(LookupTable, HasOneAxisOrNone) {
  LookupTable first{{1, 2}, {}, {10, 30}};
  EXPECT_EQ(first.at(1.5, 99), 20);
  EXPECT_EQ(first.at(3, 99), 50);
  LookupTable second{{}, {1, 2}, {10, 30}};
  EXPECT_EQ(second.at(99, 0.5), 0);
  LookupTable scalar{{}, {}, {7}};
  EXPECT_EQ(scalar.at(1, 2), 7);
  LookupTable point{{5}, {1, 2}, {10, 30}};
  EXPECT_EQ(point.at(-8, 1.5), 20);
}

TEST(BooleanExpression, FollowsTheStandardsPrecedence) {
  const auto number = [](std::string_view name) {
    return name.size() == 1 && name[0] >= 'A' && name[0] <= 'D' ? name[0] - 'A' : -1;
  };
  struct Case {
    const char* text;
    bool (*value)(bool, bool, bool, bool);
  };
  const Case cases[] = {
      {"A", [](bool a, bool, bool, bool) { return a; }},
      {"!A & B", [](bool a, bool b, bool, bool) { return !a && b; }},
      {"A' B", [](bool a, bool b, bool, bool) { return !a && b; }},
      {"A + B * C", [](bool a, bool b, bool c, bool) { return a || (b && c); }},
      {"A|B C ^ D", [](bool a, bool b, bool c, bool d) { return a || (b && (c != d)); }},
      {"A ^ B & C", [](bool a, bool b, bool c, bool) { return (a != b) && c; }},
      {"!(A | B)' + C", [](bool a, bool b, bool c, bool) { return (a || b) || c; }},
      {"!!A''", [](bool a, bool, bool, bool) { return a; }},
      {"(A+B)(C+D)", [](bool a, bool b, bool c, bool d) { return (a || b) && (c || d); }},
      {"(A B)!C", [](bool a, bool b, bool c, bool) { return a && b && !c; }},
      {"A&\\\n B", [](bool a, bool b, bool, bool) { return a && b; }},
      {"1", [](bool, bool, bool, bool) { return true; }},
      {"0 + D", [](bool, bool, bool, bool d) { return d; }},
  };
  for (const Case& each : cases) {
    const BooleanExpression expression(each.text, number, "x");
    for (std::uint64_t v = 0; v < 16; ++v) {
      EXPECT_EQ(expression.at(v),
                each.value((v & 1) != 0, (v & 2) != 0, (v & 4) != 0, (v & 8) != 0))
          << each.text << " at " << v;
    }
  }
  EXPECT_TRUE(BooleanExpression().at(0));
  for (const char* bad : {"", "A &", "(A", "A)", "E", "A + + B", "&A"}) {
    EXPECT_THROW(BooleanExpression(bad, number, "x"), UserError) << bad;
  }
  EXPECT_THROW(BooleanExpression(std::string(200, '(') + "A", number, "x"), UserError);
}

TEST(LibertySyntax, ReadsWhatRealFilesContain) {
  const std::string text =
      "/* note */ library (\"a b\") { // to the end\n"
      "  unit : \"1ns\" ;\n  free : 1.5 ;\n  without_semicolon : word\n"
      "  when : \"(A & B)\"\n  pair (1, \"pf\") ; list (\"1, 2\", \\\n \"3, 4\");\n"
      "  cell (X) { pin(A[7:0]) { } ; }\n  table : \"L : H ,\\\n H : L\";\n}\n";
  const LibertyStatement library = parse_liberty(text, "x.lib");
  EXPECT_EQ(library.value(), "a b");
  ASSERT_EQ(library.statements.size(), 8U);
  EXPECT_EQ(library.find("unit")->value(), "1ns");
  EXPECT_EQ(library.find("free")->value(), "1.5");
  EXPECT_EQ(library.find("without_semicolon")->value(), "word");
  EXPECT_EQ(library.find("when")->line, 5);
  EXPECT_EQ(library.find("pair")->values, (std::vector<std::string_view>{"1", "pf"}));
  EXPECT_EQ(library.find("list")->values, (std::vector<std::string_view>{"1, 2", "3, 4"}));
  EXPECT_EQ(library.find("cell")->statements.front().value(), "A[7:0]");
  EXPECT_EQ(library.find("table")->line, 9);
}

TEST(CellLibrary, ReadsTheSmallLibrary) {
  const CellLibrary& library = small_library();
  EXPECT_EQ(library.name, "small");
  EXPECT_EQ(library.voltage_v, 2);
  EXPECT_EQ(library.temperature_c, 25);
  ASSERT_EQ(library.cells.size(), 11U);
  const Cell& inverter = library.cell("INV");
  EXPECT_EQ(inverter.area_um2, 1);
  ASSERT_EQ(inverter.pins.size(), 2U);
  EXPECT_EQ(inverter.pins[0].capacitance_ff, 1);
  EXPECT_EQ(inverter.leakage_nw, 1) << "the default of the library";
  ASSERT_EQ(inverter.leakage.size(), 2U);
  EXPECT_TRUE(inverter.leakage[0].when->at(1));
  const TimingArc& arc = inverter.pins[1].arcs[0];
  EXPECT_EQ(arc.sense, TimingSense::negative_unate);
  EXPECT_EQ(arc.delay_ns[0].at(0.5, 4), 0.5 + 0.125 + 0.5);
  EXPECT_EQ(arc.delay_ns[1].at(0.5, 4), 0.0625 + 0.5 + 0.125 + 0.5);
  // Its axes stand in the other order in the file: 0.25 + s + c / 16.
  EXPECT_EQ(inverter.pins[1].internal_power[0].energy_fj[0].at(0.5, 4), 0.25 + 0.5 + 0.25);
  const Cell& flip_flop = library.cell("DFF");
  ASSERT_TRUE(flip_flop.flip_flop.has_value());
  EXPECT_EQ(flip_flop.variables, (std::vector<std::string>{"D", "CK", "Q", "QN", "IQ", "IQN"}));
  EXPECT_EQ(flip_flop.pins[0].arcs[0].kind, ArcKind::setup);
  EXPECT_EQ(flip_flop.pins[0].arcs[0].delay_ns[0].at(1, 0), 0.5);
  EXPECT_TRUE(flip_flop.pins[1].is_clock);
  EXPECT_EQ(library.cell("CLKGATE").clock_gate, "latch_posedge");
  ASSERT_EQ(library.cell("CLKGATE").state_table->rows.size(), 3U);
  EXPECT_EQ(library.cell("CLKGATE").state_table->rows[2].next, StateTable::Next::keep);
  const WireLoad& wire = library.wire_load("short");
  EXPECT_EQ(wire.capacitance_ff(1), 0.5);
  EXPECT_EQ(wire.capacitance_ff(3), 0.5 * 5.5);
  EXPECT_EQ(wire.capacitance_ff(4), 4);
  EXPECT_EQ(wire.capacitance_ff(6), 0.5 * 16);
}

TEST(CellLibrary, ConvertsUnits) {
  std::string text = changed("(1, ff)", "(10, \"fF\")");
  text.replace(text.find("\"1nW\""), 5, "\"10pW\"");
  text.replace(text.find("\"1ns\""), 5, "\"100ps\"");
  const CellLibrary library = cell_library_from(text, "x.lib");
  const Cell& inverter = library.cell("INV");
  EXPECT_EQ(inverter.pins[0].capacitance_ff, 10);
  EXPECT_DOUBLE_EQ(inverter.leakage[0].power_nw, 0.02);
  const TimingArc& arc = inverter.pins[1].arcs[0];
  EXPECT_DOUBLE_EQ(arc.delay_ns[0].at(0.05, 40), 0.1 * (0.5 + 0.125 + 0.5));
  // The unit of energy is that of capacitance times volt squared.
  EXPECT_DOUBLE_EQ(inverter.pins[1].internal_power[0].energy_fj[0].at(0.05, 40), 10 * 1.0);
  EXPECT_EQ(
      cell_library_from(changed("(1, ff)", "(1, pf)"), "x").cell("INV").pins[0].capacitance_ff,
      1000);
}

TEST(CellLibrary, ReadsAFileThatIsCompressed) {
  const std::string nangate = pdk_file("nangate45/nangate45_typ.lib.gz");
  if (nangate.empty()) GTEST_SKIP() << "MINERVA_PDK_DIR is not set";
  const CellLibrary library = read_cell_library(nangate);
  ASSERT_EQ(library.cells.size(), 134U);
  EXPECT_EQ(library.voltage_v, 1.1);
  for (const Cell& cell : library.cells) EXPECT_EQ(cell.refusal, "") << cell.name;
  const Cell& cell = library.cell("AOI21_X1");
  EXPECT_EQ(cell.area_um2, 1.064);
  EXPECT_EQ(cell.leakage.size(), 8U);
  const Pin& out = cell.pins[static_cast<std::size_t>(cell.pin("ZN"))];
  EXPECT_EQ(out.arcs[0].delay_ns[1].at(0.00472397, 0.791550), 0.009058);
  // Half way between four points of the file.
  EXPECT_NEAR(out.arcs[0].delay_ns[1].at((0.00117378 + 0.00472397) / 2, (0.365616 + 0.79155) / 2),
              (0.006955 + 0.007566 + 0.008455 + 0.009058) / 4, 1e-15);
  EXPECT_EQ(library.cell("CLKGATE_X1").state_table->rows.size(), 3U);
  EXPECT_EQ(library.cell("DFF_X1").pins[1].internal_power.size(), 4U);
}

TEST(CellLibrary, ReadsOsu018) {
  if (!test::has_osu018()) GTEST_SKIP() << "needs the package qflow-tech-osu018";
  const CellLibrary library = read_cell_library(kOsu018);
  ASSERT_EQ(library.cells.size(), 32U);
  const Cell& cell = library.cell("DFFPOSX1");
  EXPECT_EQ(cell.leakage_nw, 0.160725);
  EXPECT_EQ(cell.pins[0].capacitance_ff, 27.9235);
  EXPECT_EQ(cell.pins[0].edge_capacitance_ff, (std::array<double, 2>{27.9235, 27.4634}));
  const Pin& out = cell.pins[2];
  // The third load and second transition of the file, whose tables have the load first.
  EXPECT_DOUBLE_EQ(out.arcs[0].delay_ns[0].at(0.24, 25), 0.14606);
  EXPECT_DOUBLE_EQ(out.internal_power[0].energy_fj[1].at(0.24, 25), 76.343);
  EXPECT_DOUBLE_EQ(cell.pins[0].internal_power[0].energy_fj[1].at(0.06, 0), 110.34);
}

/// The energies of reads and writes that were read from the same files by another program.
TEST(CellLibrary, ReadsTheMemoriesOfSg13g2) {
  const std::string folder = pdk_file("sg13g2/sram/");
  if (folder.empty()) GTEST_SKIP() << "MINERVA_PDK_DIR is not set";
  struct Macro {
    const char* name;
    double read_pj;
    double write_pj;
    double area_um2;
  };
  for (const Macro& macro : {Macro{"256x8_c3_bm_bist", 10.2, 13.5, 17547},
                             Macro{"1024x16_c2_bm_bist", 26.5, 32.9, 79674},
                             Macro{"4096x8_c3_bm_bist", 33.7, 42.2, 146413}}) {
    const CellLibrary library =
        read_cell_library(folder + "RM_IHPSG13_1P_" + macro.name + "_typ_1p20V_25C.lib.gz");
    const Cell& cell = library.cells.front();
    EXPECT_EQ(cell.refusal, "");
    EXPECT_NEAR(cell.area_um2, macro.area_um2, 0.5);
    const Pin& clock = cell.pins[static_cast<std::size_t>(cell.pin("A_CLK"))];
    const auto level = [&](const char* pin) { return std::uint64_t{1} << cell.pin(pin); };
    const auto energy_pj = [&](std::uint64_t levels) {
      for (const InternalPower& power : clock.internal_power) {
        if (power.when && power.when->at(levels)) {
          return (power.energy_fj[0].at(0, 0) + power.energy_fj[1].at(0, 0)) / 1000;
        }
      }
      return -1.0;
    };
    EXPECT_NEAR(energy_pj(level("A_MEN") | level("A_REN")), macro.read_pj, 0.051);
    EXPECT_NEAR(energy_pj(level("A_MEN") | level("A_WEN")), macro.write_pj, 0.051);
  }
}

TEST(CellLibrary, RefusesFilesInOneLine) {
  const std::string text = small_text();
  expect_refused(text.substr(0, text.find("cell (BUF)") + 30),
                 "x.lib:71: the file ends inside of 'cell', which begins in line 69: it is "
                 "truncated");
  const std::size_t quote = text.find("\"0.5, 1.5\"") + 4;
  expect_refused(text.substr(0, quote),
                 "x.lib:57: the file ends inside of a quotation that begins here: it is truncated");
  expect_refused("", "x.lib:1: needs the name of an attribute or group");
  expect_refused("hello",
                 "x.lib:1: the file ends inside of 'hello', which begins in line 1: it is "
                 "truncated");
  expect_refused("cell (A) { }",
                 "x.lib:1 = 'cell': needs library (NAME) { .. } as its first group");
  expect_refused(text + "x", "x.lib:639 = 'x': needs an end of the file after the group library");
  expect_refused(changed("\"1ns\"", "\"1min\""),
                 "x.lib:5: time_unit = '1min': needs a time such as 1ns or 10ps");
  expect_refused(changed("(1, ff)", "(1, farad)"),
                 "x.lib:8: capacitive_load_unit = '1,farad': needs a number and ff or pf, as in "
                 "(1,pf)");
  expect_refused(changed("capacitive_load_unit (1, ff);", ""),
                 "x.lib: the library has no capacitive_load_unit (1,pf) or the like");
  expect_refused(changed("leakage_power_unit : \"1nW\";", ""),
                 "x.lib: the library has no leakage_power_unit, which its leakage_power needs");
  expect_refused(changed("voltage_unit : \"1V\";", ""),
                 "x.lib: the library has no voltage_unit, which the unit of energy needs");
  expect_refused(changed("nom_voltage : 2;", ""),
                 "x.lib: the library has neither nom_voltage nor operating_conditions with "
                 "voltage");
  expect_refused(changed("(\"0.5, 1.5\", \"0.75, 1.75\")", "(\"0.5, 1.5\")"),
                 "x.lib:57: values = '2 numbers': needs 4: 2 input_net_transition x 2 "
                 "total_output_net_capacitance");
  expect_refused(changed("cell_rise (delay_2x2) {", "cell_rise (hidden_2) { index_2 (\"0, 1\");"),
                 "x.lib:57: index_2: the template 'hidden_2' has 1 variables, so the table needs "
                 "no index_2");
  expect_refused(changed("cell_rise (delay_2x2)", "cell_rise (delay_9x9)"),
                 "x.lib:57: cell_rise = 'delay_9x9': needs a template that the library declares");
  expect_refused(changed("index_1 (\"0, 1\");", "index_1 (\"1, 1\");"),
                 "x.lib:57: cell_rise: needs index_1 that increases from point to point");
  expect_refused(changed("\"0.5, 1.5\"", "\"0.5, 1.x\""),
                 "x.lib:57: values = '1.x': needs a number");
  expect_refused(changed("function : \"!A\"", "function : \"!Z\""),
                 "x.lib:53: function = '!Z': 'Z' is no pin and no state of the cell");
  expect_refused(changed("related_pin : \"A\"", "related_pin : \"Q\""),
                 "x.lib:55: related_pin = 'Q': the cell has no such pin");
  expect_refused(changed("cell (BUF)", "cell (INV)"),
                 "x.lib:69: cell = 'INV': the library has this cell twice");
}

TEST(CellLibrary, NamesACellThatIsMissingOrNotUnderstood) {
  try {
    small_library().cell("NAND9");
    ADD_FAILURE();
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("lacks the cell 'NAND9', which is needed"),
              std::string::npos);
  }
  const CellLibrary odd = cell_library_from(changed("H - : - : N", "R - : - : N"), "x.lib");
  EXPECT_NO_THROW(odd.cell("INV"));
  EXPECT_THROW(odd.cell("CLKGATE"), UserError);
}

}  // namespace
}  // namespace minerva::circuit
