#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <sstream>

#include "invented_space.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/design_json.hpp"
#include "minerva/report/npy.hpp"
#include "minerva/report/summary_report.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva {
namespace {

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const UserError& error) {
    return error.what();
  }
  return "(no error)";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(Npy, HeaderAndDataFollowTheFormat) {
  const std::string bytes = npy_bytes(std::vector<std::int16_t>{1, -2, 3, 4, 5, 6}, {2, 3});
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t header =
      static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
  EXPECT_EQ((10 + header) % 64, 0U);
  EXPECT_EQ(bytes[9 + header], '\n');
  EXPECT_EQ(bytes.rfind("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3, ), }", 10), 10U);
  ASSERT_EQ(bytes.size(), 10 + header + 12);
  EXPECT_EQ(bytes.substr(10 + header, 4), std::string("\x01\x00\xfe\xff", 4));
  EXPECT_TRUE(contains(npy_bytes(std::vector<float>{1}, {1}),
                       "'<f4', 'fortran_order': False, "
                       "'shape': (1,), }"));
  EXPECT_TRUE(contains(npy_bytes(std::vector<std::int64_t>{1}, {}), "'shape': (), }"));
  EXPECT_TRUE(contains(npy_bytes(std::vector<std::uint16_t>{}, {0, 4}), "'<u2'"));
  EXPECT_TRUE(contains(npy_bytes(std::vector<std::int32_t>{7}, {1, 1}), "'<i4'"));
  EXPECT_THROW(npy_bytes(std::vector<float>{1, 2}, {3}), ContractViolation);
}

TEST(Csv, QuotesAndRoundTripsNumbers) {
  Csv csv({"name", "power_mw", "n"});
  csv.add({"a,\"b\"\nc", 0.1 + 0.2, 3});
  csv.add({"plain", 1e-300, std::numeric_limits<std::uint64_t>::max()});
  EXPECT_EQ(csv.text(),
            "name,power_mw,n\n\"a,\"\"b\"\"\nc\",0.30000000000000004,3\n"
            "plain,1e-300,18446744073709551615\n");
  EXPECT_THROW(csv.add({"too", "few"}), ContractViolation);
  EXPECT_THROW(CsvCell(std::nan("")), ContractViolation);
}

TEST(TextTable, AlignsLettersNotBytes) {
  TextTable table({"näme", "two\nlines"});
  table.add({"größer", "1"});
  table.add({"x", "12345678"});
  EXPECT_EQ(table.text(),
            "             two\nnäme       lines\n----------------\n"
            "größer         1\nx       12345678\n");
}

TEST(ReadableNumber, KeepsDigitsAndGroups) {
  EXPECT_EQ(count_text(2007040000), "2,007,040,000");
  EXPECT_EQ(count_text(-999), "-999");
  EXPECT_EQ(readable_number(0), "0.00");
  EXPECT_EQ(readable_number(1234567.8), "1,234,568");
  EXPECT_EQ(readable_number(-1234), "-1,234");
  EXPECT_EQ(readable_number(12.345), "12.3");
  EXPECT_EQ(readable_number(0.0123456), "0.0123");
  EXPECT_EQ(readable_number(4.4e-6, 2), "4.4e-06");
  EXPECT_EQ(readable_number(999, 1), "999");
}

const char* const kPlan = R"({"mode": "half_up", "layers": [
 {"W": [2,6], "X": [2,4], "P": [2,7], "theta": 3},
 {"W": [1,7], "X": [6,10], "P": [16,16], "theta": 0}],
 "faults": {"masking": "bit", "sign": "zero", "detector": "razor"},
 "point": {"lanes": 16}, "counts": [], "cycles": []})";

