#include "minerva/report/comparison.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace minerva {
namespace {

StageRow stage(const char* name, double power_mw) {
  StageRow row;
  row.name = name;
  row.power_mw = power_mw;
  return row;
}

ComparedRun run(const char* name, const char* data_set, const std::vector<double>& powers_mw) {
  ComparedRun r;
  r.name = name;
  r.summary.provenance.data_name = data_set;
  r.summary.network.topology = Topology{{4, 3, 2}};
  r.summary.network.weights = 18;
  r.summary.network.test_samples = 50;
  r.summary.network.test_wrong = 3;
  const char* const names[] = {"1 float network", "2 baseline", "3 quantization", "4 pruning",
                               "5 fault mitigation"};
  for (std::size_t i = 0; i < powers_mw.size(); ++i) {
    r.summary.stages.push_back(stage(names[i], powers_mw[i]));
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
  runs[0].summary.noise = {{{1, 10, 20}, {2, 12, 24}}, 100, 200};
  runs[1].summary.noise = {{{1, 10, 20}}, 100, 200};
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

}  // namespace
}  // namespace minerva
