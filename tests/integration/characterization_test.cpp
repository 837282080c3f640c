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
          unit(Kind::register_row, 5),
          unit(Kind::gated_register, 5)};
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

/// Every result is compared with the integers while it is measured; here, that rows are stored, are
/// the same from the folder, and do not depend on threads.
void check_library(const std::string& library) {
  const TemporaryFolder folder;
  const std::string kept = folder.path() + "/kept";
  Counts counts;
  const Characterization first = run(options_for(library, kept, 2), counts);
  EXPECT_EQ(counts.done, counts.total);
  EXPECT_EQ(counts.reused, 0);
  ASSERT_EQ(static_cast<std::int64_t>(first.rows.size()), counts.total);
  for (const CharacterizedUnit& row : first.rows) {
    EXPECT_GT(row.figures.cells, 0) << row.unit.name();
    EXPECT_GT(row.figures.energy_fj(), 0) << row.unit.name();
    EXPECT_GT(row.figures.leakage_nw, 0) << row.unit.name();
    EXPECT_GT(row.figures.longest_path_ns, 0) << row.unit.name();
    EXPECT_EQ(row.figures.operations, 299);
  }
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
