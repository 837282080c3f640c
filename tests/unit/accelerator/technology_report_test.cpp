#include "minerva/accelsim/technology_report.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <sstream>

#include "component_rows.hpp"
#include "measured_machine.hpp"

namespace minerva {
namespace {

constexpr auto kCalibrated = static_cast<std::size_t>(FigureKind::calibrated);
const std::string kFolder = std::string(MINERVA_SOURCE_DIR) + "/configs/tech/";

double sum(const std::array<double, kFigureKinds>& percents) {
  return std::accumulate(percents.begin(), percents.end(), 0.0);
}

const ComponentBasis& component(const PowerBasis& basis, Component which) {
  for (const ComponentBasis& part : basis.components) {
    if (part.component == which) return part;
  }
  ADD_FAILURE() << "no " << to_string(which);
  return basis.components.front();
}

double influence(const PowerBasis& basis, const std::string& key) {
  for (const RowInfluence& row : basis.rows) {
    if (row.key == key) return row.percent;
  }
  return 0;
}

/// public40 with the kind of one row changed.
Technology with_kind(const std::string& row, FigureKind kind) {
  Technology t = read_technology(kFolder + "public40.cfg");
  for (FigureRow& r : t.rows) {
    if (r.key() == row) r.kind = kind;
  }
  return t;
}

TEST(TechnologyReport, CountsEveryRowOnce) {
  for (const char* file : {"public40.cfg", "calibrated40.cfg", "nangate45.cfg"}) {
    const Technology t = read_technology(kFolder + file);
    const TechnologyReport report = report_technology(t);
    const int rows = static_cast<int>(t.rows.size());
    const auto total = [](const std::vector<CountedText>& counts) {
      int all = 0;
      for (const CountedText& counted : counts) all += counted.rows;
      return all;
    };
    EXPECT_EQ(std::accumulate(report.rows_of_kind.begin(), report.rows_of_kind.end(), 0), rows);
    EXPECT_EQ(total(report.nodes), rows);
    EXPECT_EQ(total(report.sources), rows);
    ASSERT_EQ(report.machines.size(), 2U);
    for (const TracedMachine& machine : report.machines) {
      EXPECT_EQ(machine.refusal, "");
      EXPECT_NEAR(sum(machine.basis.percent_of_kind), 100, 1e-9);
    }
    EXPECT_EQ(report.calibrated, report.rows_of_kind[kCalibrated] > 0);
    EXPECT_FALSE(report.warnings.empty());
  }
}

TEST(TechnologyReport, TracesEachPartToItsOwnRows) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  const PowerBasis basis = trace_power(reference_design(t), t);
  const PpaFigures figures = estimate_figures(reference_design(t), t);
  EXPECT_EQ(basis.power_mw, figures.power_mw);
  const ComponentBasis& weights = component(basis, Component::weight_memory);
  EXPECT_EQ(weights.weakest_rows, (std::vector<std::string>{"sram_energy_root", "sram_leakage"}));
  EXPECT_EQ(weights.dynamic_kind, FigureKind::derived);
  EXPECT_EQ(component(basis, Component::registers).weakest_rows,
            (std::vector<std::string>{"register_bit_energy[4]", "register_bit_leakage[4]"}));
  EXPECT_EQ(component(basis, Component::registers).dynamic_kind, FigureKind::published);
  EXPECT_EQ(component(basis, Component::saturation_multiplexers).leakage_kind,
            FigureKind::assumption);
  // The weakest row alone is named, and rows that hardly move a component are not: the clock
  // network goes with all areas, and 1.5 % of them are a bank of the smallest macro.
  EXPECT_EQ(component(basis, Component::activation_memory).weakest_rows,
            (std::vector<std::string>{"sram_words_min"}));
  EXPECT_EQ(component(basis, Component::clock_network).weakest_rows,
            (std::vector<std::string>{"clock_energy", "sram_area_bit"}));
  // A linear row moves the power by its share of it.
  const double leakage_mw = weights.leakage_mw +
                            component(basis, Component::input_memory).leakage_mw +
                            component(basis, Component::activation_memory).leakage_mw +
                            component(basis, Component::bias_store).leakage_mw;
  EXPECT_NEAR(influence(basis, "sram_leakage"), 100 * leakage_mw / basis.power_mw, 1e-6);
  EXPECT_NEAR(influence(basis, "register_bit_energy[4]"),
              100 * component(basis, Component::registers).dynamic_mw / basis.power_mw, 1e-6);
  // The energy of 16 x 16 goes with (1/4)^exponent.
  EXPECT_NEAR(
      influence(basis, "multiplier_energy_exponent"),
      100 * std::log(0.25) * component(basis, Component::multipliers).dynamic_mw / basis.power_mw,
      1e-4);
  // Rows of other periods, voltages and mitigations have none.
  for (const char* key : {"register_bit_energy[5]", "fault_rate[0.5]", "razor_power", "rom_read",
                          "sram_dynamic_exponent", "sram_energy_fixed"}) {
    EXPECT_EQ(influence(basis, key), 0) << key;
  }
}

TEST(TechnologyReport, AWeakerRowWeakensWhatRestsOnItAndNothingElse) {
  const Technology strong = read_technology(kFolder + "public40.cfg");
  const PowerBasis before = trace_power(reference_design(strong), strong);
  const Technology weak = with_kind("sram_leakage", FigureKind::calibrated);
  const PowerBasis after = trace_power(reference_design(weak), weak);
  double leakage_mw = 0;
  for (const Component memory : {Component::weight_memory, Component::input_memory,
                                 Component::activation_memory, Component::bias_store}) {
    leakage_mw += component(after, memory).leakage_mw;
  }
  EXPECT_NEAR(after.percent_of_kind[kCalibrated], 100 * leakage_mw / after.power_mw, 1e-9);
  EXPECT_EQ(before.percent_of_kind[kCalibrated], 0);
  EXPECT_EQ(component(after, Component::registers).leakage_kind, FigureKind::published);
  // A row that nothing of this machine uses changes nothing.
  const Technology unused = with_kind("rom_read", FigureKind::calibrated);
  EXPECT_EQ(trace_power(reference_design(unused), unused).percent_of_kind, before.percent_of_kind);
}

TEST(TechnologyReport, OtherDesignsRestOnOtherRows) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  MeasuredMachine design = reference_design(t);
  design.weight_storage = WeightStorage::rom;
  const PowerBasis rom = trace_power(design, t);
  EXPECT_EQ(component(rom, Component::weight_memory).dynamic_kind, FigureKind::assumption);
  EXPECT_NE(influence(rom, "rom_read"), 0);
  design.weight_storage = WeightStorage::sram;
  design.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  design.supply.voltage_v = 0.5;
  const PowerBasis low = trace_power(design, t);
  EXPECT_NE(influence(low, "razor_power"), 0);
  EXPECT_LT(influence(low, "sram_nominal_voltage"), 0);  // further below the nominal: less power
  // ((V / Vn)^2)' = ln(V / Vn) a relative change of the exponent.
  const double arrays_mw = component(low, Component::weight_memory).dynamic_mw +
                           component(low, Component::fault_detectors).dynamic_mw;
  EXPECT_NEAR(influence(low, "sram_dynamic_exponent"),
              100 * 2 * std::log(0.5 / 0.95) * arrays_mw / low.power_mw, 1e-4);
}

