#include "minerva/comparison/comparison.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "comparison_tables.hpp"
#include "minerva/published/book_workloads.hpp"
#include "trade_off_figure.hpp"
#include "training_section.hpp"

namespace minerva {
namespace {

StageRow stage(const char* id, const char* name, double power_mw) {
  StageRow row;
  row.stage = id;
  row.name = name;
  row.power_mw = power_mw;
  return row;
}

ComparedRun run(const char* name, const char* data_set, const std::vector<double>& powers_mw) {
  ComparedRun r;
  r.name = name;
  r.summary.provenance.data_name = data_set;
  r.summary.network.topology = LayerGraph(Topology{{4, 3, 2}});
  r.summary.network.weights = 18;
  r.summary.network.test_samples = 50;
  r.summary.network.test_wrong = 3;
  const char* const names[] = {"1 float network", "2 baseline", "3 quantization", "4 pruning",
                               "5 fault mitigation"};
  const char* const ids[] = {"train", "dse", "quantize", "prune", "faults"};
  for (std::size_t i = 0; i < powers_mw.size(); ++i) {
    r.summary.stages.push_back(stage(ids[i], names[i], powers_mw[i]));
  }
  return r;
}

std::string file(const std::vector<ComparedRun>& runs, const std::string& name) {
  for (const NamedFile& f : comparison_files(runs)) {
    if (f.name == name) return f.bytes;
  }
  return "";
}

TEST(Comparison, FactorsAreOfTheBarBeforeAndMeansAreGeometric) {
  std::vector<ComparedRun> runs = {run("a", "mnist", {0, 64, 32, 16, 4}),
                                   run("b", "own", {0, 100, 50, 12.5, 12.5})};
  VariantRow rom;
  rom.name = "ROM weights";
  rom.power_mw = 8;
  runs[0].summary.variants.push_back(rom);
  const std::string text = comparison_text(runs);
  // Pruning: 2 and 4 times. The fifth stage: 4 and 1. Whole: 16 and 8, geometric mean 11.31.
  EXPECT_NE(text.find("16.0 (2.00x)"), std::string::npos) << text;
  EXPECT_NE(text.find("12.5 (4.00x)"), std::string::npos) << text;
  EXPECT_NE(text.find("8.00 (0.50x)"), std::string::npos) << text;
  EXPECT_NE(text.find("2.83x"), std::string::npos) << text;
  EXPECT_NE(text.find("11.31x"), std::string::npos) << text;
  EXPECT_EQ(file(runs, "comparison_power.csv"),
            "run,baseline_mw,quantization_mw,pruning_mw,fault_mitigation_mw,rom_mw,"
            "programmable_mw\n"
            "a,64,32,16,4,8,\n"
            "b,100,50,12.5,12.5,,\n");
}

TEST(Comparison, NoiseNeedsTwoSeedsAndTheBookKnowsItsFiveSets) {
  std::vector<ComparedRun> runs = {run("a", "forest", {}), run("b", "own", {})};
  const TrainingNoise two_seeds = {{{1, 10, 20}, {2, 12, 24}}, 100, 200};
  const TrainingNoise one_seed = {{{1, 10, 20}}, 100, 200};
  runs[0].summary.sections = {{"noise", to_json(training::NoiseSection{two_seeds})}};
  runs[1].summary.sections = {{"noise", to_json(training::NoiseSection{one_seed})}};
  const std::string text = comparison_text(runs);
  EXPECT_NE(text.find("11.00 +- 1.41"), std::string::npos) << text;  // of 10 and 12 %
  EXPECT_NE(text.find("28.87 +- 2.70"), std::string::npos) << text;
  EXPECT_EQ(text.find("10.00 +-"), std::string::npos) << text;
  EXPECT_NE(text.find("no stage"), std::string::npos) << text;
  const std::string csv = file(runs, "comparison_training.csv");
  EXPECT_NE(csv.find("\na,forest,4-3-2,4,2,18,2,0,11,"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\nb,own,4-3-2,4,2,18,1,0,,,50,,,"), std::string::npos) << csv;
  ASSERT_NE(book_workload("20ng"), nullptr);
  EXPECT_EQ(book_workload("20ng")->error_percent, 17.8);
  EXPECT_EQ(book_workload("digits"), nullptr);
}

TEST(Comparison, ANetworkWithoutAnAcceleratorHasNoFiguresOfOne) {
  const std::string csv = file({run("a", "own", {0, 8})}, "comparison.csv");
  EXPECT_NE(csv.find("a,own,4-3-2,,1 float network,,,,,0,0\n"), std::string::npos) << csv;
  EXPECT_NE(csv.find("a,own,4-3-2,,2 baseline,8,"), std::string::npos) << csv;
}

TEST(ComparisonPage, ShowsTheStagesOfEveryRunAndWhatDiffers) {
  std::vector<ComparedRun> runs = {run("first<run>", "mnist", {0, 64, 32, 16, 4}),
                                   run("second", "own", {0, 100, 50})};
  runs[0].config = "[run]\nout = a\nthreads = 1\n[budget]\nitn = 2  # ITN\nlist = a,b\n";
  runs[1].config = "[run]\nout = b\nthreads = 1\n[budget]\nitn = 3  # ITN\nlist = a,b\nnew = \n";
  const std::string html = file(runs, "comparison.html");
  EXPECT_EQ(html, comparison_html(runs));
  for (const char* shown :
       {"2 runs compared", "first&lt;run&gt;, second", "geometric mean", "the book&#39;s mean",
        // Stage 4 of the run that stopped after stage 3 is empty.
        "<th scope=\"row\" class=\"t\">4 pruning</th><td>16.0</td><td></td>",
        "<th scope=\"row\" class=\"t\">budget.itn</th><td class=\"t\">2</td>"
        "<td class=\"t\">3</td>"}) {
    EXPECT_NE(html.find(shown), std::string::npos) << shown;
  }
  for (const char* equal : {">run.out<", ">run.threads<", ">budget.list<"}) {
    EXPECT_EQ(html.find(equal), std::string::npos) << equal;
  }
  const auto differences = config_differences(runs);
  ASSERT_EQ(differences.size(), 1U);  // "new" is empty in one and unknown to the other
  EXPECT_EQ(differences[0].key, "budget.itn");
  EXPECT_EQ(differences[0].values, (std::vector<std::string>{"2", "3"}));
}

TEST(ComparisonPage, SaysWhichConfigIsNotThere) {
  std::vector<ComparedRun> runs = {run("a", "own", {0, 64}), run("b", "own", {0, 32}),
                                   run("c", "own", {0, 16})};
  runs[0].config = runs[1].config = "[budget]\nitn = 2\n";
  const std::string html = comparison_html(runs);
  EXPECT_NE(html.find("Without config.resolved.cfg: c."), std::string::npos);
  EXPECT_NE(html.find("The configs are equal but for the run directory."), std::string::npos);
}

TEST(Comparison, TradesPowerAgainstErrorOnOneSetOfData) {
  // Errors of 2, 4 and 6 of 50 at 9, 4 and 5 mW: the third has more of both than the second.
  std::vector<ComparedRun> runs = {run("a", "own", {0, 9}), run("b", "own", {0, 4}),
                                   run("c", "own", {0, 5})};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    RunSummary& s = runs[i].summary;
    s.provenance.data_sha256 = "d";
    s.network.validation_samples = 50;
    StageRow& last = s.stages.back();
    last.validation_error_percent = 4.0 * static_cast<double>(i + 1);
    last.test_error_percent = 4.0 * static_cast<double>(i + 1);
    last.bound_validation_wrong = 10;
    last.validation_interval = WrongInterval{1, 7};
  }
  const std::string text = file(runs, "comparison.html");
  EXPECT_NE(text.find("id=\"trade-off\""), std::string::npos);
  const auto figure = trade_off_figure(runs);
  ASSERT_TRUE(figure.has_value());
  EXPECT_NE(figure->csv.find("a,validation,4,2,14,20,9,0,1\n"), std::string::npos) << figure->csv;
  EXPECT_NE(figure->csv.find("b,test,8,,,,4,0,1\n"), std::string::npos) << figure->csv;
  EXPECT_NE(figure->csv.find("c,validation,12,2,14,20,5,0,0\n"), std::string::npos) << figure->csv;
  runs[1].summary.provenance.data_sha256 = "e";
  EXPECT_FALSE(trade_off_figure(runs).has_value());
}

}  // namespace
}  // namespace minerva
