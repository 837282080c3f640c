#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "comparison_tables.hpp"
#include "drawn_summary.hpp"
#include "figure_checks.hpp"
#include "minerva/report/power_bars.hpp"

namespace minerva {
namespace {

TEST(FormatFigures, BarsAddUpToTheBitsOfEverySignal) {
  const RunWithSections s = drawn_run(12);
  const Figure figure = figure_of(format_figures(s), "bits");
  const Json integer = series_of(figure, "needed, integer bits").at("data");
  const Json fraction = series_of(figure, "needed, fraction bits").at("data");
  ASSERT_EQ(integer.size(), 36U);
  for (std::size_t k = 0; k < 12; ++k) {
    const LayerFormats& f = s.plan.searched[k];
    const QFormat signals[] = {f.weight, f.activation, f.product};
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(integer[3 * k + i][1], signals[i].integer_bits);
      EXPECT_EQ(fraction[3 * k + i][1], signals[i].fraction_bits);
      EXPECT_EQ(fraction[3 * k + i][3], signals[i].bits());
      EXPECT_EQ(fraction[3 * k + i][0], integer[3 * k + i][0]);
    }
  }
  EXPECT_EQ(series_of(figure, "the book's datapath").at("data")[2],
            Json({"1 P", 9, "Q2.7"}));  // Sec. 4.4.1
  EXPECT_GT(figure.height_px, figure_of(format_figures(drawn_run(4)), "bits").height_px);
}

TEST(FormatFigures, CurveGoesThroughTheChosenFormatsAndLeavesOutNoDivergence) {
  const Figure figure = figure_of(format_figures(drawn_run()), "error-against-bits");
  const Json fraction = series_of(figure, "W, fraction bits").at("data");
  ASSERT_EQ(fraction.size(), 2U);
  EXPECT_EQ(fraction[0], Json({22, 1.6, 160, 85, 0, -1}));
  EXPECT_EQ(fraction[1][0], 23);
  EXPECT_EQ(series_of(figure, "W, integer bits").at("data").size(), 2U);     // error
  EXPECT_EQ(series_of(figure, "W, integer bits", 1).at("data").size(), 1U);  // divergence of 0
  EXPECT_TRUE(contains(figure.caption, "1 point without divergence"));
  EXPECT_EQ(option_of(figure).at("series")[0].at("markLine").at("data")[0].at("yAxis"), 1.6);
}

TEST(PruningFigures, SharesAreOfAllInputsAndEmptyBinsAreNotDrawn) {
  const RunWithSections s = drawn_run();
  const Figure figure = figure_of(pruning_figures(s), "inputs-by-magnitude");
  for (int layer = 1; layer <= 4; ++layer) {
    const Json line = series_of(figure, "layer " + std::to_string(layer));
    ASSERT_EQ(line.at("data").size(), 3U);
    double percent = 0;
    for (const Json& row : line.at("data")) percent += row[1].get<double>();
    EXPECT_DOUBLE_EQ(percent, 100);
    EXPECT_EQ(line.at("data")[2], Json({0.1875, 30, 0.25, 300, 0.0625 * (1 + (layer - 1) % 2)}));
    EXPECT_EQ(line.at("markLine").at("data")[0].at("xAxis"), 0.0625 * (1 + (layer - 1) % 2));
  }
  EXPECT_EQ(lines_of(figure.csv), 1U + 4 * 4);
}

TEST(PruningFigures, SweepHasErrorAndShareOfEveryThreshold) {
  const RunWithSections s = drawn_run();
  const Figure figure = figure_of(pruning_figures(s), "error-against-threshold");
  const Json error = series_of(figure, "error");
  EXPECT_EQ(error.at("data")[1], Json({0.125, 1.53, 153, 75}));
  EXPECT_EQ(series_of(figure, "MACs skipped").at("data")[2], Json({1, 100, 90}));
  EXPECT_EQ(series_of(figure, "the book").at("data")[0], Json({1.05, 75}));
  // 70 to 73 % in layers of equal weights; thresholds of 0.0625 and 0.125 in turn.
  EXPECT_EQ(series_of(figure, "chosen, test").at("data")[0], Json({0.09375, 71.5}));
  const Json lines = error.at("markLine").at("data");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].at("xAxis"), 0.0625);
  EXPECT_EQ(lines[0].at("name"), "layers 1, 3");
  EXPECT_EQ(lines[1].at("name"), "");  // too close to the first
  EXPECT_EQ(lines[2].at("yAxis"), 1.6);
  RunWithSections without_error = s;
  without_error.pruning.threshold_curve[0].error_percent = 0;
  const Figure linear = figure_of(pruning_figures(without_error), "error-against-threshold");
  EXPECT_EQ(option_of(linear).at("yAxis")[0].at("type"), "value");
}

