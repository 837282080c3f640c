#include <gtest/gtest.h>

#include "problem_text.hpp"
#include "text_checks.hpp"

namespace minerva::dse {
namespace {

ExploredPoint some_point() {
  ExploredPoint p;
  p.point.lanes = 8;
  p.point.macs_per_lane = 4;
  p.point.weight_bandwidth = 2;
  p.point.activation_bandwidth = 3;
  p.point.write_ports = 5;
  p.point.multiplier_stages = 6;
  p.point.clock_period_ns = 2.5;
  p.point.batch_size = 4;
  p.weight_bank_words = 1000;
  p.cycles = 400;
  p.time_us = 50;
  p.power_mw = 80;
  p.energy_nj = 4000;
  p.area_mm2 = 3;
  p.weight_memory_mm2 = 2.5;
  return p;
}

TEST(Constraints, EveryNameMeansItsKnobOrFigure) {
  const std::vector<std::pair<std::string, double>> expected = {{"lanes", 8},
                                                                {"macs_per_lane", 4},
                                                                {"weight_bandwidth", 2},
                                                                {"write_ports", 5},
                                                                {"activation_bandwidth", 3},
                                                                {"weight_banks", 2},
                                                                {"activation_banks", 5},
                                                                {"multiplier_stages", 6},
                                                                {"clock_period_ns", 2.5},
                                                                {"read_ahead_words", 0},
                                                                {"batch_size", 4},
                                                                {"macs", 32},
                                                                {"inputs_per_cycle", 2},
                                                                {"weight_bank_words", 1000},
                                                                {"cycles", 400},
                                                                {"time_us", 50},
                                                                {"latency_us", 200},
                                                                {"predictions_per_s", 20000},
                                                                {"energy_nj", 4000},
                                                                {"edp_nj_us", 200000},
                                                                {"power_mw", 80},
                                                                {"area_mm2", 3},
                                                                {"weight_memory_mm2", 2.5}};
  EXPECT_EQ(point_quantities().size(), expected.size());
  for (const auto& [name, value] : expected) {
    const auto equal = parse_constraints(name + "==" + std::to_string(value), "key");
    EXPECT_TRUE(hold(equal, some_point())) << name;
    EXPECT_EQ(violation(equal, some_point()), 0) << name;
    const auto above = parse_constraints(name + " > " + std::to_string(value), "key");
    EXPECT_FALSE(hold(above, some_point())) << name;
    EXPECT_GT(violation(above, some_point()), 0) << name;
  }
}

TEST(Constraints, RelationsAreThoseOfArithmetic) {
  const auto holds = [](const std::string& text) {
    return hold(parse_constraints(text, "key"), some_point());
  };
  EXPECT_TRUE(holds("area_mm2 <= 3"));
  EXPECT_TRUE(holds("area_mm2>=3"));
  EXPECT_FALSE(holds("area_mm2 < 3"));
  EXPECT_FALSE(holds("area_mm2 > 3"));
  EXPECT_TRUE(holds("area_mm2 == 3"));
  EXPECT_TRUE(holds("area_mm2 < 3.1,lanes>7 , power_mw >= -1e3"));
  EXPECT_FALSE(holds("area_mm2 < 3.1, lanes > 8"));
  EXPECT_TRUE(holds(""));
  EXPECT_DOUBLE_EQ(violation(parse_constraints("area_mm2 <= 2, lanes >= 10", "key"), some_point()),
                   0.5 + 0.2);
  EXPECT_EQ(to_string(parse_constraints("area_mm2<=0.1", "key")[0]), "area_mm2 <= 0.1");
}

TEST(Constraints, MistakesNameKeyAndItem) {
  const auto error = [](const std::string& text) {
    return error_of([&] { parse_constraints(text, "dse.constraints"); });
  };
  const std::string unknown = error("lanes <= 3, aera_mm2 <= 3");
  EXPECT_NE(unknown.find("dse.constraints = 'aera_mm2': needs one of lanes, "), std::string::npos);
  EXPECT_NE(unknown.find("area_mm2"), std::string::npos);
  for (const char* text :
       {"lanes", "lanes = 3", "lanes => 3", "lanes <= 3 mm2", "lanes <=", "<= 3", "lanes <= 3,",
        "lanes <= nan", "lanes != 3", "lanes <> 3", "3 >= lanes"}) {
    EXPECT_NE(error(text).find("dse.constraints"), std::string::npos) << text;
  }
}

TEST(Objectives, AreTwoToFiveDifferentOnes) {
  EXPECT_EQ(parse_objectives("time_us,power_mw", "key"),
            (std::vector<Objective>{Objective::time_us, Objective::power_mw}));
  EXPECT_EQ(parse_objectives("edp_nj_us, area_mm2, energy_nj, power_mw, time_us", "key").size(),
            5U);
  for (const char* text : {"", "power_mw", "power_mw,power_mw", "power_mw,watts"}) {
    EXPECT_NE(error_of([&] { parse_objectives(text, "dse.objectives"); }).find("dse.objectives"),
              std::string::npos)
        << text;
  }
  const ObjectiveValues values =
      objective_values(some_point(), {Objective::edp_nj_us, Objective::area_mm2});
  EXPECT_EQ(values, (ObjectiveValues{200000, 3, 0, 0, 0}));
}

TEST(ProblemText, ChangesWithWhateverChangesTheRows) {
  Problem problem;
  problem.network = Topology{{3, 2}};
  const std::string before = problem_text(problem, {});
  Space space;
  space.activation_banks = {0, 64};
  EXPECT_NE(problem_text(problem, space), before);
  problem.constraints = parse_constraints("lanes < 3", "key");
  const std::string limited = problem_text(problem, {});
  EXPECT_NE(limited, before);
  problem.widths.product_bits = 15;
  EXPECT_NE(problem_text(problem, {}), limited);
  problem.widths.product_bits = 16;
  EXPECT_EQ(problem_text(problem, {}), limited);
  problem.also_for = {Topology{{3, 4, 2}}};
  const std::string programmable = problem_text(problem, {});
  EXPECT_NE(programmable, limited);
  problem.weight_storage = WeightStorage::rom;
  EXPECT_NE(problem_text(problem, {}), programmable);
  problem.objectives = {Objective::power_mw, Objective::time_us};
  EXPECT_NE(problem_text(problem, {}), programmable);
}

}  // namespace
}  // namespace minerva::dse