// At 0.43 V both laws of the voltage are outside of the 0.6 to 1 V in which they were measured.
TEST(TechnologyReport, ARowOutsideOfItsRangeIsExtrapolated) {
  const Technology t = read_technology(kFolder + "public40.cfg");
  const auto kind_of = [](const PowerBasis& basis, const std::string& key) {
    for (const RowInfluence& row : basis.rows) {
      if (row.key == key) return row.kind;
    }
    ADD_FAILURE() << "no " << key;
    return FigureKind::user;
  };
  MeasuredMachine design = optimized_design(t);
  const PowerBasis low = trace_power(design, t);
  EXPECT_EQ(kind_of(low, "sram_dynamic_exponent"), FigureKind::extrapolated);
  EXPECT_EQ(kind_of(low, "sram_leakage_per_volt"), FigureKind::extrapolated);
  EXPECT_EQ(kind_of(low, "sram_leakage"), FigureKind::derived);
  const ComponentBasis& weights = component(low, Component::weight_memory);
  EXPECT_EQ(weights.dynamic_kind, FigureKind::extrapolated);
  EXPECT_EQ(weights.leakage_kind, FigureKind::extrapolated);
  EXPECT_EQ(component(low, Component::activation_memory).leakage_kind, FigureKind::assumption);
  design.supply.voltage_v = 0.6;
  const PowerBasis within = trace_power(design, t);
  EXPECT_EQ(kind_of(within, "sram_dynamic_exponent"), FigureKind::published);
  EXPECT_EQ(component(within, Component::weight_memory).dynamic_kind, FigureKind::derived);
}