TEST(FaultFigures, ZeroRatesAndZeroErrorsAreLeftOutAndNamed) {
  const RunWithSections s = drawn_run();
  const Figure figure = figure_of(fault_figures(s), "error-against-fault-rate");
  const Json none = series_of(figure, "no masking").at("data");
  ASSERT_EQ(none.size(), 2U);
  EXPECT_EQ(none[0], Json({1e-4, 158.5, 1.585, 156, 161, 10}));
  EXPECT_EQ(series_of(figure, "bit masking, sign zero, razor (chosen)").at("data").size(), 1U);
  EXPECT_TRUE(contains(figure.caption, "Left out: 2 points at rate 0 or without a wrong sample."));
  EXPECT_TRUE(contains(figure.caption, "cut"));
  EXPECT_EQ(series_of(figure, "tolerated").at("data").size(), 1U);
  EXPECT_EQ(series_of(figure, "tolerated").at("data")[0][1], 160);
  EXPECT_EQ(series_of(figure, "the book, tolerated").at("data")[2],
            Json({4.4e-2, 160, "bit masking"}));
  std::size_t feet = 0;
  const Json option = option_of(figure);
  for (const Json& each : option.at("series")) {
    if (!each.value("silent", false) || each.at("name") != "no masking") continue;
    // A band is a foot and, stacked on it, a height; the value stands first.
    if (each.contains("areaStyle")) {
      EXPECT_DOUBLE_EQ(each.at("data")[0][0].get<double>(), 161.0 - 156);
    } else {
      ++feet;
      EXPECT_EQ(each.at("data")[0], Json({156, 1e-4}));
      EXPECT_GT(each.at("data")[1][0].get<double>(), 0);  // -9000 has no place
    }
  }
  EXPECT_EQ(feet, 2U);  // the whole, and near the bound
}

TEST(FaultFigures, YieldAndVoltageAreTheSummarys) {
  const RunWithSections s = drawn_run();
  const Figure yield = figure_of(fault_figures(s), "yield");
  EXPECT_EQ(series_of(yield, "no masking").at("data")[1], Json({1e-3, 25, 10, 40, 12, 42}));
  EXPECT_EQ(lines_of(yield.csv), 3U);
  const Figure voltage = figure_of(fault_figures(s), "voltage");
  EXPECT_EQ(series_of(voltage, "fault rate").at("data").size(), 2U);
  EXPECT_TRUE(contains(voltage.caption, "1 voltage without faults"));
  EXPECT_EQ(series_of(voltage, "accelerator").at("data").size(), 3U);
  EXPECT_EQ(series_of(voltage, "weight SRAMs").at("data")[2], Json({0.4, 2.5, 0.02}));
  EXPECT_EQ(series_of(voltage, "lowest supply of a mitigation").at("data").size(), 2U);
  EXPECT_EQ(series_of(voltage, "fault rate").at("markLine").at("data")[0].at("xAxis"), 0.44);
  RunWithSections safe = s;
  for (faultsim::VoltageRow& row : safe.faults.study.voltages) row.fault_rate = 0;
  check_figures({figure_of(fault_figures(safe), "voltage")});
}

TEST(FaultFigures, TheCaptionSaysWhetherAccessTimeIsInTheRates) {
  const std::string left_out = "Access time at low voltage is not modelled";
  RunWithSections s = drawn_run();
  s.faults.study.failure_criterion = "6T, static noise margin; a source";
  EXPECT_TRUE(contains(figure_of(fault_figures(s), "voltage").caption, left_out));
  for (const std::string criterion : {"clocked: flips or is too slow", "slow_read: is too slow"}) {
    s.faults.study.failure_criterion = criterion;
    const Figure voltage = figure_of(fault_figures(s), "voltage");
    EXPECT_TRUE(contains(voltage.caption, criterion));
    EXPECT_FALSE(contains(voltage.caption, left_out));
  }
}

