#include <gtest/gtest.h>

#include <string>

#include "program.hpp"

// Runs side by side, through the program.
namespace minerva::test {
namespace {

const std::string kTiny = std::string(MINERVA_SOURCE_DIR) + "/tests/support/tiny.cfg";

TEST(CompareCommand, PrintsTwoRunsAndWritesTheirTables) {
  const TemporaryFolder folder;
  for (const char* run : {"one", "two"}) {
    const ProgramResult r = run_minerva(
        folder.path(),
        "run " + kTiny + " --training.seed=" + (run[0] == 'o' ? "1" : "2") + " --out " + run);
    ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  }
  const ProgramResult r = run_minerva(folder.path(), "report one two/ --out both");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  EXPECT_EQ(folder.read("both/comparison.txt"), r.standard_output);
  const std::string page = folder.read("both/comparison.html");
  for (const char* part : {"2 runs compared", "geometric mean", "What differs in their configs"}) {
    EXPECT_NE(page.find(part), std::string::npos) << part;
  }
  EXPECT_NE(r.standard_output.find("geometric mean"), std::string::npos);
  const std::string power = folder.read("both/comparison_power.csv");
  EXPECT_NE(power.find("\none,"), std::string::npos) << power;
  EXPECT_NE(power.find("\ntwo,"), std::string::npos) << power;
  // Two stage rows of a run are those of its own table.
  const std::string stages = folder.read("one/stages.csv");
  const std::size_t at = power.find("\none,") + 5;
  const std::string baseline_mw = power.substr(at, power.find(',', at) - at);
  EXPECT_NE(stages.find("," + baseline_mw + ","), std::string::npos) << stages << baseline_mw;
}

TEST(CompareCommand, MistakesAreNamed) {
  const TemporaryFolder folder;
  folder.write("a/summary.json", "{}");
  const auto says = [&](const std::string& arguments, const std::string& expected) {
    const ProgramResult r = run_minerva(folder.path(), "report " + arguments);
    EXPECT_EQ(r.exit_code, 2) << arguments;
    EXPECT_NE(r.standard_error.find(expected), std::string::npos)
        << arguments << ": " << r.standard_error;
  };
  says("nowhere a", "nowhere: needs the directory of a run");
  says("a b", "a/summary.json");
  says("a b --run.threads=2", "--run.threads = '2': a comparison of runs takes --out DIR alone");
  says("a b --out", "--out: needs a value");
}

}  // namespace
}  // namespace minerva::test
