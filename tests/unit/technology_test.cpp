#include "minerva/accelsim/technology.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/core/errors.hpp"

namespace minerva {
namespace {

const std::string kFolder = std::string(MINERVA_SOURCE_DIR) + "/configs/tech/";

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The public file with one piece of text replaced.
class ChangedFile {
 public:
  ChangedFile(const std::string& from, const std::string& to)
      : path_(testing::TempDir() + "minerva_technology_test.cfg") {
    std::string text = text_of(kFolder + "public40.cfg");
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    std::ofstream(path_) << text;
  }
  ~ChangedFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void expect_refused(const std::string& from, const std::string& to, const std::string& named) {
  const ChangedFile file(from, to);
  try {
    read_technology(file.path());
    ADD_FAILURE() << "accepted " << to;
  } catch (const UserError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find(file.path()), std::string::npos) << message;
    EXPECT_NE(message.find(named), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

Design book_design() {
  Design design;
  design.topology = {{784, 256, 256, 256, 10}};
  design.widths = {8, 6, 9, 19};
  design.activity = full_activity(design.topology.widths, 1);
  return design;
}

TEST(Technology, ShippedFilesSayWhetherTheyAreCalibrated) {
  EXPECT_FALSE(read_technology(kFolder + "public40.cfg").calibrated);
  EXPECT_TRUE(read_technology(kFolder + "calibrated40.cfg").calibrated);
  EXPECT_EQ(read_technology(kFolder + "public40.cfg").name, "public40");
}

TEST(Technology, ShippedFilesDifferInTheCalibratedRowsAlone) {
  std::istringstream a(text_of(kFolder + "public40.cfg"));
  std::istringstream b(text_of(kFolder + "calibrated40.cfg"));
  const auto next_row = [](std::istringstream& text) {
    std::string line;
    while (std::getline(text, line)) {
      if (!line.empty() && line.front() != '#') return line;
    }
    return std::string();
  };
  int calibrated = 0;
  for (std::string row = next_row(a); !row.empty(); row = next_row(a)) {
    const std::string other = next_row(b);
    if (other.find("| calibrated") != std::string::npos) {
      ++calibrated;
    } else {
      EXPECT_EQ(row, other);
    }
  }
  EXPECT_EQ(calibrated, 3);
}

TEST(Technology, BadFilesAreNamedWithTheirRow) {
  expect_refused("razor_power | 12.8", "razor_powr | 12.8", "razor_powr");
  expect_refused("razor_power | 12.8 | %", "razor_power | 12.8 | mW", "mW");
  expect_refused("razor_power | 12.8", "razor_power | 128", "128");
  expect_refused("razor_power | 12.8", "razor_power | lots", "lots");
  expect_refused("razor_power | 12.8", "razor_power | 12.8 | 3", "needs name | value");
  expect_refused("razor_power | 12.8", "# razor_power | 12.8", "razor_power");
  expect_refused("razor_area | 0.3", "razor_power | 0.3", "razor_power");
  expect_refused("multiplier_area[4] | 4620", "multiplier_area[4] | 5620", "multiplier_area[4]");
  expect_refused("multiplier_area[4]", "multiplier_area[four]", "multiplier_area[four]");
  expect_refused("adder_energy[4]", "adder_energy[4.5]", "adder_");
  expect_refused("fault_rate[0.50] | 1.92930E-03", "fault_rate[0.50] | 1.0E-03", "fault_rate");
  expect_refused("fault_rate[0.95]", "fault_rate[0.96]", "fault_rate");
  expect_refused("| derived\n", "| remembered\n", "remembered");
  EXPECT_THROW(read_technology(kFolder + "none.cfg"), UserError);
}

TEST(Technology, TablesHaveRowsAndNothingBetween) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  EXPECT_EQ(t.datapath_at(4).multiplier.energy_pj, 8.664);
  EXPECT_THROW(t.datapath_at(4.5), UserError);
  EXPECT_EQ(t.fault_rate_at(0.5), 1.9293e-3);
  EXPECT_THROW(t.fault_rate_at(0.505), UserError);
  EXPECT_THROW(t.fault_rate_at(1.2), UserError);
  EXPECT_THROW(t.dynamic_factor(0.2), UserError);
  EXPECT_THROW(t.memory(1000, 1, 1), UserError);
  EXPECT_THROW(t.memory(1000, 1, 33), UserError);
}

TEST(Technology, LowestVoltageIsTheLastToleratedRow) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  EXPECT_EQ(t.lowest_voltage(1e-2).voltage_v, 0.43);
  EXPECT_EQ(t.lowest_voltage(9.68074e-3).voltage_v, 0.43);
  EXPECT_EQ(t.lowest_voltage(9.6807e-3).voltage_v, 0.44);
  EXPECT_EQ(t.lowest_voltage(0).voltage_v, t.sram_nominal_v);
  EXPECT_GT(t.lowest_voltage(0).fault_rate, 0);
}

TEST(Technology, VoltageLaws) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  EXPECT_EQ(t.dynamic_factor(0), 1);
  EXPECT_EQ(t.leakage_factor(t.sram_nominal_v), 1);
  EXPECT_NEAR(t.dynamic_factor(0.475), 0.25, 1e-12);
  // Off currents of the source: 1.16e-9 A at 1.0 V and 4.00e-10 A at 0.6 V, times the voltage.
  const double measured = 0.6 * 4.00e-10 / (0.8 * 6.66e-10);
  EXPECT_NEAR(t.leakage_factor(0.6) / t.leakage_factor(0.8), measured, 0.05 * measured);
}

TEST(Technology, SmallBanksPayForTheSmallestMacro) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  EXPECT_EQ(t.memory(10, 4, 8).area_um2, t.memory(4 * 256, 4, 8).area_um2);
  EXPECT_LT(t.memory(4 * 256, 4, 8).area_um2, t.memory(4 * 257, 4, 8).area_um2);
  EXPECT_EQ(t.memory(10, 4, 8).area_um2, 4 * t.memory(10, 1, 8).area_um2);
  const MemoryFigures two_macros = t.memory(131072, 1, 8);  // twice the largest
  EXPECT_EQ(two_macros.area_um2, 2 * t.memory(65536, 1, 8).area_um2);
  EXPECT_EQ(two_macros.read_pj, t.memory(65536, 1, 8).read_pj);
}

TEST(Ppa, BookMachineNeedsStagesForItsWidths) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  EXPECT_EQ(multiplier_stages({16, 16, 16, 26}, 1, 4, t), 2);
  EXPECT_EQ(multiplier_stages({8, 6, 9, 19}, 1, 4, t), 1);
  EXPECT_GT(multiplier_stages({8, 6, 9, 19}, 8, 4, t), 1);  // the tree takes time
  Design design = book_design();
  design.widths = {16, 16, 16, 26};
  EXPECT_THROW(estimate(design, t), UserError);
}

