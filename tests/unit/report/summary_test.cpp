#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "invented_summary.hpp"
#include "minerva/report/power_effects.hpp"
#include "minerva/report/summary_report.hpp"
#include "minerva/report/text_table.hpp"
#include "sealed.hpp"
#include "text_checks.hpp"

namespace minerva {
namespace {

TEST(Summary, JsonHoldsEverything) {
  const RunWithSections run = invented_run();
  const RunSummary summary = run.summary();
  const std::string text = summary_to_json(summary);
  EXPECT_TRUE(contains(text, "\"schema\": \"minerva-summary-10\""));
  const RunSummary back = summary_from_json(text, "summary.json", all_reports());
  EXPECT_EQ(summary_to_json(back), text);
  EXPECT_EQ(to_html(back, all_reports()), to_html(summary, all_reports()));
  EXPECT_EQ(stage_table_text(back), stage_table_text(summary));
  ASSERT_EQ(back.variants.size(), 1U);
  EXPECT_EQ(back.variants[0].power_mw, 9.2);
  EXPECT_EQ(back.variants[0].book_over_last_stage, 1 / 1.9);
  EXPECT_EQ(back.stages[1].spent_test_samples, 6);
  EXPECT_EQ(back.stages[1].stage, "quantize");
  EXPECT_EQ(back.stages[1].name, "quantized");
  EXPECT_EQ(back.sections.size(), 6U);
  EXPECT_TRUE(
      contains(error_of([&] {
                 summary_from_json(
                     sealed_json(replaced(text, "\"test_error_percent\": 1.74", "\"x\": 1.74")),
                     "s.json", all_reports());
               }),
               "s.json: stages[1].test_error_percent: is missing"));
  RunSummary bad = summary;
  bad.stages[0].power_mw = std::numeric_limits<double>::infinity();
  EXPECT_THROW(summary_to_json(bad), ContractViolation);
}

TEST(Summary, SectionsComeBackAsTheyWere) {
  const RunWithSections run = invented_run();
  const RunSummary back =
      summary_from_json(summary_to_json(run.summary()), "summary.json", all_reports());
  const dse::DesignSpaceSection space = dse::design_space_section(back);
  EXPECT_EQ(space.frontier.size(), 6U);
  ASSERT_EQ(space.sample.size(), 12U);
  EXPECT_EQ(space.power_parts, run.space.power_parts);
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(space.sample[i].point, run.space.sample[i].point);
    EXPECT_EQ(space.sample[i].leakage_mw, run.space.sample[i].leakage_mw);
    EXPECT_EQ(space.sample[i].dynamic_mw, run.space.sample[i].dynamic_mw);
  }
  EXPECT_EQ(space.bend, 0);
  const quantize::QuantizeSection plan = quantize::quantize_section(back);
  EXPECT_EQ(plan.evaluations, 77);
  EXPECT_EQ(plan.minima, run.plan.minima);
  EXPECT_EQ(plan.hardware[0].layers, run.plan.hardware[0].layers);
  ASSERT_EQ(plan.curve.size(), 3U);
  EXPECT_EQ(plan.curve[1].fraction_bits_added, -1);
  EXPECT_EQ(plan.saturation[1].products_saturated, 88);
  const prune::PruneSection pruning = prune::prune_section(back);
  EXPECT_EQ(pruning.layers[1].macs_skipped_by_threshold, 165);
  EXPECT_EQ(pruning.layers[1].histogram[2].high, 0.09375);
  EXPECT_EQ(pruning.threshold_curve[1].wrong, 190);
  const faultsim::FaultSection faults = faultsim::fault_section(back);
  EXPECT_FALSE(faults.mitigations[0].test_supply.has_value());
  ASSERT_EQ(faults.mitigations[2].curve.size(), 2U);
  EXPECT_EQ(faults.mitigations[2].curve[1].wrong_deviation, 2.5);
  EXPECT_EQ(faults.mitigations[2].curve[1].mean_high, 183.2);
  EXPECT_EQ(faults.mitigations[2].test_supply->wrong_mean, 186.7);
  ASSERT_EQ(faults.mitigations[2].yield.size(), 3U);
  EXPECT_EQ(faults.mitigations[2].yield[1].within, 20);
  EXPECT_EQ(faults.study.voltages.size(), 2U);
  EXPECT_EQ(training::training_section(back).search.epochs, 66);
  EXPECT_EQ(training::noise_section(back).noise.runs.size(), 3U);
  RunWithSections before_stage_2 = run;
  before_stage_2.space = {};
  EXPECT_FALSE(
      dse::design_space_section(
          summary_from_json(summary_to_json(before_stage_2.summary()), "s.json", all_reports()))
          .explored());
}

TEST(Summary, SectionsAreCheckedByTheirStages) {
  const std::string text = summary_to_json(invented_run().summary());
  const auto error_with = [&](const std::string& from, const std::string& to) {
    return error_of(
        [&] { summary_from_json(sealed_json(replaced(text, from, to)), "s.json", all_reports()); });
  };
  EXPECT_TRUE(contains(error_with("\"evaluations\": 77", "\"evaluations\": -1"),
                       "s.json: sections.quantize.evaluations"));
  EXPECT_TRUE(contains(error_with("\"prune\": {", "\"shear\": {"), "s.json: sections.shear"));
  EXPECT_TRUE(contains(error_with("\"sections\": {", "\"section\": {"), "section: unknown member"));
  // The run directory of an older version: one line that says what to do.
  const std::string old = error_with("minerva-summary-10", "minerva-summary-6");
  EXPECT_TRUE(contains(old, "s.json: schema")) << old;
  EXPECT_TRUE(contains(old, "run the same command again")) << old;
  EXPECT_TRUE(contains(old, "training.cache_dir")) << old;
  EXPECT_EQ(old.find('\n'), std::string::npos);
}

TEST(Summary, AChangedByteAnywhereIsFound) {
  const std::string text = summary_to_json(invented_run().summary());
  const auto error_with = [&](const std::string& changed) {
    return error_of([&] { summary_from_json(changed, "s.json", all_reports()); });
  };
  ASSERT_EQ(error_with(text), "(no error)");
  // Digits first of all: a figure that is another is still a figure.
  for (std::size_t i = 0; i < text.size(); i += text[i] >= '0' && text[i] <= '9' ? 5 : 31) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const std::string error = error_with(changed);
    ASSERT_EQ(error.rfind("s.json", 0), 0U) << "byte " << i << ": " << error;
  }
}

