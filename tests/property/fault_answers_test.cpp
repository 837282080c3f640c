#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "cluster_problem.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/faultsim/tolerance.hpp"
#include "minerva/network/quantize_network.hpp"

// What a map tolerates depends on that map alone, so that maps may be searched apart, and counts
// handed from one search to another change nothing but the time.
namespace minerva::faultsim {
namespace {

constexpr Mitigation kMitigations[] = {
    {Masking::none, SignPolicy::zero, Detector::none},
    {Masking::word, SignPolicy::zero, Detector::parity},
    {Masking::bit, SignPolicy::zero, Detector::razor},
};

FaultOptions options_with(int maps_max) {
  FaultOptions options;
  options.seed = 5;
  options.maps = 6;
  options.maps_max = maps_max;
  options.lowest_rate = 1e-5;
  options.rates_per_decade = 12;
  options.report_rates = {1e-3, 1e-2};
  return options;
}

bool same(const TolerableRate& a, const TolerableRate& b) {
  return a.rate == b.rate && a.low == b.low && a.high == b.high;
}

bool same(const RatePoint& a, const RatePoint& b) {
  return a.rate == b.rate && a.maps == b.maps && a.wrong_mean == b.wrong_mean &&
         a.wrong_deviation == b.wrong_deviation && a.mean_interval.low == b.mean_interval.low &&
         a.mean_interval.high == b.mean_interval.high;
}

bool same(const Tolerance& a, const Tolerance& b) {
  return same(a.at_mean, b.at_mean) && same(a.point, b.point) && a.of_map == b.of_map &&
         same(a.at_quantile, b.at_quantile) &&
         std::equal(a.yield.begin(), a.yield.end(), b.yield.begin(), b.yield.end(),
                    [](const YieldPoint& p, const YieldPoint& q) {
                      return p.rate == q.rate && p.within == q.within && p.maps == q.maps;
                    }) &&
         std::equal(a.curve.begin(), a.curve.end(), b.curve.begin(), b.curve.end(),
                    [](const RatePoint& p, const RatePoint& q) { return same(p, q); });
}

/// All but `kept` of the places 0 .. size - 1 dropped, the rest in an order drawn at random.
std::vector<std::size_t> drawn_places(std::size_t size, std::size_t kept, KeyedRandom& random) {
  std::vector<std::size_t> places(size);
  for (std::size_t i = 0; i < size; ++i) places[i] = i;
  for (std::size_t i = size; i > 1; --i) std::swap(places[i - 1], places[random.below(i)]);
  places.resize(kept);
  return places;
}

class FaultAnswersOf : public ::testing::Test {
 protected:
  static constexpr int kMaps = 24;
  const ClusterProblem problem_ = cluster_problem(2);
  const QuantizedNetwork network_ =
      quantize_network(problem_.network, uniform_plan(2, {{2, 6}, {3, 5}, {3, 8}}));
  FixedEvaluator evaluator_{problem_.samples, problem_.reference, 1};
  const std::int64_t fault_free_ = evaluator_.evaluate(network_).wrong;

