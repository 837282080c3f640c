#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "program.hpp"

// `minerva rtl`: what it writes for a design, and that the bench, the Makefile and the synthesis
// script in the folder work.
namespace minerva::test {
namespace {

const std::string kSource = MINERVA_SOURCE_DIR;

bool has(const std::string& program) {
  return run_in("/", "command -v " + program + " && make --version").exit_code == 0;
}

/// `make` with the faster simulator for long benches; empty: neither is there.
std::string simulation_target() {
  if (has("verilator")) return "verilator";
  return has("iverilog") ? "iverilog" : "";
}

std::string first_lines_of_failure(const ProgramResult& r) {
  return (r.standard_output + r.standard_error).substr(0, 4000);
}

/// The design that the demo chooses: its machine, formats, thresholds and faults.
class DemoDesign : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    folder_->write("point.json",
                   R"({"schema": "minerva-design-point-2", "lanes": 4, "macs_per_lane": 4,)"
                   R"("weight_bandwidth": 4, "activation_bandwidth": 4, "write_ports": 4,)"
                   R"("multiplier_stages": 2, "clock_period_ns": 4.0, "weight_banks": 0,)"
                   R"("activation_banks": 0, "weight_bank_words": 0})");
    std::string layers;
    for (int k = 0; k < 4; ++k) {
      layers += std::string(k == 0 ? "" : ", ") + R"({"W": [1, 6], "X": [3, 3], "P": [1, 9]})";
    }
    folder_->write(
        "plan.json",
        R"({"schema": "minerva-plan-2", "rounding": "half_up", "layers": [)" + layers + "]}");
    folder_->write("thresholds.json",
                   R"({"schema": "minerva-thresholds-1", "theta": [0.25, 0.125, 0.25, 0.125]})");
    folder_->write("faults.json",
                   R"({"schema": "minerva-faults-1", "rate": 0.0389911, "masking": "bit",)"
                   R"("sign": "zero", "detector": "razor", "voltage_v": 0.36})");
    trained_ = new ProgramResult(
        run_minerva(folder_->path(), "train " + kSource +
                                         "/configs/flows/demo.cfg --out run --training.epochs=1 "
                                         "--sweep.topologies= --data.train_samples=2000"));
  }
  static void TearDownTestSuite() {
    delete trained_;
    delete folder_;
  }
  void SetUp() override { ASSERT_EQ(trained_->exit_code, 0) << trained_->standard_error; }

  static ProgramResult write(const std::string& options) {
    return run_minerva(folder_->path(),
                       "rtl " + kSource +
                           "/configs/flows/demo.cfg --network run/network.safetensors --plan "
                           "plan.json --thresholds thresholds.json --faults faults.json "
                           "--design.file=point.json " +
                           options);
  }
  static TemporaryFolder* folder_;
  static ProgramResult* trained_;
};
TemporaryFolder* DemoDesign::folder_ = nullptr;
ProgramResult* DemoDesign::trained_ = nullptr;

TEST_F(DemoDesign, TenPredictionsAreThoseOfInference) {
  const std::string target = simulation_target();
  if (target.empty()) GTEST_SKIP() << "neither Verilator nor Icarus Verilog, or no make";
  const ProgramResult r = write("--to rtl");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  const ProgramResult bench = run_in(folder_->path(), "make -s -C rtl " + target);
  EXPECT_EQ(bench.exit_code, 0) << first_lines_of_failure(bench);
  EXPECT_NE(bench.standard_output.find(
                "10 predictions, 209480 cycles, 15780 numbers compared, 0 differences\nPASS"),
            std::string::npos)
      << first_lines_of_failure(bench);
  std::printf("%s: %s", target.c_str(), bench.standard_output.c_str());
}

TEST_F(DemoDesign, EqualCallsWriteEqualBytesAndNothingElse) {
  for (const char* to : {"one", "two"}) {
    const ProgramResult r = write(std::string("--samples 1 --to ") + to);
    ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  }
  int files = 0;
  for (const std::string& name : folder_->names()) {
    if (name.rfind("one/", 0) != 0) continue;
    EXPECT_EQ(name.find("minerva"), std::string::npos) << name;  // marks and locks are gone
    EXPECT_EQ(folder_->read(name), folder_->read("two/" + name.substr(4))) << name;
    ++files;
  }
  // 25 of Verilog, Makefile, README, 4 lanes x (4 banks of weights and of faults, biases), vectors.
  EXPECT_EQ(files, 70);
}

TEST_F(DemoDesign, SaysWhatItWroteInTextAndJson) {
  const ProgramResult text = write("--samples 2 --to text");
  ASSERT_EQ(text.exit_code, 0) << text.standard_error;
  for (const char* part : {"784-256-256-256-10", "4 lanes x 4 MACs", "bit masking, detector razor",
                           "of faults.json", "2 predictions of 20948 cycles"}) {
    EXPECT_NE(text.standard_output.find(part), std::string::npos) << text.standard_output;
  }
  const ProgramResult json = write("--samples 2 --registers enabled --to json --json");
  ASSERT_EQ(json.exit_code, 0) << json.standard_error;
  const auto document = nlohmann::json::parse(json.standard_output);
  EXPECT_EQ(document.at("schema"), "minerva-rtl-1");
  EXPECT_EQ(document.at("cycles_per_prediction"), 20948);
  EXPECT_EQ(document.at("faults_from"), "faults.json");
  EXPECT_EQ(document.at("files"), 70);
  EXPECT_NE(folder_->read("json/machine_parameters.vh").find("CLOCK_GATE = 0;"), std::string::npos);
  EXPECT_NE(folder_->read("text/machine_parameters.vh").find("CLOCK_GATE = 1;"), std::string::npos);
}