TEST(PlanJson, ReadsTheDumpsLayoutAndRoundTrips) {
  const PlanFile plan = plan_from_json(kPlan, "p.json");
  ASSERT_EQ(plan.plan.layers.size(), 2U);
  EXPECT_EQ(plan.plan.layers[0].product, (QFormat{2, 7}));
  EXPECT_EQ(plan.theta_codes, (std::vector<int>{3, 0}));
  const std::string text = plan_to_json(plan);
  EXPECT_TRUE(contains(text, "\"schema\": \"minerva-plan-1\""));
  const PlanFile back = plan_from_json(text, "p.json");
  EXPECT_EQ(back.plan.layers, plan.plan.layers);
  EXPECT_EQ(back.theta_codes, plan.theta_codes);
  EXPECT_EQ(plan_to_json(back), text);
  PlanFile scaled = plan;
  scaled.plan.layers[0].scale_exponent = -2;
  const PlanFile scaled_back = plan_from_json(plan_to_json(scaled), "p.json");
  EXPECT_EQ(scaled_back.plan.layers, scaled.plan.layers);
  EXPECT_FALSE(contains(text, "scale"));  // a plan without scales reads as it always did
  const PlanFile bare = plan_from_json(plan_to_json({uniform_plan(3), {}}), "p.json");
  EXPECT_TRUE(bare.theta_codes.empty());
}

TEST(PlanJson, NamesFileAndPathOfWhatIsWrong) {
  const auto error = [](const std::string& from, const std::string& to) {
    return error_of([&] { plan_from_json(replaced(kPlan, from, to), "p.json"); });
  };
  EXPECT_EQ(error("\"P\": [2,7]", "\"Q\": [2,7]"), "p.json: layers[0].P: is missing");
  EXPECT_EQ(error("\"P\": [2,7]", "\"P\": [2,7], \"p\": 1"), "p.json: layers[0].p: unknown member");
  EXPECT_EQ(error("[2,4]", "[2]"),
            "p.json: layers[0].X = '[2]': needs [integer bits with the sign, fraction bits]");
  EXPECT_TRUE(contains(error("[2,4]", "[0,8]"), "p.json: layers[0].X"));
  EXPECT_TRUE(contains(error("[2,6]", "[20,20]"), "p.json: layers[0].W"));
  EXPECT_TRUE(contains(error("[2,6]", "[2.5,6]"), "p.json: layers[0].W[0] = '2.5'"));
  EXPECT_TRUE(contains(error("half_up", "up"), "p.json: mode = 'up'"));
  EXPECT_TRUE(contains(error("\"theta\": 3", "\"theta\": 33"), "p.json: layers[0].theta = '33'"));
  EXPECT_TRUE(contains(error("\"theta\": 3", "\"theta\": -1"), "p.json: layers[0].theta = '-1'"));
  EXPECT_TRUE(contains(error(", \"theta\": 0", ""), "p.json: layers[1].theta"));
  EXPECT_TRUE(contains(error("\"mode\"", "\"schema\": \"other-1\", \"mode\""),
                       "p.json: schema = '\"other-1\"': needs \"minerva-plan-1\""));
  EXPECT_TRUE(contains(error("\"mode\"", "\"mode\": \"truncate\", \"mode\""), "stands twice"));
  EXPECT_TRUE(contains(error("\"cycles\": []}", "\"cycles\": ["),
                       "p.json: is not JSON: parse error"
                       " at line 5"));
  EXPECT_TRUE(contains(error_of([] { plan_from_json("[]", "p.json"); }), "needs an object"));
  EXPECT_TRUE(contains(error_of([] { plan_from_json("", "p.json"); }), "p.json: is not JSON"));
  EXPECT_TRUE(contains(
      error_of([] { plan_from_json("{\"mode\": \"half_up\", \"layers\": []}", "p.json"); }),
      "p.json: layers = '0 layers'"));
}

