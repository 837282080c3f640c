#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "program.hpp"

// Real MNIST: the book's network at a short training, all five stages, and the published machine.
namespace minerva::test {
namespace {

class Mnist : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (std::getenv("MINERVA_DATA_DIR") == nullptr) return;
    folder_ = new TemporaryFolder;
    run_ = new ProgramResult(run_minerva(
        folder_->path(), "run " + std::string(MINERVA_SOURCE_DIR) +
                             "/configs/flows/mnist.cfg --out run --training.epochs=4 "
                             "--sweep.topologies= --budget.sigma_percent=0.14 --noise.seeds=0 "
                             "--faults.maps=3 --faults.maps_max=6 --dse.verify_samples=1"));
  }
  static void TearDownTestSuite() {
    delete run_;
    delete folder_;
  }
  void SetUp() override {
    if (folder_ == nullptr) GTEST_SKIP() << "MINERVA_DATA_DIR is not set: no MNIST to test on";
    ASSERT_EQ(run_->exit_code, 0) << run_->standard_error;
  }
  static nlohmann::json summary() {
    return nlohmann::json::parse(folder_->read("run/summary.json"));
  }

  static TemporaryFolder* folder_;
  static ProgramResult* run_;
};
TemporaryFolder* Mnist::folder_ = nullptr;
ProgramResult* Mnist::run_ = nullptr;

TEST_F(Mnist, TrainsBelowThreePercentInFourEpochs) {
  const nlohmann::json network = summary().at("network");
  EXPECT_EQ(network.at("test_samples"), 10000);
  EXPECT_EQ(network.at("validation_samples"), 10000);
  EXPECT_EQ(network.at("weights"), 334336);  // book, Table 4.1: 334 K
  EXPECT_LE(network.at("test_wrong").get<int>(), 300);
}

TEST_F(Mnist, StaysWithinOneSigmaOfTheBookOnValidation) {
  for (const nlohmann::json& stage : summary().at("stages")) {
    if (stage.at("bound_validation_wrong").is_null()) continue;
    EXPECT_LE(stage.at("validation_wrong").get<double>(),
              stage.at("bound_validation_wrong").get<double>())
        << stage.at("name");
  }
}

TEST_F(Mnist, EachUnsafeStageSavesPower) {
  const nlohmann::json stages = summary().at("stages");
  ASSERT_EQ(stages.size(), 5U);
  for (std::size_t i = 2; i < 5; ++i) {
    EXPECT_GT(stages[i].at("factor_before").get<double>(), 1.2) << stages[i].at("name");
  }
}

TEST_F(Mnist, MachineOfTheBookPredictsAsOftenAsPublished) {
  // 11,820 predictions/s at 250 MHz are 21,151 cycles; 20,992 of them issue.
  const nlohmann::json stages = summary().at("stages");
  EXPECT_GT(stages[4].at("predictions_per_s").get<double>(), 250e6 / 21151);
  EXPECT_LT(stages[4].at("predictions_per_s").get<double>(), 250e6 / 20992);
}

TEST_F(Mnist, DumpIsRecomputedByAnIndependentProgram) {
  const std::string python = python_with_numpy();
  if (python.empty()) GTEST_SKIP() << "python3-numpy is not installed";
  const ProgramResult eval =
      run_minerva(folder_->path(), "eval " + std::string(MINERVA_SOURCE_DIR) +
                                       "/configs/flows/mnist.cfg --network run/network.safetensors "
                                       "--plan run/plan.json --thresholds run/thresholds.json "
                                       "--faults run/faults.json --eval.samples=100 --dump dump");
  ASSERT_EQ(eval.exit_code, 0) << eval.standard_error;
  const ProgramResult check =
      run_in(folder_->path(),
             python + " " + std::string(MINERVA_SOURCE_DIR) + "/tests/support/check_dump.py dump");
  EXPECT_EQ(check.exit_code, 0) << check.standard_error;
  EXPECT_NE(check.standard_output.find("class: 100 equal"), std::string::npos);
}

}  // namespace
}  // namespace minerva::test
