#include <gtest/gtest.h>

#include "explored_space.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva::dse {
namespace {

TEST(Grid, CombinationsAreTheNestedLoopsOfTheLists) {
  Space space = broken_space();
  space.lanes = {1, 16, 300};
  space.read_ahead_words = {0, 3};
  const Grid grid = grid_of(space);
  ASSERT_EQ(grid.combinations(), 3U * 4 * 4 * 4 * 4 * 4 * 4 * 3 * 2 * 3);
  std::uint64_t c = 0;
  std::array<std::uint64_t, kRules> broken{};
  std::uint64_t legal = 0;
  Digits digits = grid.digits(0);
  DesignPoint p;
  for (const int lanes : space.lanes) {
    for (const int macs : space.macs_per_lane) {
      for (const int weight : space.weight_bandwidths) {
        for (const int activation : space.activation_bandwidths) {
          for (const int ports : space.write_ports) {
            for (const int weight_banks : space.weight_banks) {
              for (const int activation_banks : space.activation_banks) {
                for (const int stages : space.multiplier_stages) {
                  for (const int queue : space.read_ahead_words) {
                    for (const double period : space.clock_periods_ns) {
                      ASSERT_EQ(grid.digits(c), digits);
                      ASSERT_EQ(grid.combination(digits), c);
                      const std::optional<Rule> rule = grid.machine(digits, p);
                      const int needed = multiplier_stages(kBookWidths, macs, period, technology());
                      DesignPoint expected{lanes,
                                           macs,
                                           weight,
                                           activation,
                                           ports == 0 ? activation : ports,
                                           stages == 0 ? needed : stages,
                                           period,
                                           weight_banks,
                                           activation_banks,
                                           0};
                      expected.read_ahead_words = queue;
                      ASSERT_EQ(p, expected);
                      bool refused = p.multiplier_stages < needed || weight > activation ||
                                     technology().accumulation_delay_ns(kBookWidths) > period;
                      try {
                        check_design_point(p);
                      } catch (const UserError&) {
                        refused = true;
                      }
                      ASSERT_EQ(rule.has_value(), refused) << to_string(p);
                      ASSERT_EQ(grid.violation(digits) > 0, refused) << to_string(p);
                      if (rule) {
                        ++broken[static_cast<std::size_t>(*rule)];
                      } else {
                        ++legal;
                        // Another combination may make the same machine; the lowest is found.
                        ASSERT_LE(grid.find(p).value(), c);
                      }
                      grid.advance(digits);
                      ++c;
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
  EXPECT_EQ(grid.digits(0), digits);  // around to the first
  const Exploration explored = explore(book(), grid, 2);
  EXPECT_EQ(explored.legal, legal);
  EXPECT_EQ(explored.skipped, broken);
  for (std::size_t r = 0; r < kRules; ++r) {
    // public40 never asks for so many stages, and has no access times; weights are on chip.
    const auto rule = static_cast<Rule>(r);
    if (rule == Rule::most_stages || rule == Rule::access_time ||
        rule == Rule::off_chip_bandwidth) {
      continue;
    }
    EXPECT_GT(broken[r], 0U) << to_string(rule);
  }
}

TEST(Grid, FindsNoMachineThatItDoesNotHave) {
  const Grid grid = grid_of({});
  DesignPoint point;
  point.multiplier_stages = 2;
  ASSERT_TRUE(grid.find(point).has_value());
  DesignPoint found;
  EXPECT_FALSE(grid.machine(grid.digits(*grid.find(point)), found));
  EXPECT_EQ(found, point);
  for (int DesignPoint::*knob :
       {&DesignPoint::lanes, &DesignPoint::weight_bandwidth, &DesignPoint::write_ports,
        &DesignPoint::weight_banks, &DesignPoint::activation_banks, &DesignPoint::multiplier_stages,
        &DesignPoint::weight_bank_words}) {
    DesignPoint other = point;
    other.*knob += 2;
    EXPECT_FALSE(grid.find(other).has_value()) << to_string(other);
  }
}

// 1,890 combinations obey the bandwidths; a third of them has 1 or 2 ns, in which an accumulator of
// 26 bits does not add (2.08 ns).
TEST(Explore, DefaultSpaceHas1260LegalMachinesOf6750) {
  const Explored all = explore_all(book(), grid_of({}), 2);
  EXPECT_EQ(all.exploration.combinations, 6750U);
  EXPECT_EQ(all.exploration.legal, 1260U);
  EXPECT_EQ(all.exploration.within_constraints, 1260U);
  const auto skipped = [&](Rule rule) {
    return all.exploration.skipped[static_cast<std::size_t>(rule)];
  };
  EXPECT_EQ(skipped(Rule::weight_bandwidth) + skipped(Rule::activation_bandwidth), 6750U - 1890U);
  EXPECT_EQ(skipped(Rule::accumulation), 630U);
  EXPECT_TRUE(same(all.exploration.sample, all.points));  // few enough for all
}

TEST(Explore, PickedPointsAreSomeOfAllInTheirOrder) {
  const std::vector<ExploredPoint> all = explore_all(book(), grid_of({}), 2).points;
  EXPECT_TRUE(same(picked(all, all.size()), all));
  const std::vector<ExploredPoint> some = picked(all, 1000);
  ASSERT_EQ(some.size(), 1000U);
  std::map<double, int> of_period;
  std::size_t at = 0;
  for (const ExploredPoint& p : some) {
    while (at < all.size() && all[at].combination != p.combination) ++at;
    ASSERT_LT(at, all.size());  // ascending, none twice
    ++of_period[p.point.clock_period_ns];
    ++at;
  }
  // 315 machines a period, of which 1,000 / 4 are expected, with a deviation of 7.
  ASSERT_EQ(of_period.size(), 4U);
  for (const auto& [period, count] : of_period) EXPECT_NEAR(count, 1000 / 4.0, 35) << period;
}

TEST(PointEvaluator, PartsAddUpToThePointsPower) {
  const Problem problem = book();
  PointEvaluator evaluator(problem);
  const std::vector<ExploredPoint> all = explore_all(problem, grid_of({}), 2).points;
  for (std::size_t i = 0; i < all.size(); i += 37) {
    const PpaEstimate parts = evaluator.estimate(all[i].point);
    EXPECT_EQ(parts.power_mw, all[i].power_mw);
    EXPECT_EQ(parts.cycles, all[i].cycles);
    double sum_mw = 0;
    for (const PowerPart& part : parts.power) sum_mw += part.dynamic_mw + part.leakage_mw;
    EXPECT_NEAR(sum_mw, all[i].power_mw, 1e-12 * sum_mw);  // another order of adding
  }
}

// Half of the words are zero: half of the products of all layers but the first go, three of four
// chunks of two words and of tiles of two positions stay.
TEST(AssumedActivity, SkipsAShareOfTheInputsOfEveryLayerButTheFirst) {
  Problem problem;
  problem.network = parse_layer_graph("8x8x2 c4k3p1 m2 c6k3 10", "test");
  const ActivityProfile full = assumed_activity(problem, {2, 2, 1});
  EXPECT_EQ(full.samples, 1);
  EXPECT_TRUE(problem.hardware().thresholds.empty());
  problem.zero_inputs_percent = 50;
  const ActivityProfile half = assumed_activity(problem, {2, 2, 1});
  EXPECT_EQ(half.samples, kAssumedSamples);
  EXPECT_EQ(problem.hardware().thresholds, (std::vector<bool>{false, false, true, true}));
  for (std::size_t k = 0; k < half.layers.size(); ++k) {
    const LayerActivity& a = half.layers[k];
    const LayerActivity& b = full.layers[k];
    const double kept = k == 0 ? 1 : 0.5;
    const double active = k == 0 ? 1 : 0.75;
    EXPECT_EQ(a.kept_inputs, kept * static_cast<double>(b.kept_inputs * kAssumedSamples)) << k;
    EXPECT_EQ(a.active_chunks, active * static_cast<double>(b.active_chunks * kAssumedSamples))
        << k;
    EXPECT_EQ(a.zero_inputs, (1 - kept) * static_cast<double>(b.kept_inputs * kAssumedSamples))
        << k;
    const double read = k == 3 ? kept : active;  // one prediction has no tiles of a dense layer
    EXPECT_EQ(a.kept_tile_inputs, read * static_cast<double>(b.kept_tile_inputs * kAssumedSamples))
        << k;
  }
}

TEST(Explore, SameBitsAndRowsAtAnyThreadCount) {
  for (const Space& space : {Space{}, broken_space()}) {
    const Explored one = explore_all(book(), grid_of(space), 1);
    for (const int threads : {2, 3, 7}) {
      const Explored more = explore_all(book(), grid_of(space), threads);
      ASSERT_EQ(one.rows, more.rows);
      ASSERT_TRUE(same(one.points, more.points));
      ASSERT_TRUE(same(one.exploration.frontier, more.exploration.frontier));
      ASSERT_TRUE(same(one.exploration.sample, more.exploration.sample));
    }
    EXPECT_EQ(static_cast<std::size_t>(std::count(one.rows.begin(), one.rows.end(), '\n')),
              one.exploration.legal);
  }
}

TEST(Explore, FiguresAreThoseOfTheEstimate) {
  const Grid grid = grid_of(broken_space());
  const Explored all = explore_all(book(), grid, 2);
  for (std::size_t i = 0; i < all.points.size(); i += 501) {
    const ExploredPoint& p = all.points[i];
    MachineConfiguration design;
    design.network = book().network;
    design.widths = kBookWidths;
    design.point = p.point;
    const PpaFigures figures = estimate_figures(
        design, full_graph_activity(design.network.graph(), p.point.inputs_per_cycle(), 1), {},
        technology());
    ASSERT_EQ(p.cycles, figures.cycles);
    ASSERT_EQ(p.time_us, figures.time_ns / 1000);
    ASSERT_EQ(p.power_mw, figures.power_mw);
    ASSERT_EQ(p.energy_nj, figures.energy_nj);
    ASSERT_EQ(p.area_mm2, figures.area_mm2);
  }
}

TEST(Explore, FrontierIsWhatNoPointBeatsInAnyObjectives) {
  for (const auto& objectives : std::vector<std::vector<Objective>>{
           {Objective::time_us, Objective::power_mw},
           {Objective::area_mm2, Objective::edp_nj_us, Objective::power_mw},
           {Objective::time_us, Objective::power_mw, Objective::energy_nj, Objective::area_mm2,
            Objective::edp_nj_us}}) {
    Problem problem = book();
    problem.objectives = objectives;
    const int dimensions = static_cast<int>(objectives.size());
    const Explored all = explore_all(problem, grid_of({}), 2);
    std::set<std::uint64_t> on;
    for (const ExploredPoint& p : all.exploration.frontier) on.insert(p.combination);
    for (const ExploredPoint& p : all.points) {
      const ObjectiveValues mine = objective_values(p, objectives);
      const bool beaten =
          std::any_of(all.points.begin(), all.points.end(), [&](const ExploredPoint& q) {
            const ObjectiveValues other = objective_values(q, objectives);
            return dominates(other, mine, dimensions) ||
                   (other == mine && q.combination < p.combination);
          });
      ASSERT_EQ(on.count(p.combination) == 1, !beaten) << to_string(p.point);
    }
  }
}

TEST(Explore, ConstraintsLimitTheFrontierAndNotTheRows) {
  Problem problem = book();
  problem.constraints =
      parse_constraints("area_mm2 <= 3, predictions_per_s >= 10000, lanes < 64", "dse.constraints");
  const Explored free = explore_all(book(), grid_of({}), 1);
  const Explored limited = explore_all(problem, grid_of({}), 1);
  EXPECT_EQ(free.rows, limited.rows);
  std::uint64_t within = 0;
  for (const ExploredPoint& p : limited.points) {
    const bool expected = p.area_mm2 <= 3 && p.predictions_per_s() >= 10000 && p.point.lanes < 64;
    ASSERT_EQ(p.within_constraints, expected);
    ASSERT_EQ(violation(problem.constraints, p) == 0, expected);
    within += expected ? 1 : 0;
  }
  EXPECT_EQ(limited.exploration.within_constraints, within);
  EXPECT_GT(within, 10U);
  for (const ExploredPoint& p : limited.exploration.frontier) EXPECT_TRUE(p.within_constraints);
  problem.constraints = parse_constraints("area_mm2 < 0.001", "dse.constraints");
  EXPECT_THROW(explore(problem, grid_of({}), 1), UserError);
}

TEST(Explore, GoesOnFromEveryCheckpointToTheSameEnd) {
  Problem problem = book();
  problem.objectives = {Objective::time_us, Objective::power_mw, Objective::area_mm2};
  problem.constraints = parse_constraints("area_mm2 <= 6", "dse.constraints");
  Space space = broken_space();
  space.lanes.clear();
  for (int lanes = 1; lanes <= 30; ++lanes) space.lanes.push_back(lanes);
  const Grid grid = grid_of(space);
  std::vector<ExplorationState> states;
  std::vector<std::string> rows_until;
  std::string rows;
  RowSink sink;
  sink.append = [](const ExploredPoint& p, std::string& text) {
    text += std::to_string(p.combination) + "\n";
  };
  sink.write = [&](const std::string& more) { rows += more; };
  sink.checkpoint = [&](const ExplorationState& state) {
    states.push_back(state);
    rows_until.push_back(rows);
  };
  const Exploration whole = explore(problem, grid, 2, sink);
  ASSERT_GE(states.size(), 3U);
  ASSERT_GT(states.back().sample_stride, 1U);
  EXPECT_LE(whole.sample.size(), kMostSamples);
  EXPECT_GE(whole.sample.size(), kMostSamples / 2);
  const std::string all_rows = rows;
  const std::vector<ExplorationState> from = states;
  const std::vector<std::string> before = rows_until;
  for (std::size_t i = 0; i < from.size(); ++i) {
    rows = before[i];
    const Exploration rest = explore(problem, grid, 1, sink, from[i]);
    ASSERT_EQ(rows, all_rows);
    ASSERT_EQ(rest.legal, whole.legal);
    ASSERT_EQ(rest.within_constraints, whole.within_constraints);
    ASSERT_EQ(rest.skipped, whole.skipped);
    ASSERT_TRUE(same(rest.frontier, whole.frontier));
    ASSERT_TRUE(same(rest.sample, whole.sample));
  }
}

TEST(Explore, PartitionedMemoriesCostArea) {
  Space space;
  space.macs_per_lane = {1};
  space.clock_periods_ns = {4};
  space.lanes = {16, 32, 64, 128, 256, 1024};
  const Explored all = explore_all(book(), grid_of(space), 1);
  ASSERT_EQ(all.points.size(), 6U);
  for (std::size_t i = 1; i < all.points.size(); ++i) {
    EXPECT_GT(all.points[i].area_mm2, all.points[i - 1].area_mm2);
    EXPECT_LE(all.points[i].weight_bank_words, all.points[i - 1].weight_bank_words);
    EXPECT_EQ(all.points[i].over_partitioned,
              static_cast<double>(all.points[i].weight_bank_words) < technology().sram_words_min);
  }
  EXPECT_FALSE(all.points.front().over_partitioned);
  // 784 + 3 x 256 words in each bank of 256 lanes or more.
  EXPECT_EQ(all.points.back().weight_bank_words, 1552);
}

TEST(Explore, AProgrammableMachineCountsTheWordsOfItsLargestNetwork) {
  Problem problem = book();
  problem.also_for = {Topology{{20, 10}}, Topology{{784, 512, 512, 512, 10}}};
  Space space;
  space.lanes = {16};
  space.macs_per_lane = {1};
  const Explored all = explore_all(problem, grid_of(space), 1);
  ASSERT_FALSE(all.points.empty());
  EXPECT_EQ(all.points.front().weight_bank_words, 32 * 784 + 32 * 512 + 32 * 512 + 1 * 512);
}

TEST(Explore, BadSpacesAreRefused) {
  const auto error = [](const Space& space) {
    try {
      explore(book(), grid_of(space), 1);
    } catch (const UserError& e) {
      return std::string(e.what());
    }
    return std::string("(no error)");
  };
  Space space;
  space.lanes = {};
  EXPECT_NE(error(space).find("dse.lanes"), std::string::npos);
  space.lanes = {0};
  EXPECT_NE(error(space).find("dse.lanes"), std::string::npos);
  space = {};
  space.clock_periods_ns = {4, 7.5};
  EXPECT_NE(error(space).find("7.5"), std::string::npos);
  EXPECT_NE(error(space).find("dse.clock_period_ns"), std::string::npos);
  space = {};
  space.macs_per_lane = {1};
  space.weight_bandwidths = {2};
  EXPECT_NE(error(space).find("no legal machine"), std::string::npos);
  space = {};
  space.multiplier_stages = {17};
  EXPECT_NE(error(space).find("dse.multiplier_stages"), std::string::npos);
  space = {};
  for (std::vector<int>* axis :
       {&space.lanes, &space.write_ports, &space.weight_banks, &space.activation_banks,
        &space.macs_per_lane, &space.weight_bandwidths, &space.activation_bandwidths}) {
    axis->assign(1000, 1);
  }
  EXPECT_NE(error(space).find("2^62"), std::string::npos);
  Problem narrow = book();
  narrow.widths = {16, 1, 16, 26};
  EXPECT_THROW(explore(narrow, Grid({}, narrow.hardware(), technology()), 2), UserError);
}

TEST(Verify, EqualMachinesHaveNoDifferences) {
  QuantizedNetwork network;
  network.layers.push_back(
      {LayerKind::dense, 3, 2, {{2, 2}, {3, 1}, {4, 2}}, 2, {1, -8, 7, 3, -2, 5}, {1, -1}, {}});
  EXPECT_EQ(verify_point(network, DesignPoint{}, {{4, -1, 7}, {0, 2, -8}}),
            std::vector<std::string>{});
}

}  // namespace
}  // namespace minerva::dse