TEST(Summary, CountsAboveTheNumberOfSamplesAreRefused) {
  RunSummary forged = invented_run().summary();
  forged.stages[1].test_wrong = 10001;
  const std::string error =
      error_of([&] { summary_from_json(summary_to_json(forged), "s.json", all_reports()); });
  EXPECT_TRUE(contains(error, "s.json: stages[1].test_wrong = '10001.0': needs 0 to")) << error;
}

TEST(Summary, StageTableFitsATerminal) {
  RunSummary summary = invented_run().summary();
  summary.notes.clear();
  const std::string text = stage_table_text(summary);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 120U) << line;
  for (const char* part : {"low voltage", "182.4", "1.82", "186.7", "12.4", "0.89", "18.3", "1,548",
                           "11820", "2.46x", "7.65x", "2.5x"}) {
    EXPECT_TRUE(contains(text, part)) << part << "\n" << text;
  }
  EXPECT_TRUE(
      contains(text, "validation: 182.4 (180.8 to 184.2) wrong of 10000, bound 184: not decided\n"))
      << text;
  EXPECT_TRUE(contains(text,
                       "test: 186.7 (184.6 to 188.8) wrong of 10000, bound 183 by the sigma of "
                       "validation: NOT CONFIRMED\n"))
      << text;
  EXPECT_TRUE(contains(text, "test, by the sigma of test (0.210 %): bound 190: confirmed\n"))
      << text;
  EXPECT_TRUE(contains(text,
                       "chips: 15 of 100 within both bounds (9 to 24 %), 60 on validation, 20 on "
                       "test\n"))
      << text;
  EXPECT_TRUE(contains(text, "DIFFERS: an invented disagreement"));
}

TEST(Summary, AVerdictComparesTheWholeIntervalWithTheBound) {
  const std::optional<WrongInterval> around = WrongInterval{85.9, 88.7};
  EXPECT_EQ(verdict_of(87.3, around, 89), Verdict::confirmed);
  EXPECT_EQ(verdict_of(87.3, around, 88.7), Verdict::confirmed);
  EXPECT_EQ(verdict_of(87.3, around, 88), Verdict::not_decided);
  EXPECT_EQ(verdict_of(87.3, around, 87), Verdict::not_decided)
      << "above the bound, by chance or not";
  EXPECT_EQ(verdict_of(87.3, around, 85.9), Verdict::not_decided);
  EXPECT_EQ(verdict_of(87.3, around, 85), Verdict::not_confirmed);
  // What was counted is known.
  EXPECT_EQ(verdict_of(87, std::nullopt, 87), Verdict::confirmed);
  EXPECT_EQ(verdict_of(88, std::nullopt, 87), Verdict::not_confirmed);
  StageRow row;
  EXPECT_FALSE(row.validation_verdict().has_value());
  EXPECT_FALSE(row.test_verdict().has_value());
}