TEST(DesignJson, StructsRoundTrip) {
  const PruningThresholds thresholds{{0, 0.1 + 0.2, 1.5}};
  EXPECT_EQ(thresholds_from_json(thresholds_to_json(thresholds), "t").theta, thresholds.theta);

  DesignPoint point;
  point.lanes = 32;
  point.clock_period_ns = 2.5;
  EXPECT_EQ(design_point_from_json(design_point_to_json(point), "d"), point);
  EXPECT_TRUE(contains(error_of([&] {
                         design_point_from_json(replaced(design_point_to_json(point), "32", "0"),
                                                "d.json");
                       }),
                       "d.json: design.lanes = '0'"));

  const FaultSetting faults{{Masking::bit, SignPolicy::hardened, Detector::razor}, {0.6, 0.044}};
  const FaultSetting back = faults_from_json(faults_to_json(faults), "f");
  EXPECT_EQ(back.mitigation, faults.mitigation);
  EXPECT_EQ(back.sram.fault_rate, 0.044);
  EXPECT_EQ(back.sram.voltage_v, 0.6);
  EXPECT_TRUE(contains(error_of([&] {
                         faults_from_json(replaced(faults_to_json(faults), "razor", "none"),
                                          "f.json");
                       }),
                       "f.json: faults.detector"));
  EXPECT_TRUE(contains(error_of([&] {
                         faults_from_json(replaced(faults_to_json(faults), "0.044", "1.044"),
                                          "f.json");
                       }),
                       "f.json: rate = '1.044': needs a finite number from 0.0 to 1.0"));

  PpaEstimate ppa;
  ppa.power = {{"lanes", 1.5, 0.25}};
  ppa.area = {{"lanes", 0.125}};
  ppa.cycles = 21008;
  ppa.energy_per_prediction_nj = 12.3;
  ppa.technology = "public40";
  const PpaEstimate ppa_back = ppa_from_json(ppa_to_json(ppa), "p");
  EXPECT_EQ(ppa_to_json(ppa_back), ppa_to_json(ppa));
  EXPECT_EQ(ppa_back.cycles, 21008);
  EXPECT_EQ(ppa_back.power.at(0).leakage_mw, 0.25);

  MachineCounts machine{{EventCounts{}, EventCounts{}}, {{1, 2, 3, 4}, {5, 6, 7, 8}}};
  machine.counts[1].macs_skipped = 1LL << 60;
  const MachineCounts machine_back = machine_counts_from_json(machine_counts_to_json(machine), "m");
  EXPECT_EQ(machine_back.counts, machine.counts);
  EXPECT_EQ(machine_back.cycles, machine.cycles);
}

TEST(NoiseJson, RoundTripsAndRefusesSigmaThatDoesNotFollow) {
  const TrainingNoise noise{{{1, 170, 169}, {18446744073709551615ULL, 181, 180}}, 10000, 10000};
  const std::string text = noise_to_json(noise);
  const TrainingNoise back = noise_from_json(text, "n.json");
  EXPECT_EQ(back.runs.at(1).seed, 18446744073709551615ULL);
  EXPECT_EQ(noise_to_json(back), text);
  EXPECT_TRUE(contains(text, "\"mean_percent\": 1.755"));
  EXPECT_TRUE(contains(error_of([&] { noise_from_json(replaced(text, "1.755", "1.2"), "n.json"); }),
                       "n.json: statistics"));
  EXPECT_TRUE(contains(error_of([&] { noise_from_json(replaced(text, "170", "10001"), "n.json"); }),
                       "n.json: runs[0].validation_wrong = '10001'"));
  EXPECT_TRUE(contains(
      error_of([&] { noise_from_json(replaced(text, "\"seed\": 1,", "\"seed\": -1,"), "n.json"); }),
      "n.json: runs[0].seed = '-1'"));
}

