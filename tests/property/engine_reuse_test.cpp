#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <string>
#include <vector>

#include "minerva/engine/fixed_engine.hpp"
#include "minerva/engine/saturation.hpp"
#include "naive_engine.hpp"
#include "sample_pass.hpp"

// What the engine takes over from earlier calls, from a base or from a part of the samples changes
// no bit, and its counts are those of the naive program.
namespace minerva {
namespace {

Eigen::MatrixXf random_reference(const Case& c, std::uint64_t seed) {
  KeyedRandom random(seed, Stream::test, 8);
  return Eigen::MatrixXf::NullaryExpr(c.network.layers.back().n_out, c.samples.size(),
                                      [&] { return static_cast<float>(random.normal()); });
}

void expect_same(const FixedEvaluation& a, const FixedEvaluation& b, const std::string& where) {
  ASSERT_EQ(a.samples, b.samples) << where;
  ASSERT_EQ(a.wrong, b.wrong) << where;
  ASSERT_EQ(a.divergence, b.divergence) << where;
  ASSERT_EQ(a.activity.chunk, b.activity.chunk) << where;
  ASSERT_EQ(a.activity.samples, b.activity.samples) << where;
  ASSERT_EQ(a.activity.layers.size(), b.activity.layers.size()) << where;
  for (std::size_t k = 0; k < a.activity.layers.size(); ++k) {
    ASSERT_TRUE(equal(a.activity.layers[k], b.activity.layers[k])) << where << " layer " << k;
  }
}

/// A network that differs in one or a few things of one layer.
QuantizedNetwork varied(const QuantizedNetwork& network, KeyedRandom& random) {
  QuantizedNetwork other = network;
  QuantizedLayer& layer = other.layers[static_cast<std::size_t>(random.below(other.layers.size()))];
  switch (random.below(5)) {
    case 0:  // a few words
    case 1:
      for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
        const auto at = static_cast<std::size_t>(random.below(layer.weights.size()));
        layer.weights[at] = static_cast<std::int16_t>(draw_code(random, layer.formats.weight));
      }
      break;
    case 2:  // faulty bits
      layer.faulty_bits.resize(layer.weights.size(), 0);
      layer.faulty_bits[static_cast<std::size_t>(random.below(layer.weights.size()))] =
          static_cast<std::uint16_t>(random.below(std::uint64_t{1} << layer.formats.weight.bits()));
      break;
    case 3:
      layer.theta_code = static_cast<int>(random.below(3));
      break;
    default:
      layer.biases[static_cast<std::size_t>(random.below(layer.biases.size()))] =
          static_cast<std::int32_t>(draw_code(random, layer.formats.product));
  }
  return other;
}

TEST(EngineReuse, WhatEarlierCallsAndABaseLeaveChangesNoBit) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const Case c = draw_case(seed + 4000000);
    const Eigen::MatrixXf reference = random_reference(c, seed);
    KeyedRandom random(seed, Stream::test, 9);
    FixedEvaluator warm(c.samples, reference, 1);
    QuantizedNetwork now = c.network;
    if (random.below(4) != 0) warm.prepare_base(now);
    for (int step = 0; step < 8; ++step) {
      const std::string where =
          "seed " + std::to_string(seed + 4000000) + " step " + std::to_string(step);
      const QuantizedNetwork tried = varied(now, random);
      const int chunk = random.below(4) == 0 ? c.chunk : 1;
      FixedEvaluator cold(c.samples, reference, 1);
      const FixedEvaluation expected = cold.evaluate(tried, chunk);
      expect_same(warm.evaluate(tried, chunk), expected, where);
      const auto bound = static_cast<std::int64_t>(
                             random.below(static_cast<std::uint64_t>(c.samples.size()) + 2)) -
                         1;
      const Judgement judgement = warm.judge(tried, bound, chunk);
      ASSERT_EQ(judgement.within, expected.wrong <= bound) << where;
      if (judgement.within) {
        expect_same(judgement.evaluation, expected, where);
      } else {
        ASSERT_EQ(judgement.evaluation.wrong, bound + 1) << where;
        ASSERT_EQ(judgement.evaluation.samples, c.samples.size()) << where;
      }
      if (random.below(3) == 0) now = tried;
      if (random.below(6) == 0) warm.prepare_base(now);
    }
  }
}

