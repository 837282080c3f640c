#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

#include "minerva/accelsim/technology.hpp"
#include "program.hpp"

// The program that fitted the figures of the shipped technologies still gives them.
namespace minerva::test {
namespace {

const std::string kSource = MINERVA_SOURCE_DIR;

std::map<std::string, double> rows_of(const std::string& file) {
  std::map<std::string, double> rows;
  for (const FigureRow& row : read_technology(kSource + "/configs/tech/" + file).rows) {
    rows[row.key()] = row.value;
  }
  return rows;
}

TEST(TechnologyFit, ProgramReproducesTheRowsItFitted) {
  const TemporaryFolder folder;
  const ProgramResult r = run_in(folder.path(), std::string(MINERVA_FIT_PROGRAM) + " " + kSource +
                                                    "/accelsim/fit/cacti_p_40nm_hp.csv " + kSource +
                                                    "/configs/tech/public40.cfg");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  const std::string& text = r.standard_output;
  const auto scan = [&](const char* start, const char* format, double* a, double* b, double* c) {
    const auto at = text.find(start);
    EXPECT_NE(at, std::string::npos) << start;
    return at == std::string::npos ? 0 : std::sscanf(text.c_str() + at, format, a, b, c);
  };
  std::map<std::string, double> p = rows_of("public40.cfg");
  double a = 0, b = 0, c = 0;
  ASSERT_EQ(scan("read pJ", "read pJ, x = sqrt(bits) = %lf + %lf x", &a, &b, &c), 2);
  EXPECT_EQ(a, p["sram_energy_fixed"]);
  EXPECT_EQ(b, p["sram_energy_root"]);
  ASSERT_EQ(scan("area um2", "area um2, x = bits = %lf + %lf x", &a, &b, &c), 2);
  EXPECT_EQ(a, p["sram_area_fixed"]);
  EXPECT_EQ(b, p["sram_area_bit"]);
  ASSERT_EQ(scan("write over read", "write over read %lf, leakage %lf uW/KB", &a, &b, &c), 2);
  EXPECT_EQ(a, p["sram_write_to_read"]);
  EXPECT_EQ(b, p["sram_leakage"]);
  std::map<std::string, double> q = rows_of("calibrated40.cfg");
  ASSERT_EQ(
      scan("three figures",
           "three figures fitted: fixed %lf pJ, leakage %lf uW/KB, clock %lf pJ/mm2", &a, &b, &c),
      3);
  EXPECT_EQ(a, q["sram_energy_fixed"]);
  EXPECT_EQ(b, q["sram_leakage"]);
  EXPECT_EQ(c, q["clock_energy"]);
}

/// What minerva_fit_macros prints for the macros of a kit: values by name.
std::map<std::string, std::string> fitted(const std::string& arguments) {
  const TemporaryFolder folder;
  const ProgramResult r =
      run_in(folder.path(), std::string(MINERVA_MACROS_PROGRAM) + " --from-node 130 " + arguments +
                                " $MINERVA_PDK_DIR/sg13g2/sram/*_typ_1p20V_25C.lib.gz");
  EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  std::map<std::string, std::string> rows;
  std::istringstream lines(r.standard_output);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t bar = line.find(" | ");
    rows[line.substr(0, bar)] = line.substr(bar + 3, line.find(" | ", bar + 3) - bar - 3);
  }
  return rows;
}

TEST(TechnologyFit, MacrosOfTheFoundryGiveTheRowsOfEveryFile) {
  if (std::getenv("MINERVA_PDK_DIR") == nullptr) GTEST_SKIP() << "needs MINERVA_PDK_DIR";
  struct File {
    const char* name;
    const char* arguments;
  };
  for (const File& file :
       {File{"sg13g2.cfg", ""}, File{"open45.cfg", "--to-node 45 --to-voltage 1"},
        File{"macros40.cfg", "--to-node 40 --to-voltage 0.95"}}) {
    std::map<std::string, std::string> shipped;
    for (const FigureRow& row : read_technology(kSource + "/configs/tech/" + file.name).rows) {
      shipped[row.key()] = row.value_text;
    }
    int compared = 0;
    for (const auto& [name, value] : fitted(file.arguments)) {
      // Bit lines of open45 are simulated, and those of macros40 published.
      if (name == "sram_read_word_bit" && std::string(file.name) != "sg13g2.cfg") continue;
      const auto row = shipped.find(name);
      // macros40 has no access times, as it has no process.
      if (row == shipped.end() && name.rfind("sram_access_", 0) == 0) continue;
      ASSERT_NE(row, shipped.end()) << file.name << ": " << name;
      EXPECT_EQ(row->second, value) << file.name << ": " << name;
      ++compared;
    }
    EXPECT_GE(compared, 13) << file.name;
  }
}

TEST(TechnologyFit, MistakesOfTheMacrosProgramAreOneLine) {
  const TemporaryFolder folder;
  folder.write("a.lib", "library (a) { cell (b) { area : 1; } }");
  const std::string program = MINERVA_MACROS_PROGRAM;
  for (const auto& [words, says] : std::map<std::string, std::string>{
           {"--from-node 130 a.lib", "five macros"},
           {"--to-node 45 --to-voltage 1 a.lib a.lib a.lib a.lib a.lib", "--from-node"},
           {"--from-node 130 --to-node 45 a.lib a.lib a.lib a.lib a.lib", "together"},
           {"--from-node 130 a.lib a.lib a.lib a.lib a.lib", "memory"}}) {
    const ProgramResult r = run_in(folder.path(), program + " " + words);
    EXPECT_EQ(r.exit_code, 2) << words;
    EXPECT_NE(r.standard_error.find(says), std::string::npos) << r.standard_error;
    EXPECT_EQ(r.standard_output, "");
  }
}

}  // namespace
}  // namespace minerva::test