TEST(TechnologyReport, ARangeOfWordsOrPeriodsIsOfTheMachine) {
  const std::string words =
      component_row("sram_leakage", "42.4", "uW/KB", "within 1024 to 65536 words");
  const Technology t = technology_of(changed_nangate45({"sram_leakage"}, words));
  const PowerBasis basis = trace_power(reference_design(t), t);
  // Weight banks have 20,992 words, the bias stores 256.
  EXPECT_EQ(component(basis, Component::weight_memory).leakage_kind, FigureKind::derived);
  EXPECT_GE(component(basis, Component::bias_store).leakage_kind, FigureKind::extrapolated);
  const std::string periods =
      component_row("register_bit_leakage", "0.074", "uW", "within 1 to 3 ns");
  const Technology fast = technology_of(changed_nangate45({"register_bit_leakage"}, periods));
  MeasuredMachine design = reference_design(fast);
  EXPECT_EQ(component(trace_power(design, fast), Component::registers).leakage_kind,
            FigureKind::extrapolated);
  design.point.clock_period_ns = 3;
  EXPECT_EQ(component(trace_power(design, fast), Component::registers).leakage_kind,
            FigureKind::derived);
}

TEST(TechnologyReport, SaysWhoseOperandsAPowerRestsOn) {
  const Technology uniform = read_technology(kFolder + "nangate45.cfg");
  EXPECT_TRUE(trace_power(reference_design(uniform), uniform).operands.empty());
  const Technology t = component_technology();
  const std::string dense = "a net: zeros multiplied", kept = "a net: kept inputs alone";
  MeasuredMachine design = reference_design(t);
  EXPECT_EQ(trace_power(design, t).operands, (std::vector<std::string>{dense}));
  design.thresholds = {true, true, true, true};
  EXPECT_EQ(trace_power(design, t).operands, (std::vector<std::string>{kept, dense}));
  EXPECT_EQ(operands_of(t.rows), (std::vector<std::string>{dense, kept}));
  const TechnologyReport report = report_technology(t);
  // The counters of the sequencer are paid for; what a whole core shows beside them is not: the
  // MACs of a lane (two groups), zeros, wide formats. Buffers have no operands.
  ASSERT_EQ(report.left_out.size(), 6U);
  EXPECT_NE(report.left_out.front().find("control_bit_energy"), std::string::npos);
  const auto core_left_out = report_technology(core_technology()).left_out;
  ASSERT_EQ(core_left_out.size(), 5U);
  EXPECT_NE(core_left_out.front().find("one_mac_adder_dense"), std::string::npos);
  EXPECT_EQ(report_technology(uniform).left_out.size(), 17U);
  bool said = false;
  for (const std::string& range : report.ranges) {
    said = said || range == "operands: of a net: zeros multiplied (11 rows)";
  }
  EXPECT_TRUE(said);
}

TEST(TechnologyReport, SaysWhyItHasNoReference) {
  std::ifstream file(kFolder + "nangate45.cfg");
  std::stringstream text;
  text << file.rdbuf();
  std::string changed = text.str();
  const std::string row = "clock_period_max | 6 ";
  changed.replace(changed.find(row), row.size(), "clock_period_max | 3 ");
  const std::string path = testing::TempDir() + "minerva_report_test.cfg";
  std::ofstream(path) << changed;
  const TechnologyReport report = report_technology(read_technology(path));
  std::remove(path.c_str());
  const std::string& refusal = report.machines.at(0).refusal;
  EXPECT_NE(refusal.find("1 to 3 ns"), std::string::npos) << refusal;
  bool warned = false;
  for (const std::string& warning : report.warnings) {
    warned = warned || warning.find("1 to 3 ns") != std::string::npos;
  }
  EXPECT_TRUE(warned);
}

}  // namespace
}  // namespace minerva
