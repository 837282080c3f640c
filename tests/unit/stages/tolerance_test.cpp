#include "minerva/faultsim/tolerance.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "cluster_problem.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/network/quantize_network.hpp"

namespace minerva::faultsim {
namespace {

constexpr Mitigation kNone{Masking::none, SignPolicy::zero, Detector::none};
constexpr Mitigation kWord{Masking::word, SignPolicy::zero, Detector::razor};
constexpr Mitigation kParity{Masking::word, SignPolicy::zero, Detector::parity};
constexpr Mitigation kBit{Masking::bit, SignPolicy::hardened, Detector::razor};
constexpr Mitigation kBitZero{Masking::bit, SignPolicy::zero, Detector::razor};

class ToleranceOf : public ::testing::Test {
 protected:
  const ClusterProblem problem_ = cluster_problem(2);
  const QuantizedNetwork network_ =
      quantize_network(problem_.network, uniform_plan(2, {{2, 6}, {3, 5}, {3, 8}}));
  FixedEvaluator evaluator_{problem_.samples, problem_.reference, 1};
  const std::int64_t fault_free_ = evaluator_.evaluate(network_).wrong;

  static FaultOptions options() {
    FaultOptions options;
    options.seed = 5;
    options.maps = 6;
    options.maps_max = 24;
    options.lowest_rate = 1e-5;
    options.rates_per_decade = 4;
    options.report_rates = {1e-3, 1e-2};
    return options;
  }
  Tolerance find(const Mitigation& m, std::int64_t bound, const FaultOptions& with) {
    FaultMapCounts counts(quantized_graph(network_), m, evaluator_, with);
    return find_tolerance(counts, bound);
  }
  /// Counted here, without the class under test.
  std::int64_t counted(const Mitigation& m, double rate, int map) {
    QuantizedNetwork faulty = network_;
    faulty.mitigation = m;
    inject_faults(faulty, options().seed, static_cast<std::uint64_t>(map), rate);
    return evaluator_.evaluate(faulty).wrong;
  }
};

TEST_F(ToleranceOf, TheRateHoldsAndTheNextOfTheGridFails) {
  const std::vector<double> grid = rate_grid(options());
  for (const Mitigation& m : {kNone, kWord, kParity, kBit, kBitZero}) {
    for (const std::int64_t extra : {0, 4, 40}) {
      const auto bound = static_cast<double>(fault_free_ + extra);
      FaultMapCounts counts(quantized_graph(network_), m, evaluator_, options());
      const Tolerance found = find_tolerance(counts, fault_free_ + extra);
      EXPECT_TRUE(found.mitigation == m);
      const auto mean_at = [&](double rate) {  // of as many maps as the search took there
        const auto point = std::find_if(found.curve.begin(), found.curve.end(),
                                        [&](const RatePoint& p) { return p.rate == rate; });
        EXPECT_NE(point, found.curve.end()) << rate;
        if (point == found.curve.end()) return 0.0;
        double sum = 0;
        for (int t = 0; t < point->maps; ++t) {
          sum += static_cast<double>(counted(m, rate, t));
        }
        return sum / point->maps;
      };
      std::size_t next = 0;
      if (found.at_mean.rate > 0) {
        EXPECT_LE(mean_at(found.at_mean.rate), bound);
        EXPECT_EQ(mean_at(found.at_mean.rate), found.point.wrong_mean);
        next = static_cast<std::size_t>(std::find(grid.begin(), grid.end(), found.at_mean.rate) -
                                        grid.begin() + 1);
      }
      if (next < grid.size()) {
        EXPECT_GT(mean_at(grid[next]), bound);
      }
      EXPECT_LE(found.at_mean.low, found.at_mean.rate);
      EXPECT_GE(found.at_mean.high, found.at_mean.rate);
      for (const RatePoint& p : found.curve) {
        if (p.rate == found.at_mean.low) {
          EXPECT_LE(p.mean_interval.high, bound);
        }
        if (p.rate == found.at_mean.high && found.at_mean.high < 0.5) {
          EXPECT_GT(p.mean_interval.low, bound);
        }
      }
    }
  }
}

TEST_F(ToleranceOf, CurveRisesInRateAndHoldsTheReportRates) {
  const Tolerance found = find(kWord, fault_free_ + 4, options());
  for (std::size_t at = 1; at < found.curve.size(); ++at) {
    EXPECT_LT(found.curve[at - 1].rate, found.curve[at].rate);
  }
  for (const double rate : options().report_rates) {
    EXPECT_TRUE(std::any_of(found.curve.begin(), found.curve.end(),
                            [&](const RatePoint& p) { return p.rate == rate && p.maps >= 6; }));
  }
}

TEST_F(ToleranceOf, EverythingHoldsUnderABoundOfAllSamplesAndNothingUnderNone) {
  const Tolerance all = find(kNone, 400, options());
  EXPECT_EQ(all.at_mean.rate, 0.5);
  EXPECT_EQ(all.at_mean.low, 0.5);
  EXPECT_EQ(all.at_mean.high, 0.5);
  EXPECT_EQ(all.at_quantile.rate, 0.5);
  const Tolerance none = find(kNone, -1, options());
  EXPECT_EQ(none.at_mean.rate, 0.0);
  EXPECT_EQ(none.at_mean.low, 0.0);
  EXPECT_EQ(none.at_mean.high, options().lowest_rate);
  EXPECT_EQ(none.at_quantile.rate, 0.0);
  EXPECT_EQ(none.point.maps, 0);
}

TEST_F(ToleranceOf, MaskingToleratesMoreThanNoneOnTheSameFaults) {
  const auto rate = [&](const Mitigation& m) {
    return find(m, fault_free_ + 4, options()).at_mean.rate;
  };
  EXPECT_GT(rate(kBit), rate(kNone));
  EXPECT_GE(rate(kBit), rate(kBitZero));
  EXPECT_GT(rate(kWord), 0);
  // Parity misses even counts, which then read inverted.
  EXPECT_LE(rate(kParity), rate(kWord));
}

TEST_F(ToleranceOf, MeasuringAveragesTheMapsAndLeavesNothingBehind) {
  FaultMapCounts counts(quantized_graph(network_), kNone, evaluator_, options());
  const RatePoint point = counts.measure(0.01, 6);
  double sum = 0;
  for (int map = 0; map < 6; ++map) sum += static_cast<double>(counted(kNone, 0.01, map));
  EXPECT_DOUBLE_EQ(point.wrong_mean, sum / 6);
  double squares = 0;
  for (int map = 0; map < 6; ++map) {
    squares += std::pow(static_cast<double>(counted(kNone, 0.01, map)) - sum / 6, 2);
  }
  EXPECT_NEAR(point.wrong_deviation, std::sqrt(squares / 5), 1e-12);
  EXPECT_GT(point.wrong_deviation, 0);
  // t = 2.571 for five degrees of freedom (printed tables).
  EXPECT_NEAR(point.mean_interval.high - point.wrong_mean,
              2.5706 * point.wrong_deviation / std::sqrt(6.0), 1e-4 * point.wrong_deviation);
  EXPECT_EQ(counts.evaluations(), 6);
  counts.measure(0.01, 6);
  EXPECT_EQ(counts.evaluations(), 6) << "answers are kept";
  EXPECT_EQ(counts.measure(0, 2).wrong_mean, static_cast<double>(fault_free_));
  EXPECT_TRUE(network_.layers[0].faulty_bits.empty());

  QuantizedNetwork network = network_;
  network.mitigation = kNone;
  const ActivityProfile seen = measure_activity(quantized_graph(network), evaluator_, 0.01, 6, options(), 2);
  EXPECT_EQ(seen.samples, 6 * 400);
  EXPECT_EQ(seen.chunk, 2);
}

TEST_F(ToleranceOf, MapsAreAddedUntilTheMeanIsDecided) {
  FaultMapCounts counts(quantized_graph(network_), kNone, evaluator_, options());
  const double rate = 0.01;
  const RatePoint all = counts.measure(rate, 24);
  ASSERT_GT(all.wrong_deviation, 0);
  // A bound far off is decided by the first batch, one at the mean only by the last.
  EXPECT_EQ(counts.measure_against(rate, 400).maps, 6);
  EXPECT_EQ(counts.measure_against(rate, -1).maps, 6);
  EXPECT_EQ(counts.measure_against(rate, std::lround(all.wrong_mean)).maps, 24);
  // With a wide half width asked for, the first batch is enough.
  FaultOptions coarse = options();
  coarse.half_width = 400;
  FaultMapCounts quick(quantized_graph(network_), kNone, evaluator_, coarse);
  EXPECT_EQ(quick.measure_against(rate, std::lround(all.wrong_mean)).maps, 6);
  // The last batch is cut at maps_max.
  FaultOptions cut = options();
  cut.maps_max = 8;
  FaultMapCounts odd(quantized_graph(network_), kNone, evaluator_, cut);
  EXPECT_EQ(odd.measure_against(rate, std::lround(all.wrong_mean)).maps, 8);
  // Without faults every map is the same and the interval a point.
  EXPECT_EQ(counts.measure_against(0, fault_free_).maps, 6);
  EXPECT_EQ(counts.measure_against(0, fault_free_).mean_interval.high,
            static_cast<double>(fault_free_));
}

TEST_F(ToleranceOf, TheSameAtOneAndTwoThreads) {
  FixedEvaluator two(problem_.samples, problem_.reference, 2);
  FaultMapCounts with_one(quantized_graph(network_), kBitZero, evaluator_, options());
  FaultMapCounts with_two(quantized_graph(network_), kBitZero, two, options());
  const Tolerance a = find_tolerance(with_one, fault_free_ + 4);
  const Tolerance b = find_tolerance(with_two, fault_free_ + 4);
  EXPECT_EQ(a.at_mean.rate, b.at_mean.rate);
  EXPECT_EQ(a.at_mean.low, b.at_mean.low);
  EXPECT_EQ(a.at_mean.high, b.at_mean.high);
  EXPECT_EQ(a.of_map, b.of_map);
  EXPECT_EQ(a.evaluations, b.evaluations);
  ASSERT_EQ(a.curve.size(), b.curve.size());
  for (std::size_t at = 0; at < a.curve.size(); ++at) {
    EXPECT_EQ(a.curve[at].wrong_mean, b.curve[at].wrong_mean);
    EXPECT_EQ(a.curve[at].wrong_deviation, b.curve[at].wrong_deviation);
    EXPECT_EQ(a.curve[at].maps, b.curve[at].maps);
  }
}

TEST_F(ToleranceOf, EachMapsRateHoldsTheNextFailsAndTheWholeGridSeldomDiffers) {
  FaultOptions fine = options();
  fine.rates_per_decade = 12;
  const std::vector<double> grid = rate_grid(fine);
  int differs = 0;
  int maps = 0;
  for (const Mitigation& m : {kNone, kWord, kBitZero}) {
    const std::int64_t bound = fault_free_ + 8;
    const Tolerance found = find(m, bound, fine);
    ASSERT_EQ(found.of_map.size(), 24U);
    for (int t = 0; t < 24; ++t) {
      const double rate = found.of_map[static_cast<std::size_t>(t)];
      std::size_t next = 0;
      if (rate > 0) {
        EXPECT_LE(counted(m, rate, t), bound);
        next =
            static_cast<std::size_t>(std::find(grid.begin(), grid.end(), rate) - grid.begin() + 1);
      }
      if (next < grid.size()) {
        EXPECT_GT(counted(m, grid[next], t), bound);
      }
      // The whole grid, from below: the largest rate up to which all hold.
      std::size_t all_hold = 0;
      while (all_hold < grid.size() && counted(m, grid[all_hold], t) <= bound) ++all_hold;
      EXPECT_LE(all_hold, next) << "visiting fewer rates never gives a smaller one";
      differs += all_hold != next ? 1 : 0;
      ++maps;
    }
  }
  RecordProperty("maps_that_differ", differs);
  std::printf("the whole grid differs for %d of %d maps\n", differs, maps);
  EXPECT_LE(differs, maps / 5) << "of " << maps;
}

TEST(QuantileRate, IsTheRateThatTheShareTolerates) {
  std::vector<double> of_map;
  for (int t = 0; t < 40; ++t) of_map.push_back((t * 7) % 40 + 1);  // 1 .. 40 in some order
  for (const double share : {0.5, 0.9, 0.95}) {
    const TolerableRate r = quantile_rate(of_map, share, 0.95, 100);
    const auto tolerates = [&](double rate) {
      return std::count_if(of_map.begin(), of_map.end(), [&](double t) { return t >= rate; });
    };
    EXPECT_GE(static_cast<double>(tolerates(r.rate)), share * 40);
    EXPECT_LT(static_cast<double>(tolerates(r.rate + 1)), share * 40);
    EXPECT_LE(r.low, r.rate);
    EXPECT_GE(r.high, r.rate);
  }
  // 40 maps bound nine tenths from below, but not 95 hundredths; two maps bound nothing.
  EXPECT_GT(quantile_rate(of_map, 0.9, 0.95, 100).low, 0);
  EXPECT_EQ(quantile_rate(of_map, 0.95, 0.95, 100).low, 0);
  EXPECT_EQ(quantile_rate({3, 4}, 0.5, 0.95, 100).low, 0);
  EXPECT_EQ(quantile_rate({3, 4}, 0.5, 0.95, 100).high, 100);
}

TEST_F(ToleranceOf, SharesOfMapsAreEvaluatedAtTheRateItself) {
  for (const Mitigation& m : {kNone, kWord, kBitZero}) {
    const std::int64_t bound = fault_free_ + 8;
    FaultOptions many = options();
    many.maps_max = 40;
    FaultMapCounts counts(quantized_graph(network_), m, evaluator_, many);
    const Tolerance found = find_tolerance(counts, bound);
    ASSERT_GT(found.yield.size(), 2U);
    const auto at = [&](double rate) {
      int within = 0;
      for (int t = 0; t < 40; ++t) within += counted(m, rate, t) <= bound ? 1 : 0;
      return within;
    };
    for (std::size_t i = 0; i < found.yield.size(); ++i) {
      const YieldPoint& p = found.yield[i];
      EXPECT_EQ(p.maps, 40);
      EXPECT_EQ(p.within, at(p.rate)) << p.rate;
      EXPECT_EQ(p.share.low, proportion_interval(p.within, 40, 0.95).low);
      if (i > 0) {
        EXPECT_LT(found.yield[i - 1].rate, p.rate);
      }
    }
    EXPECT_EQ(found.yield.front().within, 40);
    EXPECT_EQ(found.yield.back().within, 0);
    // What is relied on holds so often there that nine tenths are certain; the estimate does not.
    ASSERT_GT(found.at_quantile.low, 0);
    EXPECT_GE(proportion_interval(at(found.at_quantile.low), 40, 0.95).low, 0.9);
    EXPECT_LE(found.at_quantile.low, found.at_quantile.rate);
  }
}

TEST_F(ToleranceOf, ConfirmingMapsAreOthersAndChooseNothing) {
  FaultMapCounts counts(quantized_graph(network_), kNone, evaluator_, options());
  const RatePoint point = counts.confirm(0.01, 5);
  double sum = 0;
  for (int map = 0; map < 5; ++map) {
    sum += static_cast<double>(counted(kNone, 0.01, 1000000 + map));
  }
  EXPECT_DOUBLE_EQ(point.wrong_mean, sum / 5);
  EXPECT_TRUE(counts.curve().empty());
  // A search is the same with and without them.
  const Tolerance after = find_tolerance(counts, fault_free_ + 4);
  const Tolerance alone = find(kNone, fault_free_ + 4, options());
  EXPECT_EQ(after.at_mean.rate, alone.at_mean.rate);
  EXPECT_EQ(after.of_map, alone.of_map);
}

TEST_F(ToleranceOf, EqualCountsAreNoProof) {
  // A bound of the faultless count, and a rate at which the first batch changes nothing.
  FaultOptions sharp = options();
  sharp.half_width = 0.05;
  FaultMapCounts counts(quantized_graph(network_), kBit, evaluator_, sharp);
  const double rate = 1e-5;
  for (int t = 0; t < sharp.maps; ++t) ASSERT_EQ(counted(kBit, rate, t), fault_free_) << t;
  const RatePoint point = counts.measure_against(rate, fault_free_);
  EXPECT_EQ(point.maps, sharp.maps_max) << "a batch without a difference must not end it";
  EXPECT_GT(point.mean_interval.high, static_cast<double>(fault_free_));
  EXPECT_LT(point.mean_interval.low, static_cast<double>(fault_free_));
  // A bound with room for what a difference costs is decided by them.
  EXPECT_EQ(counts.measure_against(rate, fault_free_ + 2).maps, sharp.maps);
  // So no rate is certain at such a bound, whatever the mean says.
  const Tolerance found = find(kBit, fault_free_, options());
  EXPECT_EQ(found.at_mean.low, 0);
}

TEST_F(ToleranceOf, WhatADifferenceMayCostIsTakenFromWhereTheSearchBegins) {
  FaultMapCounts counts(quantized_graph(network_), kNone, evaluator_, options());
  const double narrow = counts.measure_against(1e-5, fault_free_).mean_interval.high;
  counts.take_possible_counts_of(0.02);
  std::int64_t most = 0;
  for (int t = 0; t < options().maps; ++t) most = std::max(most, counted(kNone, 0.02, t));
  ASSERT_GT(most, fault_free_ + 4);
  EXPECT_GT(counts.measure_against(1e-5, fault_free_).mean_interval.high, narrow);
}

TEST_F(ToleranceOf, AReportRateOfTheGridIsOneRow) {
  FaultOptions o = options();
  o.report_rates = {std::nextafter(1e-3, 1.0), 1e-2};
  const Tolerance found = find(kWord, fault_free_ + 4, o);
  for (std::size_t i = 1; i < found.curve.size(); ++i) {
    EXPECT_GT(found.curve[i].rate, found.curve[i - 1].rate * 1.001);
  }
}

// Chips whose largest rates are known: how often do nine tenths of all chips hold at the rate that
// is reported for nine tenths?
TEST_F(ToleranceOf, TheRateReliedOnHoldsForItsShareOfChips) {
  FaultOptions o;
  o.maps = 10;
  o.maps_max = 40;
  o.rates_per_decade = 12;
  o.report_rates = {};
  const std::vector<double> grid = rate_grid(o);
  constexpr std::int64_t kBound = 10;
  constexpr int kSearches = 400;
  int relied_fails = 0;
  int estimate_fails = 0;
  for (int search = 0; search < kSearches; ++search) {
    KeyedRandom random(31, Stream::test, static_cast<std::uint64_t>(search));
    FaultMapCounts counts(quantized_graph(network_), kNone, evaluator_, o);
    std::vector<FaultAnswer> chips;
    for (int map = 0; map < o.maps_max; ++map) {
      const double tolerates = std::exp(std::log(1e-2) + 0.6 * random.normal());
      for (const double rate : grid) {
        const double above = std::log(rate / tolerates);
        chips.push_back({rate, map, std::max<std::int64_t>(0, std::lround(10.4 + 8 * above))});
      }
    }
    counts.import(chips);
    const Tolerance found = find_tolerance(counts, kBound);
    ASSERT_EQ(found.evaluations, 0) << "every chip is invented";
    // A chip holds at a rate below exp(0.1 / 8) of what it tolerates.
    const auto share = [](double rate) {
      const double z = (std::log(rate / 1e-2) - 0.1 / 8) / 0.6;
      return 0.5 * std::erfc(z / std::sqrt(2.0));
    };
    relied_fails += found.at_quantile.low > 0 && share(found.at_quantile.low) < 0.9 ? 1 : 0;
    estimate_fails += share(found.at_quantile.rate) < 0.9 ? 1 : 0;
  }
  std::printf("relied on, but fails: %d of %d; the estimate: %d\n", relied_fails, kSearches,
              estimate_fails);
  EXPECT_LE(relied_fails, 0.05 * kSearches);
  EXPECT_GT(estimate_fails, 0.1 * kSearches) << "an estimate is no promise";
}

TEST_F(ToleranceOf, OptionsAndMitigationsThatCannotWorkAreErrorsThatNameTheKey) {
  const auto refused = [&](const std::string& key, auto change) {
    FaultOptions bad = options();
    change(bad);
    try {
      FaultMapCounts counts(quantized_graph(network_), kNone, evaluator_, bad);
      ADD_FAILURE() << key << " was accepted";
    } catch (const UserError& error) {
      EXPECT_EQ(std::string(error.what()).rfind(key, 0), 0U) << error.what();
    }
  };
  refused("faults.maps", [](FaultOptions& o) { o.maps = 0; });
  refused("faults.maps", [](FaultOptions& o) { o.maps = 1; });
  refused("faults.maps_max", [](FaultOptions& o) { o.maps_max = o.maps - 1; });
  refused("faults.confirming_maps", [](FaultOptions& o) { o.confirming_maps = 1; });
  refused("faults.confidence", [](FaultOptions& o) { o.confidence = 0; });
  refused("faults.confidence", [](FaultOptions& o) { o.confidence = 1; });
  refused("faults.confidence", [](FaultOptions& o) { o.confidence = std::nan(""); });
  refused("faults.yield_quantile", [](FaultOptions& o) { o.yield_quantile = 0; });
  refused("faults.yield_quantile", [](FaultOptions& o) { o.yield_quantile = 1; });
  refused("faults.yield_quantile", [](FaultOptions& o) { o.yield_quantile = std::nan(""); });
  refused("faults.half_width", [](FaultOptions& o) { o.half_width = -1; });
  refused("faults.lowest_rate", [](FaultOptions& o) { o.lowest_rate = 0; });
  refused("faults.lowest_rate", [](FaultOptions& o) { o.lowest_rate = std::nan(""); });
  refused("faults.highest_rate", [](FaultOptions& o) { o.highest_rate = 0.51; });
  refused("faults.highest_rate", [](FaultOptions& o) { o.highest_rate = o.lowest_rate / 2; });
  refused("faults.rates_per_decade", [](FaultOptions& o) { o.rates_per_decade = 0; });
  refused("faults.report_rates", [](FaultOptions& o) { o.report_rates = {-0.1}; });
  refused("faults.report_rates", [](FaultOptions& o) { o.report_rates = {0.51}; });
  EXPECT_THROW(FaultMapCounts(quantized_graph(network_), {Masking::bit, SignPolicy::zero, Detector::parity},
                              evaluator_, options()),
               UserError);
  FaultMapCounts counts(quantized_graph(network_), kNone, evaluator_, options());
  EXPECT_THROW(counts.measure(0.51, 2), UserError);
  EXPECT_THROW(counts.measure(-1e-9, 2), UserError);
}

// Counts that are normal about a mean just above the bound: how often is the side taken for certain
// that is not true, while maps are added?
TEST(SequentialStopping, ErrsNoMoreOftenThanTheConfidenceSays) {
  FaultOptions options;
  options.maps = 5;
  options.maps_max = 30;
  options.confidence = 0.9;
  options.half_width = 0;
  constexpr std::int64_t kBound = 10000;
  constexpr int kSearches = 4000;
  int errors = 0;
  for (int search = 0; search < kSearches; ++search) {
    KeyedRandom random(12, Stream::test, static_cast<std::uint64_t>(search));
    std::vector<std::int64_t> counts;
    while (static_cast<int>(counts.size()) < options.maps_max) {
      for (int i = 0; i < options.maps; ++i) {
        counts.push_back(std::llround(10001 + 600 * random.normal()));
      }
      const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
      const RatePoint point = rate_point(1e-3, counts, {*least, *most}, options.look_confidence());
      if (!mean_is_decided(point, kBound, options)) continue;
      double sum = 0;
      for (const std::int64_t c : counts) sum += static_cast<double>(c);
      errors += sum <= static_cast<double>(kBound * static_cast<std::int64_t>(counts.size()));
      break;
    }
  }
  EXPECT_LE(errors, (1 - options.confidence) * kSearches);
  EXPECT_GT(errors, 0);
}

}  // namespace
}  // namespace minerva::faultsim