/// Wide layers of small codes, so that corrections are few beside the whole: samples enough for
/// several blocks and threads.
Case large_case(std::uint64_t seed) {
  KeyedRandom random(seed, Stream::test, 10);
  Case c;
  constexpr Rounding kModes[] = {Rounding::half_up, Rounding::half_even, Rounding::truncate};
  c.network.rounding = kModes[random.below(3)];
  c.network.mitigation = draw_mitigation(random);
  const LayerFormats formats = random.below(2) == 0 ? LayerFormats{{1, 6}, {2, 6}, {1, 7}}
                                                    : LayerFormats{{6, 10}, {6, 10}, {6, 10}};
  const int widths[] = {200, 120, 90, 10};
  for (int k = 0; k < 3; ++k) {
    QuantizedLayer layer;
    layer.n_in = widths[k];
    layer.n_out = widths[k + 1];
    layer.formats = formats;
    layer.theta_code = static_cast<int>(random.below(4));
    for (int w = 0; w < layer.n_in * layer.n_out; ++w) {
      layer.weights.push_back(
          static_cast<std::int16_t>(round_to(formats.weight, 0.15 * random.normal())));
    }
    for (int i = 0; i < layer.n_out; ++i) {
      layer.biases.push_back(
          static_cast<std::int32_t>(round_to(formats.product, 0.1 * random.normal())));
    }
    c.network.layers.push_back(std::move(layer));
  }
  c.samples.inputs.dense() = Eigen::MatrixXf::NullaryExpr(widths[0], 300, [&] {
    return random.below(4) == 0 ? static_cast<float>(random.uniform()) : 0.0F;
  });
  for (int s = 0; s < 300; ++s) {
    c.samples.labels.push_back(static_cast<std::int32_t>(random.below(10)));
  }
  return c;
}

TEST(EngineReuse, AFaultMapAtAnyRateFromABaseIsTheWholeEvaluation) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const Case c = large_case(seed);
    const Eigen::MatrixXf reference = random_reference(c, seed);
    KeyedRandom random(seed, Stream::test, 11);
    FixedEvaluator one(c.samples, reference, 1);
    FixedEvaluator two(c.samples, reference, 2);
    one.prepare_base(c.network);
    two.prepare_base(c.network);
    for (const double rate : {0.0, 1e-5, 1e-4, 5e-4, 2e-3, 2e-2, 0.3}) {
      QuantizedNetwork faulty = c.network;
      for (QuantizedLayer& layer : faulty.layers) {
        layer.faulty_bits.assign(layer.weights.size(), 0);
        for (std::uint16_t& bits : layer.faulty_bits) {
          for (int b = 0; b < layer.formats.weight.bits(); ++b) {
            if (random.uniform() < rate) bits = static_cast<std::uint16_t>(bits | 1U << b);
          }
        }
      }
      const std::string where = "seed " + std::to_string(seed) + " rate " + std::to_string(rate);
      FixedEvaluator cold(c.samples, reference, 1);
      const FixedEvaluation expected = cold.evaluate(faulty);
      expect_same(one.evaluate(faulty), expected, where);
      expect_same(two.evaluate(faulty), expected, where + " two threads");
      for (const std::int64_t bound : {expected.wrong - 1, expected.wrong, expected.wrong + 1}) {
        for (FixedEvaluator* evaluator : {&one, &two}) {
          const Judgement judgement = evaluator->judge(faulty, bound);
          ASSERT_EQ(judgement.within, expected.wrong <= bound) << where;
          if (judgement.within) expect_same(judgement.evaluation, expected, where);
        }
      }
    }
  }
}

/// Restores the best instruction set when a test ends, failed or not.
struct InstructionSets {
  const std::vector<std::int64_t> all = hwy::SupportedAndGeneratedTargets();
  ~InstructionSets() { hwy::SetSupportedTargetsForTest(0); }
};

