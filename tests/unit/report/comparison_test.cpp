#include "minerva/comparison/comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "comparison_tables.hpp"
#include "comparison_verdict.hpp"
#include "minerva/published/book_workloads.hpp"
#include "run_labels.hpp"
#include "runs_figure.hpp"
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
  for (const char* shown : {"2 runs compared", "first&lt;run&gt;, second", "geometric mean",
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

TEST(Comparison, TheBookStandsBesideItsOwnDataAlone) {
  const std::vector<double> powers_mw = {0, 64, 32, 16, 4};
  const std::vector<ComparedRun> of_the_book = {run("a", "mnist", powers_mw),
                                                run("b", "forest", powers_mw)};
  const std::vector<ComparedRun> mixed = {run("a", "mnist", powers_mw), run("b", "own", powers_mw)};
  EXPECT_NE(comparison_text(of_the_book).find("the book's mean"), std::string::npos);
  EXPECT_EQ(comparison_text(mixed).find("the book's mean"), std::string::npos);
  const auto has_book = [](const std::vector<ComparedRun>& runs) {
    for (const Figure& figure : comparison_figures(runs)) {
      if (!figure.book.empty() || figure.option.find("the book") != std::string::npos) return true;
    }
    return false;
  };
  EXPECT_TRUE(has_book(of_the_book));
  EXPECT_FALSE(has_book(mixed));
}

TEST(Comparison, ColumnsWithoutContentAreLeftOut) {
  const auto headings = [](const std::vector<ComparedRun>& runs) {
    std::string all;
    for (const ComparisonTable& table : comparison_tables(runs)) {
      for (const std::string& heading : table.headings) all += heading + "|";
      for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.headings.size());
    }
    return all;
  };
  const std::vector<ComparedRun> own = {run("a", "own", {0, 8}), run("b", "own", {0, 4})};
  EXPECT_EQ(headings(own).find("book"), std::string::npos);  // of the networks' errors
  EXPECT_EQ(headings(own).find("ROM"), std::string::npos);
  EXPECT_NE(headings({run("a", "mnist", {0, 8})}).find("book"), std::string::npos);
}

/// Runs of one set whose last stages have these errors, of 50, bounds and powers.
ComparedRun finished(const char* name, double wrong, double bound, double power_mw) {
  ComparedRun r = run(name, "own", {0, 64, 32, 16, power_mw});
  r.summary.provenance.data_sha256 = "d";
  r.summary.network.validation_samples = 50;
  StageRow& last = r.summary.stages.back();
  last.validation_wrong = last.test_wrong = wrong;
  last.validation_error_percent = last.test_error_percent = 2 * wrong;
  last.bound_validation_wrong = last.bound_test_wrong = bound;
  return r;
}

TEST(ComparisonVerdict, NamesTheFrugalTheConfirmedAndTheExact) {
  const std::string text = comparison_verdict({finished("a", 2, 3, 9), finished("b", 5, 4, 3),
                                               finished("c", 3, 4, 5), finished("d", 1, 0, 8)});
  EXPECT_EQ(text,
            "Of 4 finished runs, b takes the least power: 3.00 mW, 3.00 times less than the run "
            "that takes most, at 10.00 % wrong on test, outside of its bound on validation and "
            "outside of its bound on test. Of the 2 that are confirmed within their bounds on both "
            "sets, it is c with 5.00 mW at 6.00 % wrong on test. The least error on test has d: "
            "2.00 % at 8.00 mW.");
  EXPECT_NE(comparison_verdict({finished("a", 2, 3, 9), finished("c", 3, 4, 5)})
                .find("confirmed within its bounds on validation and test. The least error"),
            std::string::npos);
  EXPECT_NE(comparison_verdict({finished("a", 2, 1, 9), finished("c", 3, 1, 5)})
                .find("None is confirmed within its bounds on both sets."),
            std::string::npos);
  EXPECT_EQ(comparison_verdict({finished("a", 2, 3, 9)}), "");
  ComparedRun other = run("x", "mnist", {0, 64, 32, 16, 8});
  other.summary.provenance.data_sha256 = "e";
  EXPECT_EQ(comparison_verdict({finished("a", 2, 3, 4), other})
                .rfind("The runs are on different data; of their 2 machines, that of a was brought "
                       "down furthest from its baseline: 16.00 times less power",
                       0),
            0U);
}

TEST(ComparisonLabels, OfASweepWhatDiffersIsTheName) {
  const auto labels = [](const std::vector<const char*>& names) {
    std::vector<ComparedRun> runs;
    for (const char* name : names) runs.push_back(run(name, "own", {0, 8}));
    std::string all;
    for (const ComparedRun& each : with_labels(runs)) all += each.name + "|";
    return all;
  };
  EXPECT_EQ(labels({"budget.itn=1", "budget.itn=0.5"}), "itn=1|itn=0.5|");
  EXPECT_EQ(labels({"tech.file=a+budget.itn=1", "tech.file=a+budget.itn=2"}), "itn=1|itn=2|");
  EXPECT_EQ(labels({"dse.lanes=1+budget.itn=1", "dse.lanes=2+budget.itn=2"}),
            "lanes=1, itn=1|lanes=2, itn=2|");
  EXPECT_EQ(labels({"budget.itn=1", "mnist"}), "budget.itn=1|mnist|");
  EXPECT_EQ(labels({"a=b", "a=c"}), "a=b|a=c|");  // no key has no section
  EXPECT_EQ(labels({"dse.lanes=1", "design.lanes=1"}), "dse.lanes=1|design.lanes=1|");
}

TEST(RunsFigure, ASweepOverOneNumberHasItAcross) {
  std::vector<ComparedRun> runs = {finished("budget.itn=1", 2, 3, 9),
                                   finished("budget.itn=2", 3, 4, 5), run("c", "own", {0})};
  runs[0].config = "[budget]\nitn = 1\n[run]\nout = a\n";
  runs[1].config = "[budget]\nitn = 2\n[run]\nout = b\n";
  runs[2].config = "[budget]\nitn = 3\n";
  const auto swept = runs_figure(runs);
  ASSERT_TRUE(swept && swept->explorer);
  EXPECT_EQ(swept->explorer->x, "budget.itn");
  EXPECT_EQ(swept->explorer->y, "power, mW");
  // The run without a machine is no point; what is equal in all runs cannot be chosen.
  EXPECT_EQ(swept->csv.rfind("run,budget.itn,validation_wrong,", 0), 0U) << swept->csv;
  EXPECT_NE(swept->csv.find("\nbudget.itn=2,2,3,"), std::string::npos) << swept->csv;
  EXPECT_EQ(swept->csv.find("\nc,"), std::string::npos);
  const auto& quantities = swept->explorer->quantities;
  EXPECT_EQ(std::count(quantities.begin(), quantities.end(), "error on test, %"), 1);
  EXPECT_EQ(std::count(quantities.begin(), quantities.end(), "area, mm²"), 0);
  runs[1].config = "[budget]\nitn = 2\n[dse]\nlanes = 1,2\n";
  EXPECT_EQ(runs_figure(runs)->explorer->x, "error on test, %");
  EXPECT_FALSE(runs_figure({runs[0], runs[2]}).has_value());
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
