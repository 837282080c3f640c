#include <gtest/gtest.h>

#include <map>
#include <set>

#include "comparison_tables.hpp"
#include "drawn_summary.hpp"
#include "figure_checks.hpp"

namespace minerva {
namespace {

TEST(Figures, KeepTheRulesOfThePage) {
  for (const int layers : {1, 4, 12}) {
    const std::vector<Figure> all = all_figures(drawn_run(layers));
    EXPECT_EQ(all.size(), 15U);
    check_figures(all);
  }
}

TEST(Figures, EmptyPartsMakeNone) {
  EXPECT_TRUE(all_figures({}).empty());
  EXPECT_TRUE(comparison_figures({{"a", {}}, {"b", {}}}).empty());
  RunWithSections s = drawn_run();
  s.noise.runs.resize(1);                  // one training says nothing of noise
  s.swept.sweep = {s.swept.sweep.back()};  // diverged
  s.space.frontier.clear();
  s.space.sample.clear();
  s.space.bend.reset();
  s.plan.curve.clear();
  for (prune::PruningRow& row : s.pruning.layers) row.histogram.clear();
  s.pruning.threshold_curve.clear();
  for (faultsim::FaultRow& row : s.faults.mitigations) {
    row.curve.resize(row.chosen ? 0 : 1);  // rate 0
    row.yield.clear();
  }
  s.faults.study.voltages.clear();
  for (StageRow& row : s.run.stages) {
    row.power_mw = 0;
    row.layers.clear();
  }
  s.run.variants.clear();
  std::set<std::string> ids;
  for (const Figure& figure : all_figures(s)) ids.insert(figure.id);
  EXPECT_EQ(ids, (std::set<std::string>{"bits"}));
}

TEST(Figures, OnePointIsDrawn) {
  RunWithSections s = drawn_run(1);
  s.swept.sweep.resize(1);
  s.space.frontier.resize(1);
  s.space.sample.resize(1);
  s.faults.mitigations.resize(1);
  s.faults.mitigations[0].curve = {s.faults.mitigations[0].curve[1]};
  s.faults.mitigations[0].yield.resize(1);
  s.faults.study.voltages = {s.faults.study.voltages[1]};
  s.pruning.threshold_curve.resize(1);
  s.plan.curve.resize(2);
  s.run.provenance.data_name = "my own";  // without the book's marks
  const std::vector<Figure> all = all_figures(s);
  EXPECT_EQ(all.size(), 15U);
  check_figures(all);
  for (const Figure& figure : all) {
    const Json option = option_of(figure);
    for (const Json& series : option.at("series")) {
      EXPECT_FALSE(series.value("itemStyle", Json::object()).value("color", "") == "@book" &&
                   figure.id != "power-by-stage")
          << figure.id;
    }
  }
}

TEST(LayerFigure, SharesTheEnergyAndLeavesFusedPoolsOut) {
  const RunWithSections s = drawn_run();
  const Figure figure = figure_of(layer_energy_figures(s.run), "energy-by-layer");
  double energy_nj = 0;
  for (const char* part : {"weight SRAM", "lanes", "leakage"}) {
    const Json bars = series_of(figure, part);
    ASSERT_EQ(bars.at("data").size(), 2U) << part;
    for (const Json& row : bars.at("data")) energy_nj += row.at(1).get<double>();
  }
  const auto machine = std::find_if(s.run.stages.rbegin(), s.run.stages.rend(),
                                    [](const StageRow& row) { return !row.layers.empty(); });
  EXPECT_NEAR(energy_nj, machine->energy_per_prediction_nj, 1e-9 * energy_nj);
  EXPECT_EQ(series_of(figure, "stall").at("data").at(0).at(1), 40);
}

TEST(NoiseFigure, HasEverySeedAndTheBound) {
  const RunWithSections s = drawn_run();
  const Figure figure = figure_of(noise_figures(s), "training-noise");
  const Json points = series_of(figure, "validation", 1);
  ASSERT_EQ(points.at("data").size(), 9U);
  EXPECT_EQ(points.at("data")[2], Json({1.46, 3, "18446744073709551602", 146}));
  EXPECT_EQ(series_of(figure, "test", 1).at("data")[8],
            Json({1.44, 9, "18446744073709551608", 72}));
  for (const char* set : {"validation", "test"}) {
    int trainings = 0;
    const Json bins = series_of(figure, set).at("data");
    for (const Json& bin : bins) trainings += bin[1].get<int>();
    EXPECT_EQ(trainings, 9);
  }
  const Json lines = series_of(figure, "validation").at("markLine").at("data");
  EXPECT_EQ(lines[0].at("xAxis"), s.noise.validation_mean_percent());
  EXPECT_DOUBLE_EQ(lines[1].at("xAxis").get<double>(), 1.6);  // 150 and 10 of 10,000
  EXPECT_EQ(series_of(figure, "the book, test").at("data")[0][0], 1.4);
  EXPECT_EQ(lines_of(figure.csv), 10U);
}

TEST(SweepFigure, SortsPointsByWhatBecameOfThem) {
  const RunWithSections s = drawn_run();
  const Figure figure = figure_of(sweep_figures(s), "error-against-weights");
  EXPECT_EQ(series_of(figure, "trained to the end").at("data").size(), 2U);
  EXPECT_EQ(series_of(figure, "dropped on the way").at("data")[0][1], 30);
  const Json frontier = series_of(figure, "frontier").at("data");
  ASSERT_EQ(frontier.size(), 2U);  // by rising weights
  EXPECT_EQ(frontier[0][0], 784 * 32 + 32 * 10);
  EXPECT_EQ(frontier[1][2], "784-256-256-10");
  EXPECT_EQ(series_of(figure, "chosen").at("data")[0][1], 1.6);
  EXPECT_EQ(series_of(figure, "the book's choice, test").at("data")[0][0], 334336);
  EXPECT_TRUE(contains(figure.caption, "Left out: 1 point that diverged."));
}

TEST(DesignSpaceFigure, PointsCarryTheirParametersAndTheirPowerByPart) {
  const dse::DesignSpaceSection space = drawn_run().space;
  const Figure figure = figure_of(dse::design_space_figures(space, {}), "design-space");
  const Json legal = series_of(figure, "legal designs");
  ASSERT_EQ(legal.at("data").size(), space.sample.size());
  ASSERT_TRUE(figure.breakdown.has_value());
  std::map<std::string, std::size_t> at;
  for (const Json& name : legal.at("dimensions")) at.emplace(name, at.size());
  EXPECT_EQ(figure.breakdown->parts,
            (std::vector<std::string>{"weight SRAM, mW", "datapath, mW", "comparators, mW"}));
  for (std::size_t i = 0; i < space.sample.size(); ++i) {
    const dse::DesignSpaceRow& design = space.sample[i];
    const Json& row = legal.at("data")[i];
    EXPECT_EQ(row[at.at("time, µs")], design.time_us);
    EXPECT_EQ(row[at.at("power, mW")], design.power_mw);
    EXPECT_EQ(row[at.at("lanes")], design.point.lanes);
    EXPECT_EQ(row[at.at("clock, ns")], design.point.clock_period_ns);
    EXPECT_EQ(row[at.at("cycles")], design.cycles);
    double sum_mw = 0;
    for (const std::string& part : figure.breakdown->parts)
      sum_mw += row[at.at(part)].get<double>();
    EXPECT_DOUBLE_EQ(sum_mw, row[at.at(figure.breakdown->total)].get<double>());
  }
  EXPECT_EQ(series_of(figure, "frontier").at("data").size(), 6U);
  EXPECT_EQ(series_of(figure, "baseline").at("data")[0][0], space.frontier[4].time_us);
  EXPECT_EQ(series_of(figure, "bend").at("data")[0][0], space.frontier[0].time_us);
  EXPECT_EQ(lines_of(figure.csv), 1U + 12 + 6);
  EXPECT_TRUE(contains(figure.csv, "weight_SRAM_leakage_mw"));
  EXPECT_TRUE(contains(figure.caption, "All 12 legal designs"));

  const Figure cost = figure_of(dse::design_space_figures(space, {}), "frontier-cost");
  const Json other = series_of(cost, "other area").at("data");
  ASSERT_EQ(other.size(), 6U);
  for (const Json& row : other) {
    const auto same =
        std::find_if(space.frontier.begin(), space.frontier.end(),
                     [&](const dse::DesignSpaceRow& d) { return d.time_us == row[1]; });
    ASSERT_NE(same, space.frontier.end());
    EXPECT_EQ(row[0], same->area_mm2 - same->weight_memory_mm2);
    EXPECT_EQ(row[2], same->area_mm2);
  }
}

TEST(DesignSpaceFigure, HoldsTheMachineAfterTheLaterStages) {
  const RunWithSections s = drawn_run();
  const Figure figure = figure_of(dse::design_space_figures(s.space, s.run), "design-space");
  const Json later = series_of(figure, "after the later stages").at("data");
  ASSERT_GE(s.run.stages.size(), 2U);
  ASSERT_FALSE(later.empty());
  const StageRow& last = s.run.stages.back();
  EXPECT_EQ(later.back(), Json({1e6 / last.predictions_per_s, last.power_mw,
                                last.energy_per_prediction_nj, last.area_mm2, last.name}));
  EXPECT_EQ(figure.first_series, "frontier");
}

TEST(DesignSpaceFigure, HoldsThousandsAndABaselineOutsideTheFrontier) {
  dse::DesignSpaceSection space = invented_space();
  space.sample.resize(1890, space.sample.front());
  space.legal = 1075200;
  space.baseline = space.frontier[4];
  space.frontier[4].chosen = false;
  space.baseline->time_us = 12345;
  space.objectives = {"time_us", "power_mw", "area_mm2"};
  const Figure figure = figure_of(dse::design_space_figures(space, {}), "design-space");
  EXPECT_EQ(series_of(figure, "legal designs").at("data").size(), 1890U);
  EXPECT_EQ(series_of(figure, "baseline").at("data")[0][0], 12345);
  EXPECT_EQ(series_of(figure, "frontier").at("type"), "scatter");  // no curve of three objectives
  EXPECT_TRUE(contains(figure.caption, "1,890 of 1,075,200 legal designs"));
  for (dse::DesignSpaceRow& row : space.sample) row.dynamic_mw = row.leakage_mw = {};
  space.power_parts.clear();
  EXPECT_FALSE(
      figure_of(dse::design_space_figures(space, {}), "design-space").breakdown.has_value());
}

}  // namespace
}  // namespace minerva