TEST(EngineReuse, EveryAccumulatorOfEveryInstructionSetIsTheNaivePrograms) {
  const InstructionSets sets;
  std::vector<std::string> names;
  for (std::uint64_t seed = 0; seed < 10000; ++seed) {
    const Case c = draw_case(seed + 5000000);
    const QFormat first = c.network.layers.front().formats.activation;
    const FirstLayerCodes codes(c.samples.inputs, first, c.network.rounding);
    FirstLayerCodes::Reader reader(codes);
    const PreparedNetwork layers = prepare_network(c.network);
    SamplePass pass;
    pass.layers = &layers;
    pass.inputs = &codes;
    std::vector<NaivePrediction> expected;
    for (std::int64_t s = 0; s < c.samples.size(); ++s) {
      expected.push_back(naive_prediction(c.network, reader.row(s), 1));
    }
    for (const std::int64_t target : sets.all) {
      hwy::SetSupportedTargetsForTest(target);
      if (seed == 0) names.emplace_back(kernels::instruction_set());
      SampleRunner runner(pass);
      std::vector<LayerActivity> activity(layers.size());
      for (std::int64_t s = 0; s < c.samples.size(); ++s) {
        runner.run(s, activity);
        const NaivePrediction& naive = expected[static_cast<std::size_t>(s)];
        for (std::size_t k = 0; k < layers.size(); ++k) {
          for (int i = 0; i < layers[k].n_out; ++i) {
            ASSERT_EQ(runner.sum(k, i), naive.accumulators[k][static_cast<std::size_t>(i)])
                << kernels::instruction_set() << " seed " << seed + 5000000 << " layer " << k
                << " neuron " << i;
          }
          for (int j = 0; j < layers[k].n_in; ++j) {
            ASSERT_EQ(runner.codes(k)[j], naive.inputs[k][static_cast<std::size_t>(j)])
                << kernels::instruction_set() << " seed " << seed + 5000000 << " layer " << k;
          }
        }
      }
    }
  }
  // The sets were really changed, and the portable one is among them.
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
  EXPECT_EQ(names.size(), sets.all.size());
}

