#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "minerva/accelsim/fault_criterion.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/accelsim/technology.hpp"
#include "program.hpp"
#include "small_cards.hpp"

namespace minerva::test {
namespace {

const std::string kBase = std::string(MINERVA_SOURCE_DIR) + "/configs/tech/nangate45.cfg";
const std::string kKeys =
    " --sram.cards=n.inc,p.inc --sram.voltages=0.7,0.8,0.9,1 --sram.samples=200 "
    "--design.clock_period_ns=40 --sram.cache_dir=tables ";

bool ngspice_is_there() { return std::system("ngspice --version > /dev/null 2>&1") == 0; }

class SramCommand : public testing::Test {
 protected:
  void SetUp() override {
    folder_.write("n.inc", kSmallNmos);
    folder_.write("p.inc", kSmallPmos);
  }
  TemporaryFolder folder_;
};

TEST_F(SramCommand, WritesATechnologyThatSaysItsCriterion) {
  if (!ngspice_is_there()) GTEST_SKIP() << "ngspice is not installed";
  const ProgramResult made = run_minerva(
      folder_.path(), "sram" + kKeys + "--base " + kBase + " --to mine.cfg --csv curve.csv");
  ASSERT_EQ(made.exit_code, 0) << made.standard_error;
  EXPECT_NE(made.standard_output.find("clocked: flips when it is read or cannot be written"),
            std::string::npos);
  EXPECT_NE(made.standard_output.find("left out"), std::string::npos);
  // What was replaced is said.
  EXPECT_NE(made.standard_error.find("sram_nominal_voltage: 0.95 of"), std::string::npos);
  const Technology technology = read_technology(folder_.path() + "/mine.cfg");
  const Technology base = read_technology(kBase);
  EXPECT_EQ(technology.sram_nominal_v, 1);
  ASSERT_EQ(technology.fault_rates.size(), 4U);
  EXPECT_EQ(technology.fault_rates[3].voltage_v, 0.7);
  EXPECT_EQ(technology.files.size(), 2U);  // the base is included
  EXPECT_EQ(technology.sram_energy_root_pj, base.sram_energy_root_pj);
  const std::vector<FaultTable> tables = fault_tables(technology);
  std::size_t fault_rows = 0;
  for (const FaultTable& table : tables) fault_rows += table.rates.size();
  ASSERT_EQ(tables.size(), 5U);
  EXPECT_EQ(tables[0].criterion, FaultCriterion::clocked);
  EXPECT_EQ(tables[0].clock_period_ns, 40);
  // The clock period is the one row that the base does not have.
  EXPECT_EQ(technology.rows.size() - fault_rows - 1, base.rows.size() - base.fault_rates.size());
  for (const FaultTable& table : tables) {
    // At most as many fail by one criterion as by all of them.
    for (const FaultRateRow& row : table.rates) {
      const auto all =
          std::find_if(tables[0].rates.begin(), tables[0].rates.end(),
                       [&](const FaultRateRow& each) { return each.voltage_v == row.voltage_v; });
      if (all == tables[0].rates.end()) continue;
      EXPECT_LE(row.rate, all->rate) << table.name;
    }
  }
  // Part of a read keeps its swing: the law is below that of the base, 2, and above 1.
  EXPECT_GT(technology.sram_dynamic_exponent, 1);
  EXPECT_LT(technology.sram_dynamic_exponent, 2);
  EXPECT_NE(made.standard_error.find("sram_dynamic_exponent: 2 of"), std::string::npos);
  EXPECT_TRUE(counts_access_time(failure_criterion(technology.rows)));
  EXPECT_FALSE(counts_access_time(failure_criterion(base.rows)));
  const ProgramResult shown = run_minerva(folder_.path(), "tech mine.cfg");
  ASSERT_EQ(shown.exit_code, 0) << shown.standard_error;
  for (const auto& criterion : enum_names(FaultCriterion{})) {
    EXPECT_NE(shown.standard_output.find(std::string("fault criterion: ") + criterion.text + ": "),
              std::string::npos);
  }
  EXPECT_NE(shown.standard_output.find("by 100 mV within 10 ns (0.25 of 40 ns)"),
            std::string::npos);

  // The curve needs ngspice once, and has the same bytes at any number of threads.
  const std::string csv = folder_.read("curve.csv");
  const std::string file = folder_.read("mine.cfg");

  const ProgramResult again =
      run_in(folder_.path(), "PATH=/nowhere " MINERVA_PROGRAM " sram" + kKeys +
                                 "--threads 2 --base " + kBase + " --to mine.cfg --csv curve.csv");
  ASSERT_EQ(again.exit_code, 0) << again.standard_error;
  EXPECT_NE(again.standard_error.find("0 of 4 voltages were simulated"), std::string::npos);
  EXPECT_EQ(folder_.read("curve.csv"), csv);
  EXPECT_EQ(folder_.read("mine.cfg"), file);
  EXPECT_EQ(again.standard_output, made.standard_output);
  EXPECT_EQ(csv.rfind("supply_v,read_noise_margin_mv,", 0), 0U);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 5);
}

TEST_F(SramCommand, AnotherCriterionIsAnotherCurve) {
  if (!ngspice_is_there()) GTEST_SKIP() << "ngspice is not installed";
  std::string first;
  for (const std::string criterion : {"clocked", "static_noise", "read_flip"}) {
    const ProgramResult r =
        run_minerva(folder_.path(), "sram" + kKeys + "--to rows.cfg --sram.criterion=" + criterion);
    ASSERT_EQ(r.exit_code, 0) << r.standard_error;
    const std::string rows = folder_.read("rows.cfg");
    EXPECT_NE(rows.find("| " + criterion + ": "), std::string::npos);
    EXPECT_NE(rows, first);
    first = rows;
  }
}

TEST_F(SramCommand, AMachineOfAShorterClockIsRefusedBeforeAnythingIsTrained) {
  if (!ngspice_is_there()) GTEST_SKIP() << "ngspice is not installed";
  const ProgramResult made =
      run_minerva(folder_.path(), "sram" + kKeys + "--base " + kBase + " --to mine.cfg");
  ASSERT_EQ(made.exit_code, 0) << made.standard_error;
  // quick.cfg explores machines of 4 ns.
  const ProgramResult run =
      run_minerva(folder_.path(), "run " + std::string(MINERVA_SOURCE_DIR) +
                                      "/tests/support/quick.cfg --quiet --tech.file=mine.cfg "
                                      "--out run");
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.standard_error.rfind("minerva: dse.clock_period_ns = '4': needs 40 ns or more", 0),
            0U)
      << run.standard_error;
}

TEST_F(SramCommand, SaysThatNgspiceIsMissing) {
  const ProgramResult r = run_in(
      folder_.path(), "PATH=/nowhere " MINERVA_PROGRAM " sram" + kKeys + "--to rows.cfg --quiet");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_EQ(r.standard_error,
            "minerva: ngspice: is not installed: needs the Debian package ngspice on the path\n");
  EXPECT_FALSE(folder_.has("rows.cfg"));
}

}  // namespace
}  // namespace minerva::test