TEST(DumpJson, IsReadableAsAPlan) {
  DumpDescription dump;
  dump.plan = plan_from_json(kPlan, "p.json");
  dump.faults = true;
  EventCounts counts;
  counts.input_reads = 784;
  counts.activation_reads = 256;
  dump.counts = {{counts, counts, counts}, {counts, counts, counts}};
  dump.cycles = {{1, 2, 3, 4}, {5, 6, 7, 8}};
  const std::string text = dump_to_json(dump);
  EXPECT_EQ(plan_to_json(plan_from_json(text, "dump")), plan_to_json(dump.plan));
  EXPECT_TRUE(contains(text, "\"mul_stages\": 1"));
  EXPECT_TRUE(contains(text, "\"total\": 26"));
  // The first layer reads the input memory alone, the second the activation memory alone.
  EXPECT_LT(text.find("\"input_reads\""), text.find("\"activation_reads\""));
  EXPECT_EQ(text.find("\"input_reads\""), text.rfind("\"input_reads\""));
  EXPECT_EQ(text.find("\"activation_reads\""), text.rfind("\"activation_reads\""));
}

/// An invented run: its numbers are nobody's results.
RunSummary invented_summary() {
  RunSummary s;
  s.title = "Invented run <for> tests & pictures";
  s.provenance = {"0.1.0",
                  "GCC 12.2",
                  std::string(64, 'a'),
                  "invented digits",
                  "no files",
                  std::string(64, 'b'),
                  {{"training.seed", 1}, {"faults.seed", 3}},
                  "invented40",
                  std::string(64, 'c'),
                  true};
  s.network = {{{784, 256, 256, 256, 10}},
               334336,
               "trained, seed 1",
               std::string(64, 'd'),
               10000,
               170,
               10000,
               169};
  s.budget = {{0.14, 1}, "given", 14, 14};
  s.noise = {{{1, 170, 169}, {2, 181, 180}, {3, 165, 171}}, 10000, 10000};
  s.sweep = {{{{784, 64, 10}},
              50816,
              1e-5,
              0,
              0.2,
              0.1,
              1e-4,
              2e-3,
              200,
              2,
              16,
              "whole",
              260.5,
              2.605,
              0.012,
              true,
              false},
             {{{784, 256, 256, 256, 10}},
              334336,
              0,
              1e-6,
              0.2,
              0,
              0,
              1e-3,
              100,
              2,
              16,
              "whole",
              170,
              1.7,
              0.02,
              true,
              true},
             {{{784, 32, 10}},
              25408,
              0,
              1e-6,
              0.2,
              0,
              0,
              1e-3,
              100,
              2,
              1,
              "dropped",
              900,
              9,
              0.1,
              false,
              false}};
  s.sweep_search = {"halving", 66, 96, true};
  s.design_space = invented_space();
  const LayerFormats narrow{{1, 7}, {2, 5}, {1, 7}};
  s.plan.minima = {narrow, narrow};
  s.plan.minima_joined_wrong = 190;
  s.plan.evaluations = 77;
  s.plan.searched = {narrow, {{1, 6}, {3, 4}, {1, 6}}};
  s.plan.validation_wrong = 172;
  s.plan.hardware = {
      {Widest::one_binary_point, true, "", {{{1, 7}, {3, 5}, {1, 7}}, narrow}, 173, 174},
      {Widest::per_layer_point, false, "", {narrow, narrow}, 171, 175}};
  s.plan.method = "Searched by invention.";
  s.plan.hardware[0].layers[1].scale_exponent = -3;
  s.plan.saturation = {{1, 19, 200704, 7, 256, 1, 7840000, 12, 300000000, 99},
                       {2, 18, 65536, 3, 256, 0, 2560000, 34, 100000000, 88}};
  s.plan.curve = {{"chosen", 0, 0, 23, 173, 174, 0.0011, 0.0012},
                  {"W", 0, -1, 22, 175, 177, 0.0031, 0.0032},
                  {"P", 2, 0, 25, 172, 173, 0.0009, 0.001}};
  s.pruning = {{1, 0.03125, 1, 80.9, 81.2, 200704, 5000, 4000, 60, 4060, {}},
               {2,
                0.0625,
                2,
                66.0,
                71.5,
                65536,
                3000,
                1980,
                165,
                2145,
                {{0, 0, 1500}, {0.03125, 0.03125, 20}, {0.0625, 0.09375, 30}}}};
  s.pruning_sweep = {{0, 173, 1.73, 0}, {0.5, 190, 1.9, 77.5}};
  FaultRow none;
  none.at_quantile.high = 0.5;
  FaultRow word;
  word.mitigation = {Masking::word, SignPolicy::zero, Detector::parity};
  word.at_mean = {1e-4, 5e-5, 2e-4};
  word.supply_at_mean = {0.71, 9e-5, 3.5, 8.25};
  FaultRow bit;
  bit.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  bit.chosen = true;
  bit.at_mean = {1e-2, 8e-3, 1.3e-2};
  bit.at_quantile = {7e-3, 0, 9e-3};
  bit.supply_at_mean = {0.6, 9.5e-3, 2.5, 7.5};
  bit.supply_at_quantile = {0.62, 6.5e-3, 2.75, 7.75};
  bit.tuning = FaultCurvePoint{1e-2, 40, 182.4, 2.5, 181.6, 183.2};
  bit.tuning_supply = FaultCurvePoint{9.5e-3, 20, 182, 2.5, 180.8, 183.2};
  bit.test_supply = FaultCurvePoint{9.5e-3, 10, 186.7, 3, 184.6, 188.8};
  bit.curve = {{1e-3, 10, 175.5, 1.25, 174.6, 176.4}, *bit.tuning};
  bit.test_curve = {{1e-3, 10, 176.5, 1.25, 175.6, 177.4}};
  bit.yield = {{8e-3, 40, 40, 0.91, 1}, {1e-2, 40, 20, 0.34, 0.66}, {2e-2, 40, 0, 0, 0.09}};
  s.faults = {none, word, bit};
  s.fault_study = {183, 40, 0.95, 0.9, "static noise margin; a paper", {}};
  s.fault_study.voltages = {{0.95, 1e-9, 6, 3, 12}, {0.6, 9.5e-3, 2, 0.5, 7.5}};
  const auto stage = [&](const char* name, double validation, double test, double power_mw,
                         std::optional<double> before, const char* book) {
    StageRow row;
    row.name = name;
    row.validation_wrong = validation;
    row.validation_error_percent = validation / 100;
    row.test_wrong = test;
    row.test_error_percent = test / 100;
    row.spent_samples = validation - 170;
    row.spent_sigmas = row.spent_samples / 14;
    row.spent_test_samples = test - 168;
    row.spent_test_sigmas = row.spent_test_samples / 14;
    row.power = {{"weight SRAM", power_mw * 0.45, power_mw * 0.1},
                 {"activation SRAM", power_mw * 0.1, power_mw * 0.02},
                 {"lanes", power_mw * 0.25, power_mw * 0.03},
                 {"control", power_mw * 0.05, 0}};
    row.power_mw = power_mw;
    row.energy_per_prediction_nj = power_mw * 84.6;
    row.predictions_per_s = 11820.4;
    row.area_mm2 = 1.87;
    row.factor_before = before;
    row.factor_baseline = 140 / power_mw;
    row.book_factor = book;
    return row;
  };
  s.stages = {stage("baseline, 16 bit", 170, 169, 140, {}, ""),
              stage("quantized", 173, 174, 88.2, 140 / 88.2, "1.6x"),
              stage("pruned", 176.4, 179, 45.1, 88.2 / 45.1, "1.9x"),
              stage("low voltage", 182.4, 186.7, 18.3, 45.1 / 18.3, "2.5x")};
  for (StageRow& row : s.stages) {
    row.bound_validation_wrong = 184;
    row.bound_test_wrong = 183;
  }
  s.variants = {{"ROM weights",
                 "fixed",
                 {{"weight ROM", 4.5, 0.5}},
                 9.2,
                 778.3,
                 11820.4,
                 1.2,
                 9.2 / 18.3,
                 "1/1.9 on average"}};
  s.verification = {{"SystemC = closed form = inference", true, "21,008 cycles, 10 counts a layer"},
                    {"an invented disagreement", false, ""}};
  s.notes = {{"2 dse", "Loading inputs is not timed."},
             {"4 prune", "A note with \"quotes\" & <tags>."}};
  return s;
}

