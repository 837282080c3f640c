#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "program.hpp"

// A recorded run from a recorded network: from a trained network on, every bit is the same on every
// machine. MINERVA_UPDATE_GOLDEN=1 accepts what the program writes now.
namespace minerva::test {
namespace {

const std::string kGolden = std::string(MINERVA_SOURCE_DIR) + "/tests/golden";

TEST(Golden, StagesFromARecordedNetworkAreTheSameToTheLastDigit) {
  const TemporaryFolder folder;
  const ProgramResult run =
      run_minerva(folder.path(), "run " + std::string(MINERVA_SOURCE_DIR) +
                                     "/tests/support/tiny.cfg --out run " +
                                     "--budget.sigma_percent=0.5 --sweep.topologies= --network " +
                                     kGolden + "/network.safetensors");
  ASSERT_EQ(run.exit_code, 0) << run.standard_error;
  for (const std::string name :
       {"stages.csv", "power.csv", "formats.csv", "format_curve.csv", "saturation.csv",
        "pruning.csv", "threshold_curve.csv", "activation_histogram.csv", "faults.csv",
        "fault_curves.csv", "yield.csv", "voltage.csv", "design_space.csv", "frontier.csv"}) {
    const std::string now = folder.read("run/" + name);
    if (std::getenv("MINERVA_UPDATE_GOLDEN") != nullptr) {
      std::ofstream(kGolden + "/" + name, std::ios::binary) << now;
    }
    EXPECT_EQ(now, read_whole(kGolden + "/" + name)) << name;
  }
}

}  // namespace
}  // namespace minerva::test