/// A network of 784-12-10 with formats that differ from layer to layer.
class SmallDesign : public testing::Test {
 protected:
  void SetUp() override {
    folder_.write("plan.json",
                  R"({"schema": "minerva-plan-2", "rounding": "half_even", "layers": [)"
                  R"({"W": [1, 5], "X": [2, 3], "P": [2, 6], "theta": 2},)"
                  R"({"W": [2, 4], "X": [3, 2], "P": [4, 4], "theta": 1}]})");
  }
  ProgramResult write(const std::string& options) {
    return run_minerva(folder_.path(), "rtl " + kSource + "/tests/support/tiny.cfg --network " +
                                           kSource +
                                           "/tests/golden/network.safetensors --plan plan.json "
                                           "--design.lanes=2 --samples 2 " +
                                           options);
  }
  TemporaryFolder folder_;
};

TEST_F(SmallDesign, RomHoldsTheWeights) {
  const ProgramResult r = write("--design.weight_storage=rom --to rtl");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  EXPECT_NE(folder_.read("rtl/machine_parameters.vh").find("ROM = 1;"), std::string::npos);
  if (!has("iverilog")) GTEST_SKIP() << "no Icarus Verilog, or no make";
  const ProgramResult bench = run_in(folder_.path(), "make -s -C rtl");
  EXPECT_EQ(bench.exit_code, 0) << first_lines_of_failure(bench);
}

// Every part that is to become gates does, without latches, and to the cells of a library.
TEST_F(SmallDesign, YosysSynthesisesWhatIsNoMemory) {
  const std::string cells = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";
  if (!has("yosys") || run_in("/", "test -f " + cells).exit_code != 0) {
    GTEST_SKIP() << "no Yosys, no make, or no cells of OSU018";
  }
  ASSERT_EQ(write("--registers enabled --to enabled").exit_code, 0);
  ASSERT_EQ(write("--to gated").exit_code, 0);
  for (const char* top : {"core", "lane", "datapath"}) {
    const ProgramResult r = run_in(
        folder_.path(), std::string("make -s -C gated synthesis TOP=") + top + " LIBERTY=" + cells);
    ASSERT_EQ(r.exit_code, 0) << top << first_lines_of_failure(r);
    const std::string netlist = folder_.read("gated/netlist.v");
    EXPECT_NE(netlist.find(std::string("module ") + top), std::string::npos);
    EXPECT_NE(netlist.find("DFFPOSX1"), std::string::npos);
    EXPECT_NE(netlist.find("clock_gate "), std::string::npos);
    EXPECT_EQ(netlist.find("LATCH"), std::string::npos);
    EXPECT_EQ(netlist.find("$_"), std::string::npos) << "cells that the library has not";
  }
  const ProgramResult r = run_in(folder_.path(), "make -s -C enabled synthesis LIBERTY=" + cells);
  ASSERT_EQ(r.exit_code, 0) << first_lines_of_failure(r);
  EXPECT_EQ(folder_.read("enabled/netlist.v").find("clock_gate "), std::string::npos);
}

// MNIST with the machine, the formats, the thresholds and the faults of a run of all stages.
TEST(RtlOfMnist, HundredPredictionsAreThoseOfInference) {
  if (std::getenv("MINERVA_RTL_MNIST") == nullptr) GTEST_SKIP() << "MINERVA_RTL_MNIST is not set";
  if (std::getenv("MINERVA_DATA_DIR") == nullptr) GTEST_SKIP() << "MINERVA_DATA_DIR is not set";
  const std::string target = simulation_target();
  if (target.empty()) GTEST_SKIP() << "neither Verilator nor Icarus Verilog, or no make";
  const TemporaryFolder folder;
  const ProgramResult run =
      run_minerva(folder.path(), "run " + kSource +
                                     "/configs/flows/mnist.cfg --out run --training.epochs=4 "
                                     "--sweep.topologies= --sweep.l1= --sweep.l2= --sweep.dropout= "
                                     "--budget.sigma_percent=0.14 --noise.seeds=0 --faults.maps=3 "
                                     "--faults.maps_max=6 --dse.verify_samples=1");
  ASSERT_EQ(run.exit_code, 0) << run.standard_error;
  const ProgramResult r = run_minerva(folder.path(), "rtl run --samples 100 --to rtl");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  EXPECT_NE(r.standard_output.find("of run/faults.json"), std::string::npos) << r.standard_output;
  const ProgramResult bench = run_in(folder.path(), "make -s -C rtl " + target);
  EXPECT_EQ(bench.exit_code, 0) << first_lines_of_failure(bench);
  EXPECT_EQ(bench.standard_output.find("100 predictions, "), 0U) << first_lines_of_failure(bench);
  std::printf("%s%s: %s", r.standard_output.c_str(), target.c_str(), bench.standard_output.c_str());
}

}  // namespace
}  // namespace minerva::test