TEST(Summary, JsonHoldsEverything) {
  const RunSummary summary = invented_summary();
  const std::string text = summary_to_json(summary);
  EXPECT_TRUE(contains(text, "\"schema\": \"minerva-summary-5\""));
  const RunSummary back = summary_from_json(text, "summary.json");
  EXPECT_EQ(summary_to_json(back), text);
  EXPECT_EQ(to_html(back), to_html(summary));
  EXPECT_EQ(stage_table_text(back), stage_table_text(summary));
  EXPECT_FALSE(back.faults[0].test_supply.has_value());
  ASSERT_EQ(back.variants.size(), 1U);
  EXPECT_EQ(back.variants[0].power_mw, 9.2);
  EXPECT_TRUE(contains(to_html(back), "1/1.9 on average"));
  EXPECT_EQ(back.design_space.frontier.size(), 6U);
  ASSERT_EQ(back.design_space.sample.size(), 12U);
  EXPECT_EQ(back.design_space.power_parts, summary.design_space.power_parts);
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(back.design_space.sample[i].point, summary.design_space.sample[i].point);
    EXPECT_EQ(back.design_space.sample[i].leakage_mw, summary.design_space.sample[i].leakage_mw);
    EXPECT_EQ(back.design_space.sample[i].dynamic_mw, summary.design_space.sample[i].dynamic_mw);
  }
  EXPECT_EQ(back.design_space.bend, 0);
  RunSummary before_stage_2 = summary;
  before_stage_2.design_space = {};
  EXPECT_FALSE(
      summary_from_json(summary_to_json(before_stage_2), "s.json").design_space.explored());
  EXPECT_EQ(back.plan.evaluations, 77);
  EXPECT_EQ(back.plan.minima, summary.plan.minima);
  EXPECT_EQ(back.plan.hardware[0].layers, summary.plan.hardware[0].layers);
  ASSERT_EQ(back.plan.curve.size(), 3U);
  EXPECT_EQ(back.plan.curve[1].fraction_bits_added, -1);
  EXPECT_EQ(back.plan.saturation[1].products_saturated, 88);
  EXPECT_EQ(back.pruning[1].macs_skipped_by_threshold, 165);
  EXPECT_EQ(back.pruning[1].histogram[2].high, 0.09375);
  EXPECT_EQ(back.pruning_sweep[1].wrong, 190);
  EXPECT_EQ(back.stages[1].spent_test_samples, 6);
  ASSERT_EQ(back.faults[2].curve.size(), 2U);
  EXPECT_EQ(back.faults[2].curve[1].wrong_deviation, 2.5);
  EXPECT_EQ(back.faults[2].curve[1].mean_high, 183.2);
  EXPECT_EQ(back.faults[2].test_supply->wrong_mean, 186.7);
  ASSERT_EQ(back.faults[2].yield.size(), 3U);
  EXPECT_EQ(back.faults[2].yield[1].within, 20);
  EXPECT_EQ(back.fault_study.voltages.size(), 2U);
  EXPECT_TRUE(contains(
      error_of([&] {
        summary_from_json(replaced(text, "\"test_error_percent\": 1.74", "\"x\": 1.74"), "s.json");
      }),
      "s.json: stages[1].test_error_percent: is missing"));
  RunSummary bad = summary;
  bad.stages[0].power_mw = std::numeric_limits<double>::infinity();
  EXPECT_THROW(summary_to_json(bad), ContractViolation);
}

