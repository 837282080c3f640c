#include "minerva/faultsim/tolerance.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cluster_problem.hpp"
#include "minerva/core/errors.hpp"

namespace minerva::faultsim {
namespace {

constexpr Mitigation kNone{Masking::none, SignPolicy::zero, Detector::none};
constexpr Mitigation kWord{Masking::word, SignPolicy::zero, Detector::razor};
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
    options.trials = 6;
    options.lowest_rate = 1e-5;
    options.rates_per_decade = 4;
    options.report_rates = {1e-3, 1e-2};
    return options;
  }
};

TEST_F(ToleranceOf, TheRateHoldsAndTheNextOfTheGridFails) {
  for (const Mitigation& m : {kNone, kWord, kBit, kBitZero}) {
    for (const std::int64_t extra : {0, 4, 40}) {
      const std::int64_t bound = fault_free_ + extra;
      const Tolerance found = find_tolerance(network_, m, evaluator_, bound, options());
      EXPECT_TRUE(found.mitigation == m);
      QuantizedNetwork network = network_;
      network.mitigation = m;
      double next = options().lowest_rate;
      if (found.rate > 0) {
        const RatePoint at = measure_rate(network, evaluator_, found.rate, options());
        EXPECT_LE(at.wrong_mean, static_cast<double>(bound));
        EXPECT_EQ(at.wrong_mean, found.at_rate.wrong_mean);
        EXPECT_EQ(found.at_rate.rate, found.rate);
        next = std::min(found.rate * std::pow(10.0, 0.25), options().highest_rate);
      }
      if (found.rate == options().highest_rate) continue;
      // The grid's own next rate, found on the curve, since bisection measured it.
      const auto measured =
          std::find_if(found.curve.begin(), found.curve.end(),
                       [&](const RatePoint& p) { return std::fabs(p.rate / next - 1) < 1e-9; });
      ASSERT_NE(measured, found.curve.end()) << to_string(m.masking) << " " << next;
      EXPECT_GT(measured->wrong_mean, static_cast<double>(bound));
      EXPECT_EQ(measured->wrong_mean,
                measure_rate(network, evaluator_, measured->rate, options()).wrong_mean);
    }
  }
}

TEST_F(ToleranceOf, CurveRisesInRateAndHoldsTheReportRates) {
  const Tolerance found = find_tolerance(network_, kWord, evaluator_, fault_free_ + 4, options());
  for (std::size_t at = 1; at < found.curve.size(); ++at) {
    EXPECT_LT(found.curve[at - 1].rate, found.curve[at].rate);
  }
  for (const double rate : options().report_rates) {
    EXPECT_TRUE(std::any_of(found.curve.begin(), found.curve.end(),
                            [&](const RatePoint& p) { return p.rate == rate && p.trials == 6; }));
  }
}

TEST_F(ToleranceOf, EverythingHoldsUnderABoundOfAllSamplesAndNothingUnderNone) {
  EXPECT_EQ(find_tolerance(network_, kNone, evaluator_, 400, options()).rate, 0.5);
  EXPECT_EQ(find_tolerance(network_, kNone, evaluator_, -1, options()).rate, 0.0);
}

TEST_F(ToleranceOf, MaskingToleratesMoreThanNoneOnTheSameFaults) {
  const auto rate = [&](const Mitigation& m) {
    return find_tolerance(network_, m, evaluator_, fault_free_ + 4, options()).rate;
  };
  EXPECT_GT(rate(kBit), rate(kNone));
  EXPECT_GE(rate(kBit), rate(kBitZero));
  EXPECT_GT(rate(kWord), 0);
}

TEST_F(ToleranceOf, MeasuringAveragesTheTrialsAndLeavesNothingBehind) {
  QuantizedNetwork network = network_;
  network.mitigation = kNone;
  FaultOptions settings = options();
  std::vector<double> wrong;
  for (int trial = 0; trial < settings.trials; ++trial) {
    QuantizedNetwork faulty = network;
    inject_faults(faulty, settings.seed, static_cast<std::uint64_t>(trial), 0.01);
    wrong.push_back(static_cast<double>(evaluator_.evaluate(faulty).wrong));
  }
  const RatePoint point = measure_rate(network, evaluator_, 0.01, settings);
  double sum = 0;
  for (const double w : wrong) sum += w;
  EXPECT_DOUBLE_EQ(point.wrong_mean, sum / 6);
  double squares = 0;
  for (const double w : wrong) squares += (w - sum / 6) * (w - sum / 6);
  EXPECT_NEAR(point.wrong_deviation, std::sqrt(squares / 5), 1e-12);
  EXPECT_GT(point.wrong_deviation, 0);
  EXPECT_EQ(measure_rate(network, evaluator_, 0, settings).wrong_mean,
            static_cast<double>(fault_free_));
  EXPECT_TRUE(network.layers[0].faulty_bits.empty());
}

TEST_F(ToleranceOf, TheSameAtOneAndTwoThreads) {
  FixedEvaluator two(problem_.samples, problem_.reference, 2);
  const Tolerance a = find_tolerance(network_, kBitZero, evaluator_, fault_free_ + 4, options());
  const Tolerance b = find_tolerance(network_, kBitZero, two, fault_free_ + 4, options());
  EXPECT_EQ(a.rate, b.rate);
  ASSERT_EQ(a.curve.size(), b.curve.size());
  for (std::size_t at = 0; at < a.curve.size(); ++at) {
    EXPECT_EQ(a.curve[at].wrong_mean, b.curve[at].wrong_mean);
    EXPECT_EQ(a.curve[at].wrong_deviation, b.curve[at].wrong_deviation);
  }
}

TEST_F(ToleranceOf, OptionsAndMitigationsThatCannotWorkAreErrors) {
  const auto refused = [&](auto change) {
    FaultOptions bad = options();
    change(bad);
    EXPECT_THROW(find_tolerance(network_, kNone, evaluator_, 400, bad), UserError);
  };
  refused([](FaultOptions& o) { o.trials = 0; });
  refused([](FaultOptions& o) { o.lowest_rate = 0; });
  refused([](FaultOptions& o) { o.lowest_rate = std::nan(""); });
  refused([](FaultOptions& o) { o.highest_rate = 0.51; });
  refused([](FaultOptions& o) { o.highest_rate = o.lowest_rate / 2; });
  refused([](FaultOptions& o) { o.rates_per_decade = 0; });
  refused([](FaultOptions& o) { o.report_rates = {-0.1}; });
  EXPECT_THROW(find_tolerance(network_, {Masking::bit, SignPolicy::zero, Detector::parity},
                              evaluator_, 400, options()),
               UserError);
}

}  // namespace
}  // namespace minerva::faultsim
