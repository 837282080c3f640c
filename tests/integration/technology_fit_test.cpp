#include <gtest/gtest.h>

#include <cstdio>
#include <map>

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

}  // namespace
}  // namespace minerva::test