TEST(Summary, StageTableFitsATerminal) {
  RunSummary summary = invented_summary();
  summary.notes.clear();
  const std::string text = stage_table_text(summary);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 120U) << line;
  for (const char* part : {"low voltage", "182.4", "1.82", "186.7", "12.4", "0.89", "18.3", "1,548",
                           "11820", "2.46x", "7.65x", "2.5x"}) {
    EXPECT_TRUE(contains(text, part)) << part << "\n" << text;
  }
  EXPECT_TRUE(contains(text, "validation: 182.4 wrong of 10000, bound 184: within the budget"));
  EXPECT_TRUE(contains(text, "test: 186.7 wrong of 10000, bound 183: NOT CONFIRMED"));
  EXPECT_TRUE(contains(text, "DIFFERS: an invented disagreement"));
}

TEST(Summary, TrainingHasItsHistogramAndItsScatter) {
  RunSummary s = invented_summary();
  const std::string html = to_html(s);
  for (const char* shown :
       {"book, Fig. 4.1", "book, Fig. 4.3", "dropped on the way", "halving, 66 epochs of the 96",
        "topology and the hyperparameters that the sweep chose"}) {
    EXPECT_TRUE(contains(html, shown)) << shown;
  }
  s.sweep.clear();
  s.design_space = {};
  const std::string page = to_html(s);
  EXPECT_FALSE(contains(page, "book, Fig. 4.3"));
  s.noise.runs.resize(1);
  EXPECT_FALSE(contains(to_html(s), "book, Fig. 4.1")) << "one run has no histogram";
}

