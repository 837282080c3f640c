// `minerva characterize --technology`: rows of a technology file from cells of Debian's OSU018.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "circuit_case.hpp"
#include "minerva/accelsim/technology_rows.hpp"
#include "minerva/circuit/cell_rows.hpp"
#include "program.hpp"

namespace minerva {
namespace {

using test::run_minerva;
using test::TemporaryFolder;

bool can_run() { return std::system("yosys -V > /dev/null 2>&1") == 0 && test::has_osu018(); }

const FigureRow* find(const std::vector<FigureRow>& rows, const std::string& key) {
  for (const FigureRow& row : rows) {
    if (row.key() == key) return &row;
  }
  return nullptr;
}

double value(const std::vector<FigureRow>& rows, const std::string& key) {
  const FigureRow* row = find(rows, key);
  EXPECT_NE(row, nullptr) << key;
  return row == nullptr ? 0 : row->value;
}

/// Few units besides those of the rows, of a slow library.
std::string arguments(const std::string& more) {
  return std::string("characterize --cells ") + test::kOsu018 +
         " --multipliers 2x2 --adders 2 --comparators 2 --registers 2 --operations 60 --clock 20 "
         "--cache cache --quiet --technology made.cfg --grid 4 " +
         more;
}

TEST(CharacterizedTechnology, RowsOfARunHaveItsOperandsAndTheBasesMemories) {
  if (!can_run()) GTEST_SKIP() << "needs yosys and qflow-tech-osu018";
  const TemporaryFolder folder;
  const test::ProgramResult trained =
      run_minerva(folder.path(), "run " + std::string(MINERVA_SOURCE_DIR) +
                                     "/tests/support/quick.cfg --out run --quiet");
  ASSERT_EQ(trained.exit_code, 0) << trained.standard_error;
  const std::string base = std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg";
  const std::string asked =
      arguments("--run run --samples 2 --node '180 nm' --to all.csv --base " + base);
  const test::ProgramResult made = run_minerva(folder.path(), asked);
  ASSERT_EQ(made.exit_code, 0) << made.standard_error;
  const std::string text = folder.read("made.cfg");
  const std::vector<FigureRow> rows = read_technology_file(folder.path() + "/made.cfg").rows;

  // No row stands twice, and a grid is full.
  std::set<std::string> keys;
  std::set<double> weights;
  std::set<double> inputs;
  std::size_t multipliers = 0;
  for (const FigureRow& row : rows) {
    EXPECT_TRUE(keys.insert(row.key()).second) << row.key();
    if (row.name != "multiplier_energy") continue;
    ++multipliers;
    weights.insert(row.index[0]);
    inputs.insert(row.index[1]);
    for (const char* other : {"leakage", "area", "delay", "energy_dense", "energy_kept"}) {
      FigureRow of_other = row;
      of_other.name = std::string("multiplier_") + other;
      EXPECT_GT(value(rows, of_other.key()), 0) << of_other.key();
    }
  }
  EXPECT_EQ(multipliers, weights.size() * inputs.size());
  EXPECT_GE(multipliers, 4u);  // 4 bits and those of the run

  // Energies are those in lanes, and zeros are nearly free.
  const FigureRow* kept = find(rows, "multiplier_energy_kept[4x4]");
  ASSERT_NE(kept, nullptr);
  EXPECT_NE(kept->conditions.find("in a lane, 20 ns, 1.8 V"), std::string::npos);
  EXPECT_NE(kept->conditions.find("operands of digits 784-"), std::string::npos);
  EXPECT_EQ(kept->node, "180 nm");
  EXPECT_NE(kept->source.find("minerva characterize, osu018_stdcells (sha256 "), std::string::npos);
  EXPECT_NE(kept->source.find("Yosys"), std::string::npos);
  EXPECT_LT(value(rows, "multiplier_energy_dense[4x4]"), kept->value);
  for (const int bits : {12, 20, 32}) {
    const std::string index = "[" + std::to_string(bits) + "]";
    EXPECT_GT(value(rows, "adder_energy_kept" + index), value(rows, "adder_energy_dense" + index));
    EXPECT_GT(value(rows, "rectifier_energy" + index), 0);
  }

  // Memories, voltages and faults are the base's; rows of its datapath by period are gone.
  const std::vector<FigureRow> before = read_technology_file(base).rows;
  for (const char* name : {"sram_leakage", "sram_nominal_voltage", "fault_rate[0.50]",
                           "bitwise_energy", "multiplexer_bit_area"}) {
    const FigureRow* row = find(before, name);
    if (row == nullptr) continue;
    EXPECT_EQ(find(rows, name)->value_text, row->value_text) << name;
    EXPECT_EQ(find(rows, name)->source, row->source) << name;
  }
  for (const char* name : {"multiplier_energy_exponent", "adder_delay_fixed", "clock_energy"}) {
    EXPECT_EQ(find(rows, name), nullptr) << name;
  }
  EXPECT_GT(value(rows, "clock_pin_energy"), 0);
  EXPECT_GT(value(rows, "operand_buffer_bit_energy"), 0);
  // Figures of cores stand for those of the sequencer alone.
  EXPECT_EQ(find(rows, "sequencer_bit_energy"), nullptr);
  for (const char* name : {"control_bit_energy", "control_bit_area", "selection_bit_energy_dense",
                           "selection_bit_energy_kept", "registered_adder_dense",
                           "registered_rounding_dense", "registered_rounding_kept"}) {
    EXPECT_GT(value(rows, name), 0) << name;
  }
  EXPECT_NE(find(rows, "control_bit_energy")->conditions.find("in a core of 8 lanes x 2 MACs"),
            std::string::npos);
  // OSU018 has no clock gate: the group is left out as a whole.
  EXPECT_EQ(find(rows, "register_bit_write_energy"), nullptr);
  EXPECT_EQ(find(rows, "clock_gate_energy"), nullptr);

  // The same again, from what is stored.
  ASSERT_EQ(run_minerva(folder.path(), asked).exit_code, 0);
  EXPECT_EQ(folder.read("made.cfg"), text);
  const std::string csv = folder.read("all.csv");
  EXPECT_NE(csv.find(",alone,"), std::string::npos);
  EXPECT_NE(csv.find(",lane_4x4_to_"), std::string::npos);
}

TEST(CharacterizedTechnology, WithoutARunRowsAreOfUniformOperandsAlone) {
  if (!can_run()) GTEST_SKIP() << "needs yosys and qflow-tech-osu018";
  const TemporaryFolder folder;
  const test::ProgramResult made = run_minerva(folder.path(), arguments(""));
  ASSERT_EQ(made.exit_code, 0) << made.standard_error;
  const std::vector<FigureRow> rows = read_technology_file(folder.path() + "/made.cfg").rows;
  EXPECT_GT(value(rows, "multiplier_energy[8x6]"), value(rows, "multiplier_energy[4x4]"));
  EXPECT_GT(value(rows, "sequencer_bit_energy"), 0);
  EXPECT_EQ(find(rows, "control_bit_energy"), nullptr);
  for (const FigureRow& row : rows) {
    EXPECT_EQ(row.conditions.find("operands of"), std::string::npos) << row.key();
    EXPECT_EQ(row.name.find("_dense"), std::string::npos) << row.key();
    EXPECT_EQ(row.node, "osu018_stdcells");
  }
}

}  // namespace
}  // namespace minerva
