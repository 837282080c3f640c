// Units synthesised to cells of Debian's OSU018 and, with MINERVA_PDK_DIR, of Nangate45 and SG13G2.
#include "minerva/circuit/characterization.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "circuit_case.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/circuit/synthesis.hpp"
#include "program.hpp"

namespace minerva::circuit {
namespace {

using test::kOsu018;
using test::pdk_file;
using test::run_in;
using test::run_minerva;
using test::TemporaryFolder;

bool has_yosys() { return std::system("yosys -V > /dev/null 2>&1") == 0; }

DatapathUnit unit(DatapathUnitKind kind, int a_bits, int b_bits = 0, int out_bits = 0, int drop = 0,
                  Rounding rounding = Rounding::half_up) {
  DatapathUnit made;
  made.kind = kind;
  made.a_bits = a_bits;
  made.b_bits = b_bits;
  made.out_bits = out_bits;
  made.drop_bits = drop;
  made.rounding = rounding;
  return made;
}

DatapathUnit of_lanes(DatapathUnitKind kind, int a_bits, int lanes) {
  DatapathUnit made = unit(kind, a_bits);
  made.lanes = lanes;
  return made;
}

DatapathUnit masked(int bits, Masking masking, SignPolicy sign) {
  DatapathUnit made = unit(DatapathUnitKind::mask_row, bits);
  made.mitigation = {masking, sign, Detector::razor};
  return made;
}

/// Two layers on 5 lanes with 2 write ports.
DatapathUnit small_sequencer() {
  DatapathUnit made = unit(DatapathUnitKind::sequencer, 0);
  made.sequencer.layers = {{3, 2}, {5, 1}};
  made.sequencer.chunk_bits = 3;
  made.sequencer.lane_bits = 3;
  made.sequencer.lanes = 5;
  made.sequencer.write_ports = 2;
  made.a_bits = made.sequencer.bits();
  return made;
}

/// Every kind of unit at odd widths, and every rounding.
std::vector<DatapathUnit> all_kinds() {
  using Kind = DatapathUnitKind;
  return {unit(Kind::multiplier, 3, 2),
          unit(Kind::multiplier, 5, 7),
          unit(Kind::adder, 9),
          unit(Kind::comparator, 2),
          unit(Kind::comparator, 7),
          unit(Kind::round_saturate, 14, 0, 9, 3, Rounding::half_up),
          unit(Kind::round_saturate, 11, 0, 6, 2, Rounding::half_even),
          unit(Kind::round_saturate, 11, 0, 6, 1, Rounding::half_even),
          unit(Kind::round_saturate, 11, 0, 6, 4, Rounding::truncate),
          unit(Kind::round_saturate, 8, 0, 12, 2, Rounding::half_up),
          unit(Kind::round_saturate, 8, 0, 1, 0, Rounding::half_up),
          unit(Kind::rectifier, 13, 0, 5, 4, Rounding::half_even),
          unit(Kind::rectifier, 13, 0, 6, 0, Rounding::truncate),
          unit(Kind::round_saturate, 8, 0, 9, -2, Rounding::half_even),
          unit(Kind::register_row, 5),
          unit(Kind::gated_register, 5),
          unit(Kind::clock_gate, 5),
          unit(Kind::clock_buffer, 5),
          unit(Kind::accumulator_multiplexer, 9, 4),
          of_lanes(Kind::operand_buffer, 5, 3),
          of_lanes(Kind::write_multiplexer, 5, 6),
          masked(5, Masking::word, SignPolicy::zero),
          masked(5, Masking::bit, SignPolicy::zero),
          masked(6, Masking::bit, SignPolicy::hardened),
          masked(7, Masking::bit, SignPolicy::inverted),
          small_sequencer()};
}

/// A lane of odd widths.
LaneUnit small_lane() {
  LaneUnit lane;
  lane.weight_bits = 5;
  lane.activation_bits = 4;
  lane.product_bits = 6;
  lane.accumulator_bits = 9;
  lane.drop_bits = 2;
  lane.result_drop_bits = 1;
  lane.rounding = Rounding::half_even;
  lane.lanes = 3;
  return lane;
}

/// Inputs that are kept and skipped, faulty and sound, of neurons of 7.
LaneStream lane_inputs(const LaneUnit& lane) {
  LaneStream stream = uniform_lane_operands(lane, 5, 200);
  stream.name = "run";
  for (std::size_t k = 0; k < stream.operations.size(); ++k) {
    LaneOperation& each = stream.operations[k];
    each.keep = each.activation % 3 != 0;
    each.first = k % 7 == 0;
    each.last = k % 7 == 6;
    each.faulty_bits = k % 5 == 0 ? static_cast<std::uint32_t>(k) & 31U : 0;
  }
  return stream;
}

CharacterizationOptions options_for(const std::string& library, const std::string& folder,
                                    int threads) {
  CharacterizationOptions options;
  options.library_file = library;
  options.folder = folder;
  options.operations = 300;
  options.threads = threads;
  options.units = all_kinds();
  // A gated register whose enable comes and goes.
  OperandStream stream{"run", {}};
  const OperandStream values = uniform_operands(unit(DatapathUnitKind::adder, 5), 3, 300);
  for (const auto& [a, b] : values.values) stream.values.emplace_back(a, b > 4 ? 1 : 0);
  options.further_operands = {{unit(DatapathUnitKind::gated_register, 5), stream}};
  // A sequencer that is held now and then.
  OperandStream holds{"run", {}};
  for (int k = 0; k < 300; ++k) holds.values.emplace_back(0, k % 7 > 4 ? 1 : 0);
  options.further_operands.push_back({small_sequencer(), holds});
  options.lanes = {{small_lane(), {lane_inputs(small_lane())}}};
  return options;
}

struct Counts {
  std::int64_t done = 0;
  std::int64_t total = 0;
  std::int64_t reused = 0;
};

Characterization run(const CharacterizationOptions& options, Counts& counts) {
  return characterize(options, [&](std::int64_t done, std::int64_t total, std::int64_t reused) {
    counts = {done, total, reused};
  });
}

/// What must hold between the parts of a lane.
void check_parts_of_the_lane(const Characterization& all, std::size_t parts) {
  const auto find = [&](const std::string& operands, const std::string& role) {
    for (std::size_t k = 0; k < 3 * parts; ++k) {
      if (all.rows[k].operands == operands && all.rows[k].role == role) return all.rows[k].figures;
    }
    ADD_FAILURE() << operands << " " << role;
    return UnitMeasurement{};
  };
  for (const char* role : {"multiplier", "rounding", "adder", "accumulator_multiplexer"}) {
    EXPECT_EQ(find("idle", role).energy_fj(), 0) << role;
  }
  // Inputs that are skipped cost no multiplication.
  EXPECT_LT(find("run", "multiplier").energy_fj(), find("uniform", "multiplier").energy_fj());
  // A unit has the same cells in a lane and alone, since each module is mapped by itself.
  for (const CharacterizedUnit& row : all.rows) {
    if (row.lane.empty() || row.unit.kind != DatapathUnitKind::mask_row) continue;
    for (const CharacterizedUnit& alone : all.rows) {
      if (!alone.lane.empty() || alone.unit.name() != row.unit.name()) continue;
      EXPECT_EQ(alone.figures.area_um2, row.figures.area_um2);
    }
  }
}

/// The driver of a broadcast net is a buffer of the library, and no smaller one for more lanes.
void check_drivers(const std::string& file) {
  const CellLibrary library = read_cell_library(file);
  double last_um2 = 0;
  for (const int lanes : {1, 4, 16, 64}) {
    const BufferCell driver = broadcast_driver(library, lanes, MeasurementOptions());
    const auto cell = std::find_if(library.cells.begin(), library.cells.end(),
                                   [&](const Cell& each) { return each.name == driver.name; });
    ASSERT_NE(cell, library.cells.end()) << driver.name;
    EXPECT_GE(cell->area_um2, last_um2) << driver.name;
    last_um2 = cell->area_um2;
  }
}

/// Every result is compared with the integers while it is measured; here, that rows are stored, are
/// the same from the folder, and do not depend on threads.
void check_library(const std::string& library) {
  const TemporaryFolder folder;
  const std::string kept = folder.path() + "/kept";
  Counts counts;
  const Characterization first = run(options_for(library, kept, 2), counts);
  EXPECT_EQ(counts.done, counts.total);
  EXPECT_EQ(counts.reused, 0);
  const UnitCells cells = unit_cells_of(read_cell_library(library));
  EXPECT_FALSE(cells.buffer.name.empty());
  check_drivers(library);
  // Three streams of one lane; each has all of its parts.
  const std::size_t parts = lane_parts(small_lane()).size();
  ASSERT_EQ(static_cast<std::int64_t>(first.rows.size()),
            counts.total + 3 * static_cast<std::int64_t>(parts - 1));
  for (const CharacterizedUnit& row : first.rows) {
    const std::string name =
        row.unit.name() + " " + row.operands + " " + context_of(row) + row.role;
    const bool gate = row.unit.kind == DatapathUnitKind::clock_gate;
    EXPECT_EQ(row.figures.cells > 0, !gate || !cells.gate.name.empty()) << name;
    if (row.figures.cells == 0) continue;
    EXPECT_GT(row.figures.leakage_nw, 0) << name;
    EXPECT_GT(row.figures.area_um2, 0) << name;
    EXPECT_GT(row.figures.longest_path_ns, 0) << name;
    if (row.lane.empty()) {
      EXPECT_EQ(row.figures.operations, 299) << name;
    }
    // In a lane that stands still nothing but the clock takes energy.
    if (row.operands != "idle") {
      EXPECT_GT(row.figures.energy_fj(), 0) << name;
    }
  }
  check_parts_of_the_lane(first, parts);
  const std::string csv = characterization_csv(first);
  const Characterization again = run(options_for(library, kept, 1), counts);
  EXPECT_EQ(counts.reused, counts.total);
  EXPECT_EQ(characterization_csv(again), csv);
  const Characterization alone = run(options_for(library, folder.path() + "/alone", 1), counts);
  EXPECT_EQ(counts.reused, 0);
  EXPECT_EQ(characterization_csv(alone), csv);
  // Other conditions are other rows.
  CharacterizationOptions wired = options_for(library, kept, 2);
  wired.conditions.wire_ff = 3;
  const Characterization more = run(wired, counts);
  EXPECT_EQ(counts.reused, 0);
  EXPECT_GT(more.rows[0].figures.switching_fj, first.rows[0].figures.switching_fj);
}

TEST(Characterization, UnitsInOsu018EqualTheIntegers) {
  if (!has_yosys() || !test::has_osu018()) GTEST_SKIP() << "needs yosys and qflow-tech-osu018";
  check_library(kOsu018);
}

TEST(Characterization, UnitsInNangate45EqualTheIntegers) {
  const std::string library = pdk_file("nangate45/nangate45_typ.lib.gz");
  if (!has_yosys() || library.empty()) GTEST_SKIP() << "needs yosys and MINERVA_PDK_DIR";
  check_library(library);
}

TEST(Characterization, UnitsInSg13g2EqualTheIntegers) {
  const std::string library = pdk_file("sg13g2/sg13g2_stdcell_typ_1p20V_25C.lib.gz");
  if (!has_yosys() || library.empty()) GTEST_SKIP() << "needs yosys and MINERVA_PDK_DIR";
  check_library(library);
}

/// Another simulator of another author, on the same cells: 668 fJ and 5,500 fJ with 1 fF a net.
TEST(Characterization, MultipliersOfNangate45AgreeWithAnIndependentMeasurement) {
  const std::string library = pdk_file("nangate45/nangate45_typ.lib.gz");
  if (!has_yosys() || library.empty()) GTEST_SKIP() << "needs yosys and MINERVA_PDK_DIR";
  const TemporaryFolder folder;
  CharacterizationOptions options;
  options.library_file = library;
  options.folder = folder.path();
  options.threads = 2;
  options.units = {unit(DatapathUnitKind::multiplier, 8, 6),
                   unit(DatapathUnitKind::multiplier, 16, 16)};
  Counts counts;
  const Characterization result = run(options, counts);
  EXPECT_NEAR(result.rows[0].figures.energy_fj(), 668, 0.1 * 668);
  EXPECT_NEAR(result.rows[1].figures.energy_fj(), 5500, 0.1 * 5500);
}

TEST(Characterization, TheCommandWritesItsRows) {
  if (!has_yosys() || !test::has_osu018()) GTEST_SKIP() << "needs yosys and qflow-tech-osu018";
  const TemporaryFolder folder;
  const std::string arguments =
      std::string("characterize --cells ") + kOsu018 +
      " --multipliers 2..3x2 --adders 4 --comparators 3 --registers 2 --operations 100 --clock 10 "
      "--to cells.csv --cache cache --quiet";
  const test::ProgramResult first = run_minerva(folder.path(), arguments);
  ASSERT_EQ(first.exit_code, 0) << first.standard_error;
  EXPECT_NE(first.standard_output.find("multiplier_3x2"), std::string::npos);
  EXPECT_NE(first.standard_output.find("osu018_stdcells, 1.8 V, 25 C, 10 ns"), std::string::npos);
  const std::string csv = folder.read("cells.csv");
  // Two multipliers, an adder, a comparator, a register busy and idle; no clock gate in OSU018.
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 6);
  const test::ProgramResult again = run_minerva(folder.path(), arguments);
  EXPECT_EQ(again.standard_output, first.standard_output);
  EXPECT_EQ(folder.read("cells.csv"), csv);
}

TEST(Characterization, AYosysThatFailsIsNamed) {
  if (!test::has_osu018()) GTEST_SKIP() << "needs qflow-tech-osu018";
  const TemporaryFolder folder;
  folder.write("yosys",
               "#!/bin/sh\n[ \"$1\" = -V ] && echo Yosys 9.9 && exit 0\necho ERROR: no memory >&2\n"
               "exit 1\n");
  run_in(folder.path(), "chmod +x yosys");
  const test::ProgramResult result = run_in(
      folder.path(), std::string("PATH=$PWD:$PATH ") + MINERVA_PROGRAM + " characterize --cells " +
                         kOsu018 + " --multipliers 2x2 --cache cache --to out.csv --threads 1");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.standard_error.find("yosys = 'ERROR: no memory': cannot synthesise"),
            std::string::npos)
      << result.standard_error;
  EXPECT_FALSE(folder.has("out.csv"));
}

}  // namespace
}  // namespace minerva::circuit