TEST(Summary, CsvFilesHaveARowForEveryItem) {
  const auto lines = [](const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
  };
  const std::vector<std::pair<std::string, int>> expected = {
      {"stages.csv", 4},          {"power.csv", 16},     {"sweep.csv", 3},
      {"noise.csv", 3},           {"frontier.csv", 6},   {"formats.csv", 24},
      {"format_curve.csv", 3},    {"saturation.csv", 2}, {"pruning.csv", 2},
      {"threshold_curve.csv", 2}, {"faults.csv", 3},     {"fault_curves.csv", 3},
      {"voltage.csv", 2},         {"variants.csv", 1},   {"layers.csv", 12}};
  const std::vector<NamedFile> files = csv_files(invented_run().summary(), all_reports());
  ASSERT_EQ(files.size(), expected.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    EXPECT_EQ(files[i].name, expected[i].first);
    EXPECT_EQ(lines(files[i].bytes), expected[i].second + 1) << files[i].bytes;
  }
  EXPECT_TRUE(contains(files[0].bytes,
                       "\n\"baseline, 16 bit\",170,1.7,169,1.69,,,,,184,183,190,,,,,0,0,1,0.0714"));
}

TEST(Summary, APowerWithAnIntervalIsUncertainEverywhere) {
  RunSummary summary = invented_run().summary();
  const std::string without = csv_files(summary, all_reports())[0].bytes;
  EXPECT_FALSE(contains(without, "power_low_mw"));
  EXPECT_FALSE(contains(stage_table_text(summary), "uncertain"));
  EXPECT_FALSE(contains(to_html(summary, all_reports()), "what decides it"));
  summary.stages.back().power_interval =
      PowerInterval{15.5, 21.25, "sram_leakage", 13.6, {{"sram_leakage", 16, 20.5}}};
  summary.stages.back().factor_before_interval = FactorInterval{2.25, 2.5};
  const std::string csv = csv_files(summary, all_reports())[0].bytes;
  EXPECT_TRUE(contains(csv,
                       ",book_factor,power_low_mw,power_high_mw,power_decided_by,factor_before_low,"
                       "factor_before_high\n"))
      << csv;
  EXPECT_TRUE(contains(csv, ",15.5,21.25,sram_leakage,2.25,2.5\n")) << csv;
  // Stages without one have empty cells in the same columns.
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    if (line.find('"') == std::string::npos) {
      EXPECT_EQ(std::count(line.begin(), line.end(), ','), 31) << line;
    }
  }
  EXPECT_TRUE(contains(
      stage_table_text(summary),
      "low voltage: uncertain, 15.5 to 21.2 mW by the residuals of the "
      "technology's rows; sram_leakage decides, 14 %; stage before / this 2.25 to 2.50x\n"))
      << stage_table_text(summary);
  RunSummary with_faults = summary;
  with_faults.stages.back().power_interval->rows.push_back({kSamplingOfFaultMaps, 17, 19});
  EXPECT_TRUE(contains(stage_table_text(with_faults),
                       "technology's rows and the sampling of fault maps; sram_leakage decides"));
  const std::string html = to_html(summary, all_reports());
  EXPECT_TRUE(contains(html, "15.5 to 21.2"));
  EXPECT_TRUE(contains(html, "sram_leakage, 14 %"));
  const RunSummary back =
      summary_from_json(summary_to_json(summary), "summary.json", all_reports());
  ASSERT_TRUE(back.stages.back().power_interval.has_value());
  EXPECT_EQ(back.stages.back().power_interval->low_mw, 15.5);
  EXPECT_EQ(back.stages.back().power_interval->high_mw, 21.25);
  EXPECT_EQ(back.stages.back().power_interval->deciding_row, "sram_leakage");
  ASSERT_EQ(back.stages.back().power_interval->rows.size(), 1U);
  EXPECT_EQ(back.stages.back().power_interval->rows[0].higher_mw, 20.5);
  EXPECT_EQ(back.stages.back().factor_before_interval->high, 2.5);
  EXPECT_FALSE(back.stages.front().power_interval.has_value());
}

TEST(Summary, ARowMovesBothPowersOfAFactorAtOnce) {
  StageRow before, after;
  before.power_mw = 40;
  after.power_mw = 20;
  EXPECT_FALSE(factor_interval(before, after).has_value());
  before.power_interval = PowerInterval{36, 44, "a", 10, {{"a", 36, 44}, {"b", 38, 42}}};
  EXPECT_FALSE(factor_interval(before, after).has_value());
  // Row a moves both by a tenth and leaves the factor alone; b moves the first one, c the second.
  after.power_interval = PowerInterval{18, 22, "a", 10, {{"a", 18, 22}, {"c", 19, 25}}};
  const std::optional<FactorInterval> factor = factor_interval(before, after);
  ASSERT_TRUE(factor.has_value());
  EXPECT_NEAR(factor->low, 2 - std::hypot(2 - 38.0 / 20, 2 - 40.0 / 25), 1e-12);
  EXPECT_NEAR(factor->high, 2 + std::hypot(42.0 / 20 - 2, 40.0 / 19 - 2), 1e-12);
}

TEST(Summary, CsvFilesOfARunWithoutStagesHaveTheirHeaders) {
  for (const NamedFile& file : csv_files({}, all_reports())) {
    EXPECT_EQ(std::count(file.bytes.begin(), file.bytes.end(), '\n'), 1) << file.name;
  }
}

}  // namespace
}  // namespace minerva