TEST(Ppa, PartsAddUpAndTheWeightMemoryIsCountTimesEnergy) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  const Design design = book_design();
  const PpaEstimate ppa = estimate(design, t);
  double power_mw = 0, area_mm2 = 0;
  for (const PowerPart& part : ppa.power) power_mw += part.dynamic_mw + part.leakage_mw;
  for (const AreaPart& part : ppa.area) area_mm2 += part.area_mm2;
  EXPECT_NEAR(power_mw, ppa.power_mw, 1e-9 * power_mw);
  EXPECT_NEAR(area_mm2, ppa.area_mm2, 1e-9 * area_mm2);
  EXPECT_EQ(ppa.cycles, 21062);
  EXPECT_NEAR(ppa.predictions_per_s, 1e9 / (21062 * 4.0), 1e-6);
  EXPECT_NEAR(ppa.energy_per_prediction_nj, ppa.power_mw * 21062 * 4.0 / 1000, 1e-6);
  // A lane's bank holds 16 x 784 + 2 x 16 x 256 + 256 words of 8 bits.
  const double bank_bits = (16 * 784 + 2 * 16 * 256 + 256) * 8;
  const double read_pj = t.sram_energy_fixed_pj + t.sram_energy_root_pj * std::sqrt(bank_bits);
  EXPECT_EQ(ppa.power[0].name, "weight SRAM");
  EXPECT_NEAR(ppa.power[0].dynamic_mw, 334336 * read_pj / (21062 * 4.0), 1e-9);
  EXPECT_NEAR(ppa.power[0].leakage_mw, 16 * bank_bits / 8192 * t.sram_leakage_uw_per_kb / 1000,
              1e-9);
}

TEST(Ppa, EachStageOfTheFlowSaves) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  Design design = book_design();
  const double quantized = estimate(design, t).power_mw;
  for (LayerActivity& layer : design.activity.layers) {
    layer.kept_inputs /= 4;
    layer.active_chunks /= 4;
  }
  design.thresholds.assign(static_cast<std::size_t>(design.topology.layers()), true);
  const double pruned = estimate(design, t).power_mw;
  EXPECT_LT(pruned, quantized);
  design.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  const double protected_mw = estimate(design, t).power_mw;
  EXPECT_GT(protected_mw, pruned);
  design.weight_sram = t.lowest_voltage(1e-2);
  EXPECT_LT(estimate(design, t).power_mw, pruned);
  const double area = estimate(design, t).area_mm2;
  design.mitigation.sign = SignPolicy::hardened;
  EXPECT_GT(estimate(design, t).area_mm2, area);
  design.weight_sram.voltage_v = 0.2;
  EXPECT_THROW(estimate(design, t), UserError);
  design.weight_sram.voltage_v = 0;
  design.point.clock_period_ns = 7;
  EXPECT_THROW(estimate(design, t), UserError);
}

// The ratios of the book's MNIST steps (Sec. 4.4) on its machine: what the calibrated file is for.
TEST(Ppa, CalibratedFileGivesTheRatiosItWasFittedTo) {
  const Technology t = read_technology(kFolder + "calibrated40.cfg");
  Design design = book_design();
  design.widths = {16, 16, 16, 26};
  design.point.multiplier_stages = 2;
  const double baseline_mw = estimate(design, t).power_mw;
  design.widths = {8, 6, 9, 19};
  design.point.multiplier_stages = 1;
  const double quantized_mw = estimate(design, t).power_mw;
  const int skipped_percent[] = {80, 70, 72, 76};
  design.thresholds.assign(static_cast<std::size_t>(design.topology.layers()), true);
  design.activity.samples = 100;
  for (std::size_t k = 0; k < 4; ++k) {
    const int kept = design.topology.widths[k] * (100 - skipped_percent[k]);
    design.activity.layers[k] = {kept, 0, kept};
  }
  const double pruned_mw = estimate(design, t).power_mw;
  design.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  design.weight_sram = t.lowest_voltage(1e-2);
  const double scaled_mw = estimate(design, t).power_mw;
  EXPECT_NEAR(baseline_mw / quantized_mw, 1.6, 0.016);
  EXPECT_NEAR(quantized_mw / pruned_mw, 1.9, 0.019);
  EXPECT_NEAR(pruned_mw / scaled_mw, 2.5, 0.025);
}

}  // namespace
}  // namespace minerva
