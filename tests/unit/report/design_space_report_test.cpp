#include "design_space_report.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <sstream>

#include "invented_space.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/report/summary_report.hpp"
#include "minerva/report/text_table.hpp"
#include "run_with_sections.hpp"

namespace minerva::dse {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(DesignSpace, ARowHasTheMachineAsBuiltAndReadsBack) {
  DesignSpaceRow row;
  row.combination = 18446744073709551615U;
  row.point.lanes = 1024;
  row.point.macs_per_lane = 8;
  row.point.weight_bandwidth = 2;
  row.point.activation_bandwidth = 4;
  row.point.write_ports = 6;
  row.point.multiplier_stages = 3;
  row.point.clock_period_ns = 0.1 + 0.2;
  row.weight_bank_words = 21008;
  row.over_partitioned = true;
  row.cycles = 123456789012;
  row.time_us = 250;
  row.energy_per_prediction_nj = 5e-324;
  row.power_mw = 1.0 / 3;
  row.area_mm2 = 1.7976931348623157e308;
  row.weight_memory_mm2 = 2.25;
  row.within_constraints = false;
  std::string text = "before\n";
  append_design_space_csv(row, text);
  EXPECT_EQ(text,
            "before\n18446744073709551615,1024,8,2,4,6,2,6,3,0.30000000000000004,21008,1,"
            "123456789012,250,4000,5e-324,0.3333333333333333,1.7976931348623157e+308,2.25,0\n");
  const std::string names = design_space_csv_names();
  EXPECT_EQ(std::count(names.begin(), names.end(), ','), std::count(text.begin(), text.end(), ','));
  row.power_mw = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(append_design_space_csv(row, text), ContractViolation);
}

TEST(DesignSpace, FrontierFileMarksTheChosenAndABaselineElsewhere) {
  DesignSpaceSection space = invented_space();
  std::string text = frontier_csv(space);
  EXPECT_TRUE(contains(text, ",on_frontier,chosen,verified,differences\n"));
  EXPECT_TRUE(contains(text, "\n104,"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 7);
  EXPECT_TRUE(contains(text, ",1,1,1,0\n"));
  space.baseline = space.frontier[0];
  space.baseline->on_frontier = false;
  space.baseline->chosen = true;
  space.baseline->differences = 3;
  space.baseline->combination.reset();
  text = frontier_csv(space);
  EXPECT_TRUE(contains(text, "\n,32,1,"));
  EXPECT_TRUE(contains(text, ",0,1,0,3\n"));
}

TEST(DesignSpace, TextShowsAtMostSoManyRowsAndWhatIsMarked) {
  DesignSpaceSection space = invented_space();
  const DesignSpaceRow row = space.frontier[1];
  space.frontier.assign(500, row);
  space.frontier[333].chosen = true;
  space.bend = 77;
  const std::string text = design_space_text(space, 20);
  EXPECT_TRUE(contains(text, "12 legal machines"));
  EXPECT_TRUE(contains(text, "left out: 28, weight <bandwidth> too large"));
  EXPECT_TRUE(contains(text, "20 of 500 frontier points shown"));
  EXPECT_TRUE(contains(text, "baseline: invented"));
  EXPECT_TRUE(contains(text, "bend: at "));
  EXPECT_FALSE(contains(text, "hypervolume"));
  space.frontier.resize(1);
  space.bend.reset();
  space.hypervolume_ratio = 0.99;
  const std::string one = design_space_text(space, 20);
  EXPECT_FALSE(contains(one, "shown"));
  EXPECT_TRUE(contains(one, "hypervolume 0.99"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 170U) << line;
}

TEST(DesignSpace, StandsAloneOnThePageWithItsFigures) {
  RunWithSections run;
  run.run.title = "Design space";
  run.run.network.topology = LayerGraph(Topology{{784, 256, 10}});
  run.space = invented_space();
  const std::string html = to_html(run.summary(), all_reports());
  EXPECT_TRUE(contains(html, "id=\"design-space\""));
  EXPECT_TRUE(contains(html, "id=\"frontier-cost\""));
  EXPECT_TRUE(contains(html, "28: weight &lt;bandwidth&gt; too large"));
  for (const char* of_a_run : {"What each stage saves", "id=\"power-by-stage\"", "error budget"}) {
    EXPECT_FALSE(contains(html, of_a_run)) << of_a_run;
  }
  const auto read_back = [&] {
    return summary_from_json(summary_to_json(run.summary()), "s.json", all_reports());
  };
  EXPECT_EQ(to_html(read_back(), all_reports()), html);
  EXPECT_EQ(design_space_text(design_space_section(read_back())), design_space_text(run.space));
  // Rows have the power of every part or of none.
  const auto refused = [&](const char* path) {
    try {
      read_back();
    } catch (const UserError& error) {
      return contains(error.what(), path);
    }
    return false;
  };
  run.space.sample[3].dynamic_mw.pop_back();
  EXPECT_TRUE(refused("s.json: sections.dse.sample[3].dynamic_mw"));
  run.space.sample[3].dynamic_mw.clear();
  EXPECT_TRUE(refused("s.json: sections.dse.sample[3].leakage_mw"));
  run.space.sample[3].leakage_mw.clear();
  EXPECT_NO_THROW(read_back());
  run.space.bend = 6;
  EXPECT_THROW(read_back(), UserError);
}

}  // namespace
}  // namespace minerva::dse