  FaultMapCounts counts_of(const Mitigation& m, int maps_max = kMaps) {
    return FaultMapCounts(quantized_graph(network_), m, evaluator_, options_with(maps_max));
  }
};

TEST_F(FaultAnswersOf, AMapsRateIsTheSameWhateverWasAskedBefore) {
  int depend_on_the_start = 0;
  for (const Mitigation& m : kMitigations) {
    for (const std::int64_t extra : {4, 8, 16}) {
      const std::int64_t bound = fault_free_ + extra;
      FaultMapCounts whole = counts_of(m);
      const std::vector<double> expected = find_tolerance(whole, bound).of_map;
      ASSERT_EQ(expected.size(), static_cast<std::size_t>(kMaps));
      // Fewer maps.
      FaultMapCounts few = counts_of(m, 7);
      const std::vector<double> of_few = find_tolerance(few, bound).of_map;
      EXPECT_TRUE(std::equal(of_few.begin(), of_few.end(), expected.begin()));
      // In another order, counted to the end, after questions of all kinds, with more maps allowed.
      KeyedRandom random(14, Stream::test, static_cast<std::uint64_t>(extra));
      FaultMapCounts asked = counts_of(m, 1000);
      for (const double rate : rate_grid(asked.options())) {
        if (random.below(2) == 0) asked.measure(rate, 2 + static_cast<int>(random.below(8)));
        if (random.below(2) == 0) asked.wrong(rate, static_cast<int>(random.below(kMaps)));
      }
      MapSearch search(asked, bound, MapSearch::Counting::exact);
      for (const std::size_t map : drawn_places(kMaps, kMaps, random)) {
        EXPECT_EQ(search.tolerated_by(static_cast<int>(map)), expected[map]) << map;
      }
      // Every map alone.
      for (int map = 0; map < kMaps; map += 5) {
        FaultMapCounts alone = counts_of(m, 6);
        MapSearch its_own(alone, bound, MapSearch::Counting::judged);
        EXPECT_EQ(its_own.tolerated_by(map), expected[static_cast<std::size_t>(map)]);
      }
      // The start matters to some maps, else this test could not see that it is fixed.
      const int size = static_cast<int>(search.grid().size());
      for (int map = 0; map < kMaps; ++map) {
        for (int start = 0; start < size; start += 3) {
          const int found = largest_holding(size, start, [&](int i) {
            return whole.within(search.grid()[static_cast<std::size_t>(i)], map, bound);
          });
          const double rate = found < 0 ? 0 : search.grid()[static_cast<std::size_t>(found)];
          depend_on_the_start += rate != expected[static_cast<std::size_t>(map)] ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GT(depend_on_the_start, 0);
}

TEST_F(FaultAnswersOf, AnyPartOfTheAnswersGivesTheSameAndSavesWhatItHolds) {
  for (const Mitigation& m : kMitigations) {
    const std::int64_t bound = fault_free_ + 8;
    FaultMapCounts first = counts_of(m);
    const Tolerance expected = find_tolerance(first, bound);
    MapSearch exact(first, bound, MapSearch::Counting::exact);
    for (int map = 0; map < kMaps; ++map) exact.tolerated_by(map);
    std::vector<FaultAnswer> all = first.answers();
    ASSERT_GT(all.size(), 60U);
    EXPECT_TRUE(
        std::is_sorted(all.begin(), all.end(), [](const FaultAnswer& a, const FaultAnswer& b) {
          return a.rate < b.rate || (a.rate == b.rate && a.map < b.map);
        }));
    // Of some it is known that they are over the bound and no more.
    const std::vector<FaultAnswer> exact_ones = all;
    for (const FaultAnswer& asked : first.asked()) {
      const auto counted = [&](const FaultAnswer& a) {
        return a.rate == asked.rate && a.map == asked.map;
      };
      if (asked.over && std::none_of(exact_ones.begin(), exact_ones.end(), counted)) {
        all.push_back(asked);
      }
    }
    for (std::uint64_t drawn = 0; drawn < 12; ++drawn) {
      KeyedRandom random(15, Stream::test, drawn);
      const std::size_t kept = drawn == 0   ? 0
                               : drawn == 1 ? all.size()
                                            : random.below(all.size() + 1);
      std::vector<FaultAnswer> part;
      for (const std::size_t place : drawn_places(all.size(), kept, random)) {
        part.push_back(all[place]);
      }
      FaultMapCounts second = counts_of(m);
      second.import(part);
      const Tolerance found = find_tolerance(second, bound);
      EXPECT_TRUE(same(found, expected)) << drawn << ", " << kept << " answers";
      // Every answer is of a map that the search visits.
      EXPECT_LE(found.evaluations, expected.evaluations - static_cast<std::int64_t>(kept));
      if (kept == all.size()) {
        EXPECT_EQ(found.evaluations, 0);
      }
      if (kept == 0) {
        EXPECT_EQ(found.evaluations, expected.evaluations);
      }
    }
  }
}

TEST_F(FaultAnswersOf, AnAnswerIsTakenAsItIsAndContradictionsBreakTheContract) {
  FaultMapCounts first = counts_of(kMitigations[0]);
  const std::int64_t counted = first.wrong(0.01, 3);
  EXPECT_NO_THROW(first.import({{0.01, 3, counted}}));
  EXPECT_THROW(first.import({{0.01, 3, counted + 1}}), ContractViolation);
  first.measure(0.02, 6);
  EXPECT_THROW(first.import({{0.02, 5, 100000}}), ContractViolation);
  EXPECT_THROW(first.import({{0.6, 0, 1}}), ContractViolation);
  EXPECT_THROW(first.import({{0.01, -1, 1}}), ContractViolation);
  EXPECT_THROW(first.import({{0.01, 0, -1}}), ContractViolation);
  // That an answer belongs to the question is for the caller: what is handed in is not counted
  // again.
  FaultMapCounts second = counts_of(kMitigations[0]);
  second.import({{0.01, 3, counted + 1}});
  EXPECT_EQ(second.wrong(0.01, 3), counted + 1);
  EXPECT_FALSE(second.within(0.01, 3, counted));
  EXPECT_EQ(second.evaluations(), 0);
  ASSERT_EQ(second.answers().size(), 1U);
  EXPECT_EQ(second.answers()[0].wrong, counted + 1);
}

TEST_F(FaultAnswersOf, WhatWasAskedIsTheSameWhateverWasAtHand) {
  for (const Mitigation& m : kMitigations) {
    const std::int64_t bound = fault_free_ + 8;
    FaultMapCounts first = counts_of(m);
    find_tolerance(first, bound);
    const std::vector<FaultAnswer> asked = first.asked();
    EXPECT_TRUE(
        std::any_of(asked.begin(), asked.end(), [](const FaultAnswer& a) { return a.over; }));
    // A file of them answers the same search without an evaluation.
    FaultMapCounts again = counts_of(m);
    again.import(asked);
    find_tolerance(again, bound);
    EXPECT_EQ(again.evaluations(), 0);
    EXPECT_TRUE(again.asked() == asked);
    // Counts to the end, of more rates and maps, and of another bound change nothing of it.
    FaultMapCounts exact = counts_of(m, 1000);
    MapSearch search(exact, bound, MapSearch::Counting::exact);
    for (int map = 0; map < kMaps + 5; ++map) search.tolerated_by(map);
    FaultMapCounts more = counts_of(m);
    more.import(exact.answers());
    find_tolerance(more, bound);
    EXPECT_TRUE(more.asked() == asked);
    FaultMapCounts other_bound = counts_of(m);
    find_tolerance(other_bound, bound - 4);
    FaultMapCounts after = counts_of(m);
    after.import(other_bound.asked());
    const Tolerance found = find_tolerance(after, bound);
    EXPECT_TRUE(after.asked() == asked);
    FaultMapCounts fresh = counts_of(m);
    EXPECT_TRUE(same(found, find_tolerance(fresh, bound)));
  }
}

TEST_F(FaultAnswersOf, AnswersThatContradictAreSeen) {
  FaultMapCounts counts = counts_of(kMitigations[0]);
  counts.import({{0.01, 0, 20}, {0.01, 1, 15, true}});
  EXPECT_TRUE(counts.can_import({{0.01, 0, 20}, {0.01, 1, 16}, {0.01, 1, 12, true}}));
  EXPECT_TRUE(counts.can_import({{0.01, 0, 19, true}}));
  EXPECT_FALSE(counts.can_import({{0.01, 0, 20, true}})) << "20 are not more than 20";
  EXPECT_FALSE(counts.can_import({{0.01, 1, 15}})) << "15 are not more than 15";
  EXPECT_FALSE(counts.can_import({{0.01, 0, 21}}));
  counts.import({{0.01, 1, 17, true}});
  EXPECT_FALSE(counts.within(0.01, 1, 17));
  EXPECT_EQ(counts.evaluations(), 0);
}

}  // namespace
}  // namespace minerva::faultsim