TEST(Summary, HtmlIsSelfContainedAndEscaped) {
  const std::string html = to_html(invented_summary());
  EXPECT_TRUE(contains(html, "Invented run &lt;for&gt; tests &amp; pictures"));
  EXPECT_TRUE(contains(html, "A note with &quot;quotes&quot; &amp; &lt;tags&gt;."));
  EXPECT_TRUE(contains(html, "prefers-color-scheme: dark"));
  for (const char* shown :
       {"Searched by invention.", "outputs x 2^-3", "Error around the chosen",
        "Accumulators and saturation", "The same threshold in every layer", "0.0625 to 0.0938"}) {
    EXPECT_TRUE(contains(html, shown)) << shown;
  }
  for (const char* banned :
       {"<script", "http://", "https://", "src=", "href=", "@import", "url("}) {
    EXPECT_FALSE(contains(html, banned)) << banned;
  }
  for (const char* tag : {"table", "tr", "td", "th", "div", "p", "span", "details"}) {
    std::size_t opened = 0;
    std::size_t closed = 0;
    for (const char* end : {">", " "}) {
      const std::string open = std::string("<") + tag + end;
      for (std::size_t at = 0; (at = html.find(open, at)) != std::string::npos; ++at) ++opened;
    }
    const std::string close = std::string("</") + tag + ">";
    for (std::size_t at = 0; (at = html.find(close, at)) != std::string::npos; ++at) ++closed;
    EXPECT_EQ(opened, closed) << tag;
    EXPECT_GT(opened, 0U) << tag;
  }
  // To look at the page: MINERVA_REPORT_SAMPLE=page.html.
  if (const char* path = std::getenv("MINERVA_REPORT_SAMPLE")) std::ofstream(path) << html;
}

TEST(Summary, CsvFilesHaveARowForEveryItem) {
  const auto lines = [](const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
  };
  const std::vector<std::pair<std::string, int>> expected = {
      {"stages.csv", 4},        {"power.csv", 16},     {"noise.csv", 3},
      {"sweep.csv", 3},         {"frontier.csv", 6},   {"formats.csv", 24},
      {"format_curve.csv", 3},  {"saturation.csv", 2}, {"pruning.csv", 2},
      {"pruning_sweep.csv", 2}, {"faults.csv", 3},     {"fault_curves.csv", 3},
      {"voltage.csv", 2},       {"variants.csv", 1}};
  const std::vector<NamedFile> files = csv_files(invented_summary());
  ASSERT_EQ(files.size(), expected.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    EXPECT_EQ(files[i].name, expected[i].first);
    EXPECT_EQ(lines(files[i].bytes), expected[i].second + 1) << files[i].bytes;
  }
  EXPECT_TRUE(
      contains(files[0].bytes, "\n\"baseline, 16 bit\",170,1.7,169,1.69,184,183,0,0,1,0.0714"));
}

}  // namespace
}  // namespace minerva