TEST(EngineCounts, HistogramsSkippedInputsAndSaturationsAreThoseOfPlainLoops) {
  std::int64_t saturated_products = 0;
  std::int64_t saturated_inputs = 0;
  std::int64_t by_threshold = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Case c = draw_case(seed + 6000000);
    const std::string where = "seed " + std::to_string(seed + 6000000);
    const std::size_t depth = c.network.layers.size();
    // A float network whose weights and biases lie a step and a half beyond some of the codes.
    KeyedRandom random(seed, Stream::test, 12);
    Network network;
    std::vector<LayerSaturations> expected(depth);
    for (std::size_t k = 0; k < depth; ++k) {
      const QuantizedLayer& layer = c.network.layers[k];
      NetworkLayer dense;
      dense.weights.resize(layer.n_out, layer.n_in);
      dense.biases.resize(layer.n_out);
      // In quarter steps around either end: beyond by half a step rounds away from the format.
      const auto draw = [&](QFormat f, std::int64_t& count) {
        const std::int64_t quarters = static_cast<std::int64_t>(random.below(9)) - 4;
        const bool high = random.below(2) == 0;
        const std::int64_t end = high ? f.max_code() : f.min_code();
        // Up from max by two quarters, down from min by more than two.
        count += high ? (quarters >= 2 ? 1 : 0) : (quarters < -2 ? 1 : 0);
        return (static_cast<double>(end) + static_cast<double>(quarters) / 4) * f.step();
      };
      for (Eigen::Index at = 0; at < dense.weights.size(); ++at) {
        dense.weights.data()[at] =
            static_cast<float>(draw(layer.formats.weight, expected[k].weights));
      }
      for (Eigen::Index i = 0; i < layer.n_out; ++i) {
        const QFormat p = layer.formats.product;
        if (p.bits() <= 20) {  // a float holds its quarter steps
          dense.biases[i] = static_cast<float>(draw(p, expected[k].biases));
        } else {
          dense.biases[i] = 0;
        }
      }
      network.layers.push_back(dense);
    }
    const std::vector<std::int16_t> codes = input_codes(
        c.samples.inputs, c.network.layers.front().formats.activation, c.network.rounding);
    FixedEvaluator evaluator(c.samples, {}, 2);
    const FixedEvaluation evaluation = evaluator.evaluate(c.network);
    const std::vector<CodeHistogram> histograms = evaluator.code_histogram(c.network);
    ASSERT_EQ(histograms.size(), depth);
    std::vector<std::vector<std::int64_t>> counts(depth);
    std::vector<SkippedInputs> skipped(depth);
    for (std::size_t k = 0; k < depth; ++k) counts[k].resize(histograms[k].counts.size());
    for (std::int64_t s = 0; s < c.samples.size(); ++s) {
      const NaivePrediction naive =
          naive_prediction(c.network, codes.data() + s * c.network.layers.front().n_in, 1);
      for (std::size_t k = 0; k < depth; ++k) {
        const QuantizedLayer& layer = c.network.layers[k];
        const LayerFormats& f = layer.formats;
        const auto beyond = [&](QFormat to, double value) {  // exact: few bits, a power of two
          const double scaled = value / to.step();
          const double floor = std::floor(scaled);
          const double rest = scaled - floor;
          double code = floor;
          if (c.network.rounding == Rounding::half_up && rest >= 0.5) ++code;
          if (c.network.rounding == Rounding::half_even &&
              (rest > 0.5 || (rest == 0.5 && std::fmod(floor, 2) != 0))) {
            ++code;
          }
          return code > static_cast<double>(to.max_code()) ||
                 code < static_cast<double>(to.min_code());
        };
        for (int j = 0; j < layer.n_in; ++j) {
          const std::int64_t x = naive.inputs[k][static_cast<std::size_t>(j)];
          ++counts[k][static_cast<std::size_t>(x - f.activation.min_code())];
          const bool skips = std::llabs(x) < layer.theta_code;
          if (skips) ++(x == 0 ? skipped[k].zeros : skipped[k].by_threshold);
          const double value =
              k == 0 ? double{c.samples.inputs.at(j, s)}
                     : static_cast<double>(std::max<std::int64_t>(
                           naive.accumulators[k - 1][static_cast<std::size_t>(j)], 0)) *
                           c.network.layers[k - 1].formats.product.step();
          expected[k].inputs += beyond(f.activation, value) ? 1 : 0;
          for (int i = 0; i < layer.n_out && !skips; ++i) {
            const double product =
                static_cast<double>(c.network.weight_as_read(static_cast<int>(k), j, i) * x) *
                f.weight.step() * f.activation.step();
            expected[k].products += beyond(f.product, product) ? 1 : 0;
          }
        }
      }
    }
    const std::vector<LayerSaturations> saturations =
        count_saturations(network, c.network, c.samples, 2);
    for (std::size_t k = 0; k < depth; ++k) {
      ASSERT_EQ(histograms[k].format, c.network.layers[k].formats.activation) << where;
      ASSERT_EQ(histograms[k].counts, counts[k]) << where;
      const SkippedInputs now =
          skipped_inputs(c.network.layers[k], evaluation.activity.layers[k], evaluation.samples);
      ASSERT_EQ(now.zeros, skipped[k].zeros) << where << " layer " << k;
      ASSERT_EQ(now.by_threshold, skipped[k].by_threshold) << where << " layer " << k;
      ASSERT_EQ(saturations[k].weights, expected[k].weights) << where << " layer " << k;
      ASSERT_EQ(saturations[k].biases, expected[k].biases) << where << " layer " << k;
      ASSERT_EQ(saturations[k].inputs, expected[k].inputs) << where << " layer " << k;
      ASSERT_EQ(saturations[k].products, expected[k].products) << where << " layer " << k;
      saturated_products += expected[k].products;
      saturated_inputs += expected[k].inputs;
      by_threshold += skipped[k].by_threshold;
    }
  }
  EXPECT_GT(saturated_products, 1000);
  EXPECT_GT(saturated_inputs, 1000);
  EXPECT_GT(by_threshold, 1000);
}

}  // namespace
}  // namespace minerva
