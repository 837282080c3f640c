#include <gtest/gtest.h>

#include <algorithm>

#include "minerva/core/errors.hpp"
#include "minerva/dse/explore.hpp"
#include "minerva/dse/verify_point.hpp"

namespace minerva::dse {
namespace {

const Topology kBook{{784, 256, 256, 256, 10}};
const DatapathWidths kBookWidths{16, 16, 16, 26};

Technology technology(const char* name = "public40") {
  return read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/" + name + ".cfg");
}

bool same(const ExploredPoint& a, const ExploredPoint& b) {
  return a.point == b.point && a.cycles == b.cycles && a.time_us == b.time_us &&
         a.power_mw == b.power_mw && a.energy_nj == b.energy_nj && a.area_mm2 == b.area_mm2;
}

TEST(Explore, DefaultGridHasMoreThanAThousandLegalPoints) {
  const auto points = legal_points({}, kBookWidths, technology());
  EXPECT_GE(points.size(), 1000U);
  for (const DesignPoint& point : points) {
    ASSERT_NO_THROW(check_design_point(point));
    ASSERT_LE(point.weight_bandwidth, point.activation_bandwidth);
    ASSERT_EQ(point.write_ports, point.activation_bandwidth);
  }
}

TEST(Explore, SameBitsAtOneAndTwoThreads) {
  const Exploration one = explore(kBook, kBookWidths, {}, technology(), 1);
  const Exploration two = explore(kBook, kBookWidths, {}, technology(), 2);
  ASSERT_EQ(one.points.size(), two.points.size());
  for (std::size_t i = 0; i < one.points.size(); ++i) {
    ASSERT_TRUE(same(one.points[i], two.points[i])) << to_string(one.points[i].point);
  }
  EXPECT_EQ(one.frontier, two.frontier);
}

TEST(Explore, FrontierIsWhatNoPointBeats) {
  const Exploration all = explore(kBook, kBookWidths, {}, technology(), 2);
  for (std::size_t i = 0; i < all.points.size(); ++i) {
    const ExploredPoint& p = all.points[i];
    const bool beaten =
        std::any_of(all.points.begin(), all.points.end(), [&](const ExploredPoint& q) {
          return q.time_us <= p.time_us && q.power_mw <= p.power_mw &&
                 (q.time_us < p.time_us || q.power_mw < p.power_mw);
        });
    const bool on = std::count(all.frontier.begin(), all.frontier.end(), i) == 1;
    EXPECT_FALSE(on && beaten) << to_string(p.point);
    if (!beaten && !on) {  // only as the twin of a point that stands for it
      EXPECT_TRUE(std::any_of(all.frontier.begin(), all.frontier.end(), [&](std::size_t f) {
        return all.points[f].time_us == p.time_us && all.points[f].power_mw == p.power_mw;
      })) << to_string(p.point);
    }
  }
}

TEST(Explore, PartitionedMemoriesCostArea) {
  Space space;
  space.macs_per_lane = {1};
  space.clock_periods_ns = {4};
  space.lanes = {16, 32, 64, 128, 256, 1024};
  const Exploration all = explore(kBook, kBookWidths, space, technology(), 1);
  for (std::size_t i = 1; i < all.points.size(); ++i) {
    EXPECT_GT(all.points[i].area_mm2, all.points[i - 1].area_mm2);
  }
  const double early = all.points[1].area_mm2 / all.points[0].area_mm2;
  const double late = all.points[4].area_mm2 / all.points[3].area_mm2;
  EXPECT_GT(late, early);
}

TEST(Baseline, IsTheFastestWithinItsLimits) {
  const Exploration all = explore(kBook, kBookWidths, {}, technology(), 1);
  const BaselineRule rule;
  const Baseline baseline = choose_baseline(all, rule);
  const ExploredPoint& chosen = all.points[baseline.index];
  EXPECT_LE(chosen.power_mw, rule.power_budget_mw * rule.expected_saving);
  for (const std::size_t i : all.frontier) {
    const ExploredPoint& p = all.points[i];
    if (p.time_us < chosen.time_us && p.area_mm2 <= chosen.area_mm2) {
      EXPECT_GT(p.power_mw, rule.power_budget_mw * rule.expected_saving);
    }
  }
  // The machine of the book has 16 multipliers at 4 ns.
  EXPECT_EQ(chosen.point.lanes * chosen.point.inputs_per_cycle(), 16);
  EXPECT_EQ(chosen.point.clock_period_ns, 4);
  EXPECT_FALSE(baseline.reason.empty());
}

TEST(Baseline, ImpossibleRulesAreRefused) {
  const Exploration all = explore(kBook, kBookWidths, {}, technology(), 1);
  EXPECT_THROW(choose_baseline(all, {0.001, 1, 1.05}), UserError);
  EXPECT_THROW(choose_baseline(all, {10, 0.5, 1.05}), UserError);
  EXPECT_THROW(choose_baseline(all, {10, 8, 0.9}), UserError);
}

TEST(Explore, BadSpacesAreRefused) {
  Space space;
  space.lanes = {};
  EXPECT_THROW(explore(kBook, kBookWidths, space, technology(), 1), UserError);
  space.lanes = {0};
  EXPECT_THROW(explore(kBook, kBookWidths, space, technology(), 1), UserError);
  space = {};
  space.clock_periods_ns = {4, 7};
  EXPECT_THROW(explore(kBook, kBookWidths, space, technology(), 1), UserError);
  space = {};
  space.macs_per_lane = {1};
  space.weight_bandwidths = {2};
  EXPECT_THROW(explore(kBook, kBookWidths, space, technology(), 1), UserError);
  EXPECT_THROW(explore(kBook, {16, 1, 16, 26}, {}, technology(), 1), UserError);
}

TEST(Verify, EqualMachinesHaveNoDifferences) {
  QuantizedNetwork network;
  network.layers.push_back({3, 2, {{2, 2}, {3, 1}, {4, 2}}, 2, {1, -8, 7, 3, -2, 5}, {1, -1}, {}});
  EXPECT_EQ(verify_point(network, DesignPoint{}, {{4, -1, 7}, {0, 2, -8}}),
            std::vector<std::string>{});
}

}  // namespace
}  // namespace minerva::dse
