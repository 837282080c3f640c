#include <gtest/gtest.h>

#include "program.hpp"

// `minerva simulate`: waveforms, the table of cycles, both styles of the model.
namespace minerva::test {
namespace {

const std::string kSimulate =
    "simulate " + std::string(MINERVA_SOURCE_DIR) + "/tests/support/tiny.cfg --network " +
    std::string(MINERVA_SOURCE_DIR) +
    "/tests/golden/network.safetensors --design.lanes=4 --design.multiplier_stages=2";

TEST(Simulate, PrintsCyclesCountsAndBanks) {
  const TemporaryFolder folder;
  const ProgramResult r =
      run_minerva(folder.path(), kSimulate + " --simulate.samples=2 --design.weight_banks=3");
  EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  for (const char* word :
       {"fill", "issue", "stall", "drain", "macs_done", "words_written", "activation_writes",
        "SystemC (stage_processes), closed form and inference agree on every cycle"}) {
    EXPECT_NE(r.standard_output.find(word), std::string::npos) << word;
  }
  // 4 lanes x 3 banks of weights; 784 x 3 groups of reads from one bank of inputs.
  EXPECT_NE(r.standard_output.find("weight_reads           12"), std::string::npos)
      << r.standard_output;
  EXPECT_NE(r.standard_output.find("2352"), std::string::npos);
}

TEST(Simulate, TraceIsATableOfTheCyclesAskedFor) {
  const TemporaryFolder folder;
  const ProgramResult r =
      run_minerva(folder.path(), kSimulate + " --trace 3 --simulate.trace_from=786");
  EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  // The last input of group 0 (of 12 neurons on 4 lanes) was read in cycle 783.
  EXPECT_NE(r.standard_output.find("786        1  issue  g1 j2  g1 j1  g1 j0  g0 j783\n"),
            std::string::npos)
      << r.standard_output;
  EXPECT_NE(r.standard_output.find("g0\n788 "), std::string::npos) << r.standard_output;
  EXPECT_EQ(r.standard_output.find("\n789 "), std::string::npos);
  const ProgramResult late =
      run_minerva(folder.path(), kSimulate + " --trace 3 --simulate.trace_from=9999");
  EXPECT_EQ(late.exit_code, 2);
  EXPECT_NE(late.standard_error.find("simulate.trace_from = '9999'"), std::string::npos)
      << late.standard_error;
}

TEST(Simulate, WaveformsAreEqualBytesInEveryRunAndStyle) {
  const TemporaryFolder folder;
  for (const char* options : {"--vcd a.vcd", "--vcd b.vcd",
                              "--vcd c.vcd "
                              "--simulate.model=lane_processes"}) {
    const ProgramResult r = run_minerva(folder.path(), kSimulate + " " + options);
    EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  }
  EXPECT_EQ(folder.names().size(), 3U);
  const std::string first = folder.read("a.vcd");
  EXPECT_EQ(first.find("$date"), std::string::npos);
  EXPECT_NE(first.find("$scope module lane_3 $end"), std::string::npos);
  EXPECT_EQ(folder.read("b.vcd"), first);
  EXPECT_EQ(folder.read("c.vcd"), first);
  if (run_in(folder.path(), "command -v vcd2fst").exit_code != 0) return;
  EXPECT_EQ(run_in(folder.path(), "vcd2fst a.vcd a.fst && test -s a.fst").exit_code, 0);
}

TEST(Simulate, WaveformsOfOneLane) {
  const TemporaryFolder folder;
  const ProgramResult r =
      run_minerva(folder.path(), kSimulate + " --vcd one --simulate.vcd_lanes=2");
  EXPECT_EQ(r.exit_code, 0) << r.standard_error;
  EXPECT_NE(folder.read("one").find("lane_2"), std::string::npos);
  EXPECT_EQ(folder.read("one").find("lane_1"), std::string::npos);
}

TEST(Simulate, WaveformThatCannotBeWrittenIsTheUsersMistake) {
  const TemporaryFolder folder;
  folder.write("kept.vcd", "before");
  const struct {
    std::string command, said;
  } cases[] = {
      {kSimulate + " --vcd nowhere/a.vcd", "nowhere/a.vcd"},
      {kSimulate + " --vcd .", "needs the name of a file"},
      {kSimulate + " --vcd kept.vcd --simulate.vcd_lanes=4", "simulate.vcd_lanes = '4'"},
      {kSimulate + " --vcd kept.vcd --design.clock_period_ns=4.0003", "design.clock_period_ns"},
  };
  for (const auto& each : cases) {
    const ProgramResult r = run_minerva(folder.path(), each.command);
    EXPECT_EQ(r.exit_code, 2) << each.command << r.standard_error;
    EXPECT_NE(r.standard_error.find(each.said), std::string::npos) << r.standard_error;
  }
  const ProgramResult full =
      run_in(folder.path(), "ulimit -f 100; " + std::string(MINERVA_PROGRAM) + " " + kSimulate +
                                " --vcd kept.vcd");
  EXPECT_EQ(full.exit_code, 2) << full.standard_error;
  EXPECT_NE(full.standard_error.find("kept.vcd"), std::string::npos) << full.standard_error;
  EXPECT_EQ(folder.read("kept.vcd"), "before");
  EXPECT_EQ(folder.names(), std::vector<std::string>{"kept.vcd"});
}

}  // namespace
}  // namespace minerva::test
