#include <gtest/gtest.h>

#include <algorithm>

#include "minerva/accelsim/technology.hpp"
#include "program.hpp"

namespace minerva::test {
namespace {

const std::string kTech = std::string(MINERVA_SOURCE_DIR) + "/configs/tech/";

int lines_with(const std::string& text, const std::string& word) {
  int lines = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (text.substr(at, end - at).find(word) != std::string::npos) ++lines;
    at = end + 1;
  }
  return lines;
}

TEST(TechnologyCommand, PrintsWhatEachShippedFileRestsOn) {
  const TemporaryFolder folder;
  for (const std::string name :
       {"public40", "calibrated40", "nangate45", "macros40", "open45", "sg13g2"}) {
    const std::string file = kTech + name + ".cfg";
    const Technology technology = read_technology(file);
    const ProgramResult r = run_minerva(folder.path(), "tech " + file);
    ASSERT_EQ(r.exit_code, 0) << r.standard_error;
    EXPECT_EQ(r.standard_error, "");
    const std::string& text = r.standard_output;
    EXPECT_NE(text.find(std::to_string(technology.rows.size()) + " rows, all accepted"),
              std::string::npos);
    if (name == "sg13g2") {
      // Its macros answer later than the 4 ns of both machines.
      EXPECT_EQ(lines_with(text, "reference machine: refused: design.clock_period_ns = '4'"), 1);
      EXPECT_EQ(lines_with(text, "optimized machine: refused: design.clock_period_ns = '4'"), 1);
    } else {
      EXPECT_EQ(lines_with(text, "reference machine: "), 1 + lines_with(text, "  - reference"));
      EXPECT_EQ(lines_with(text, "refused"), 0) << text;
    }
    // Every row stands in the long form, with its source.
    const ProgramResult all = run_minerva(folder.path(), "tech " + file + " --tech.rows=all");
    ASSERT_EQ(all.exit_code, 0) << all.standard_error;
    EXPECT_EQ(all.standard_output.compare(0, text.size(), text), 0);
    const std::string rows = all.standard_output.substr(text.size());
    EXPECT_EQ(lines_with(rows, " | "), static_cast<int>(technology.rows.size()) + 1);
    for (const FigureRow& row : technology.rows) {
      EXPECT_EQ(lines_with(rows, "  " + row.key() + " | " + row.value_text + " | "), 1)
          << row.key();
    }
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(TechnologyOfARun, ItsResidualsAndTheSamplingOfFaultMapsMakeAnInterval) {
  const TemporaryFolder folder;
  const ProgramResult r =
      run_minerva(folder.path(), "run " + std::string(MINERVA_SOURCE_DIR) +
                                     "/tests/support/quick.cfg --tech.file=nangate45 --out run "
                                     "--quiet");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  // Faults are sampled in stage 5 alone.
  EXPECT_EQ(lines_with(r.standard_output, ": uncertain, "), 4) << r.standard_output;
  EXPECT_EQ(lines_with(r.standard_output, " and the sampling of fault maps; "), 1);
  EXPECT_NE(folder.read("run/summary.json").find("\"sampling of fault maps\""), std::string::npos);
  EXPECT_NE(folder.read("run/stages.csv").find(",power_low_mw,power_high_mw,power_decided_by"),
            std::string::npos);
}

}  // namespace
}  // namespace minerva::test