TEST(PowerFigure, PartsAddUpToEachStagesPower) {
  const RunWithSections s = drawn_run();
  const std::vector<PowerBar> bars = power_bars(s.run);
  const Figure figure = figure_of(power_figures(s.run), "power-by-stage");
  ASSERT_EQ(bars.size(), 5U);
  std::vector<double> sums(bars.size());
  const Json option = option_of(figure);
  for (const Json& each : option.at("series")) {
    if (each.at("type") != "bar") continue;
    EXPECT_NE(each.at("name"), "comparators");  // no power in any bar
    for (std::size_t i = 0; i < bars.size(); ++i) {
      sums[i] += each.at("data")[i][1].get<double>();
      EXPECT_EQ(each.at("data")[i][1],
                each.at("data")[i][2].get<double>() + each.at("data")[i][3].get<double>());
    }
  }
  for (std::size_t i = 0; i < bars.size(); ++i) EXPECT_DOUBLE_EQ(sums[i], bars[i].power_mw);
  const Json book = series_of(figure, "by the book's factor").at("data");
  ASSERT_EQ(book.size(), 4U);
  EXPECT_DOUBLE_EQ(book[0][1].get<double>(), 73.25 / 1.6);
  EXPECT_DOUBLE_EQ(book[3][1].get<double>(), 5.25 / 1.9);
  EXPECT_EQ(book[1][0], "4 pruning\n19.2 mW, 2.04x");
}

TEST(ErrorFigure, HasWhatWasSpentAndWhatMayBe) {
  const Figure figure = figure_of(power_figures(drawn_run().run), "error-by-stage");
  EXPECT_EQ(series_of(figure, "validation").at("data")[3],
            Json({"5 fault mitigation", 4, 0.4, 154}));
  EXPECT_EQ(series_of(figure, "test").at("data")[3], Json({"5 fault mitigation", -1, -0.2, 79}));
  EXPECT_EQ(series_of(figure, "bound", 0).at("data")[0], Json({"3 quantization", 10, 160}));
  EXPECT_EQ(series_of(figure, "bound", 1).at("data")[0], Json({"3 quantization", 5, 85}));
}

TEST(ComparisonFigures, KeepTheRulesAndTheNumbers) {
  RunWithSections other = drawn_run();
  for (StageRow& row : other.run.stages) {
    if (row.name != "2 baseline") continue;
    for (PowerPart& part : row.power) {
      part.dynamic_mw *= 4;
      part.leakage_mw *= 4;
    }
    row.power_mw *= 4;
  }
  RunWithSections part_way = drawn_run();
  part_way.run.stages.resize(1);
  part_way.run.variants.clear();
  part_way.space = {};
  const std::vector<ComparedRun> runs = {
      {"a run with a long name, of its own", drawn_run().summary()},
      {"b", other.summary()},
      {"c", part_way.summary()}};
  const std::vector<Figure> figures = comparison_figures(runs);
  ASSERT_EQ(figures.size(), 6U);
  check_figures(figures);
  double sum_mw = 0;
  const Figure power = figure_of(figures, "power-of-runs");
  const Json option = option_of(power);
  for (const Json& each : option.at("series")) {
    for (const Json& row : each.at("data")) {
      const std::string stage = row[0];
      if (stage.rfind("2 baseline", 0) == 0 && row.back() == "b") sum_mw += row[1].get<double>();
    }
  }
  EXPECT_DOUBLE_EQ(sum_mw, 4 * 73.25);
  const Figure factors = figure_of(figures, "factors");
  const double saved = 73.25 / 39.25;
  EXPECT_DOUBLE_EQ(series_of(factors, "b").at("data")[0][1].get<double>(), 4 * saved);
  EXPECT_DOUBLE_EQ(series_of(factors, "geometric mean").at("data")[0][1].get<double>(), 2 * saved);
  EXPECT_EQ(series_of(factors, "the book's mean").at("data")[0], Json({"quantization", 1.5}));
  const Json spent = series_of(figure_of(figures, "error-of-runs"), "validation").at("data");
  ASSERT_EQ(spent.size(), 8U);
  EXPECT_EQ(spent[3],
            Json({"5 fault mitigation", 0.4, 1, 4, 10, "a run with a long name, of its own"}));
  // A row stands once, under the name of its run.
  const Json rows = option.at("yAxis").at("data");
  std::set<std::string> names;
  for (const Json& row : rows) {
    const std::string name = row.is_object() ? row.at("value") : row;
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(name.find(": "), std::string::npos) << name;
  }
  EXPECT_EQ(rows[0].at("value"), "a run with a long name, of its own");
  const Figure by_numbers = figure_of(figures, "runs");
  EXPECT_EQ(series_of(by_numbers, "runs").at("data").size(), 2U);  // the third has no machine
  EXPECT_EQ(series_of(figure_of(figures, "frontiers"), "baseline").at("data").size(), 2U);
}

}  // namespace
}  // namespace minerva
