#include "minerva/engine/fixed_engine.hpp"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/network/quantize_network.hpp"
#include "naive_engine.hpp"

// The fast engine against the reference of the library, and the reference against the naive program
// of naive_engine.hpp. All three must agree in every bit.
namespace minerva {
namespace {

/// Reads sum i of the fast engine exactly, which hands out classes and not sums: the output layer
/// is cut down to neuron i and a rival without weights whose bias is b. The class is the rival's as
/// long as it is as large or larger, so bisection over b finds the sum, or the end of P it lies at.
class SumProbe {
 public:
  SumProbe(const QuantizedNetwork& network, std::size_t layer) : network_(network) {
    network_.layers.resize(layer + 1);
  }

  /// Sum of neuron `i` for the single sample of `evaluator`, limited to the codes of P.
  std::int64_t limited_sum(int i, FixedEvaluator& evaluator) const {
    QuantizedNetwork probe = network_;
    QuantizedLayer& last = probe.layers.back();
    const QuantizedLayer& full = network_.layers.back();
    last.n_out = 2;
    last.weights.assign(static_cast<std::size_t>(last.n_in) * 2, 0);
    if (!full.faulty_bits.empty()) last.faulty_bits.assign(last.weights.size(), 0);
    for (int j = 0; j < last.n_in; ++j) {
      last.weights[last.index(j, 1)] = full.weights[full.index(j, i)];
      if (!full.faulty_bits.empty()) {
        last.faulty_bits[last.index(j, 1)] = full.faulty_bits[full.index(j, i)];
      }
    }
    // Labels are 0: wrong means that neuron 1 is larger than the rival.
    const QFormat p = last.formats.product;
    std::int64_t low = p.min_code();
    std::int64_t high = p.max_code();
    while (low < high) {
      const std::int64_t rival = low + (high - low) / 2;
      last.biases = {static_cast<std::int32_t>(rival), full.biases[static_cast<std::size_t>(i)]};
      if (evaluator.evaluate(probe).wrong == 1) {
        low = rival + 1;
      } else {
        high = rival;
      }
    }
    return low;
  }

 private:
  QuantizedNetwork network_;
};

constexpr std::uint64_t kCases = 12000;

TEST(FixedEngine, FastEngineReferenceAndNaiveProgramAgreeInEveryBit) {
  int path_narrow = 0;
  int path_wide = 0;
  int left_shifts = 0;
  int with_faults = 0;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Case c = draw_case(seed);
    const QFormat x = c.network.layers.front().formats.activation;
    const std::vector<std::int16_t> codes = input_codes(c.samples.inputs, x, c.network.rounding);
    Eigen::MatrixXf reference(c.network.layers.back().n_out, c.samples.size());
    reference.setZero();
    FixedEvaluator one(c.samples, reference, 1);
    FixedEvaluator two(c.samples, reference, 2);
    const FixedEvaluation fast = one.evaluate(c.network, c.chunk);
    const std::vector<ActivityProfile> each = one.activity_of_each(c.network, c.chunk);
    std::int64_t wrong = 0;
    std::vector<LayerActivity> total(c.network.layers.size());
    double divergence = 0;
    for (std::int64_t s = 0; s < c.samples.size(); ++s) {
      const std::int16_t* input = codes.data() + s * c.network.layers.front().n_in;
      for (int j = 0; j < c.network.layers.front().n_in; ++j) {
        // The inputs' own rounding: in quarter steps, from the float itself.
        const double quarters = double{c.samples.inputs.at(j, s)} / x.step() * 4;
        ASSERT_EQ(input[j],
                  naive_round(x, static_cast<std::int64_t>(quarters), 2, c.network.rounding))
            << "seed " << seed;
      }
      const NaivePrediction naive = naive_prediction(c.network, input, c.chunk);
      const FixedTrace trace = trace_prediction(c.network, input);
      ASSERT_EQ(trace.accumulators, naive.accumulators) << "seed " << seed;
      ASSERT_EQ(trace.predicted_class, naive.predicted_class) << "seed " << seed;
      for (std::size_t k = 0; k < naive.inputs.size(); ++k) {
        ASSERT_TRUE(std::equal(naive.inputs[k].begin(), naive.inputs[k].end(),
                               trace.inputs[k].begin(), trace.inputs[k].end()))
            << "seed " << seed;
        ASSERT_TRUE(equal(each[static_cast<std::size_t>(s)].layers[k], naive.activity[k]))
            << "seed " << seed << " sample " << s << " layer " << k;
        total[k].kept_inputs += naive.activity[k].kept_inputs;
        total[k].zero_inputs += naive.activity[k].zero_inputs;
        total[k].active_chunks += naive.activity[k].active_chunks;
        total[k].repeated_zero_inputs += naive.activity[k].repeated_zero_inputs;
        total[k].repeated_zero_chunks += naive.activity[k].repeated_zero_chunks;
        const int width =
            accumulator_bits(c.network.layers[k].formats.product, c.network.layers[k].n_in);
        for (const std::int64_t sum : naive.accumulators[k]) {
          ASSERT_LE(std::llabs(sum), std::int64_t{1} << (width - 1)) << "seed " << seed;
        }
      }
      wrong += naive.predicted_class != c.samples.labels[static_cast<std::size_t>(s)] ? 1 : 0;
      // Divergence from equal probabilities: -log n - mean(z - log sum exp z).
      const double step = c.network.layers.back().formats.product.step();
      const std::vector<std::int64_t>& sums = naive.accumulators.back();
      const auto n = static_cast<double>(sums.size());
      const double top = static_cast<double>(*std::max_element(sums.begin(), sums.end())) * step;
      double cross = 0;
      double exponentials = 0;
      for (const std::int64_t sum : sums) {
        cross += (static_cast<double>(sum) * step - top) / n;
        exponentials += std::exp(static_cast<double>(sum) * step - top);
      }
      divergence += -std::log(n) - cross + std::log(exponentials);
    }
    divergence /= static_cast<double>(c.samples.size());
    ASSERT_EQ(fast.wrong, wrong) << "seed " << seed;
    ASSERT_EQ(fast.samples, c.samples.size());
    ASSERT_NEAR(fast.divergence, divergence, 1e-11 * (1 + std::fabs(divergence)))
        << "seed " << seed;
    for (std::size_t k = 0; k < total.size(); ++k) {
      ASSERT_TRUE(equal(fast.activity.layers[k], total[k])) << "seed " << seed << " layer " << k;
    }
    const FixedEvaluation threaded = two.evaluate(c.network, c.chunk);
    ASSERT_EQ(threaded.wrong, fast.wrong) << "seed " << seed;
    ASSERT_EQ(threaded.divergence, fast.divergence) << "seed " << seed;
    for (std::size_t k = 0; k < total.size(); ++k) {
      ASSERT_TRUE(equal(threaded.activity.layers[k], total[k])) << "seed " << seed;
    }
    for (const QuantizedLayer& layer : c.network.layers) {
      const LayerFormats& f = layer.formats;
      const int operand_bits = f.weight.bits() + f.activation.bits();
      path_narrow += operand_bits <= 16 && f.product.bits() <= 13 ? 1 : 0;
      path_wide += accumulator_bits(f.product, layer.n_in) > 32 ? 1 : 0;
      left_shifts +=
          f.weight.fraction_bits + f.activation.fraction_bits < f.product.fraction_bits ? 1 : 0;
      with_faults += layer.faulty_bits.empty() ? 0 : 1;
    }
  }
  // The cases reach what they are meant to reach.
  EXPECT_GT(path_narrow, 2000);
  EXPECT_GT(path_wide, 2000);
  EXPECT_GT(left_shifts, 2000);
  EXPECT_GT(with_faults, 2000);
}

TEST(FixedEngine, RepeatedZerosOfLongRowsAreThoseOfAPlainProgram) {
  std::int64_t inputs = 0;
  std::int64_t chunks = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    KeyedRandom random(seed, Stream::test);
    QuantizedLayer layer;
    layer.n_in = 1 + static_cast<int>(random.below(400));
    layer.n_out = 1;
    layer.formats = {{2, 2}, {3, 2}, {3, 3}};
    layer.theta_code = random.below(8) == 0 ? 1 : 0;
    layer.weights.assign(static_cast<std::size_t>(layer.n_in), 1);
    layer.biases.assign(1, 0);
    QuantizedNetwork network;
    network.layers.push_back(layer);
    Samples samples;
    samples.inputs.dense().resize(layer.n_in, 3);
    samples.labels.assign(3, 0);
    // Runs of zeros, as an image's background has them; one sample has nothing else.
    for (Eigen::Index at = 0; at < samples.inputs.dense().size();) {
      const auto end = std::min<Eigen::Index>(samples.inputs.dense().size(),
                                              at + 1 + static_cast<Eigen::Index>(random.below(90)));
      const float value = random.below(2) == 0 || at >= 2 * layer.n_in ? 0.F : 1.F;
      for (; at < end; ++at) samples.inputs.dense().data()[at] = value;
    }
    samples.inputs.dense().col(2).setZero();
    const int chunk = 1 + static_cast<int>(random.below(random.below(2) == 0 ? 5 : 450));
    const std::vector<std::int16_t> codes =
        input_codes(samples.inputs, layer.formats.activation, network.rounding);
    FixedEvaluator evaluator(samples, Eigen::MatrixXf::Zero(1, 3), 2);
    const std::vector<ActivityProfile> each = evaluator.activity_of_each(network, chunk);
    for (std::size_t s = 0; s < each.size(); ++s) {
      const NaivePrediction naive =
          naive_prediction(network, codes.data() + s * static_cast<std::size_t>(layer.n_in), chunk);
      ASSERT_TRUE(equal(each[s].layers[0], naive.activity[0]))
          << "seed " << seed << " sample " << s << ", " << layer.n_in << " inputs in chunks of "
          << chunk;
      inputs += naive.activity[0].repeated_zero_inputs;
      chunks += naive.activity[0].repeated_zero_chunks;
    }
  }
  EXPECT_GT(inputs, 10000);
  EXPECT_GT(chunks, 1000);
}

TEST(FixedEngine, EverySumOfTheFastEngineIsTheReferencesExactly) {
  int inside = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    Case c = draw_case(seed + 1000000);
    c.samples = c.samples.head(1);
    c.samples.labels = {0};
    const std::vector<std::int16_t> codes = input_codes(
        c.samples.inputs, c.network.layers.front().formats.activation, c.network.rounding);
    const FixedTrace trace = trace_prediction(c.network, codes.data());
    FixedEvaluator evaluator(c.samples, {}, 1);
    for (std::size_t k = 0; k < c.network.layers.size(); ++k) {
      const SumProbe probe(c.network, k);
      const QFormat p = c.network.layers[k].formats.product;
      for (int i = 0; i < c.network.layers[k].n_out; ++i) {
        const std::int64_t sum = trace.accumulators[k][static_cast<std::size_t>(i)];
        ASSERT_EQ(probe.limited_sum(i, evaluator), saturate(sum, p))
            << "seed " << seed + 1000000 << " layer " << k << " neuron " << i;
        inside += sum > p.min_code() && sum < p.max_code() ? 1 : 0;
      }
    }
  }
  EXPECT_GT(inside, 1000);  // sums that the probe reads whole
}

TEST(FixedEngine, AThresholdOfOneStepChangesNoAccumulator) {
  int skipped = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Case c = draw_case(seed + 2000000);
    for (QuantizedLayer& layer : c.network.layers) layer.theta_code = 0;
    QuantizedNetwork with_theta = c.network;
    for (QuantizedLayer& layer : with_theta.layers) layer.theta_code = 1;
    const std::vector<std::int16_t> codes = input_codes(
        c.samples.inputs, c.network.layers.front().formats.activation, c.network.rounding);
    for (std::int64_t s = 0; s < c.samples.size(); ++s) {
      const std::int16_t* input = codes.data() + s * c.network.layers.front().n_in;
      ASSERT_EQ(trace_prediction(c.network, input).accumulators,
                trace_prediction(with_theta, input).accumulators)
          << "seed " << seed + 2000000;
    }
    FixedEvaluator evaluator(
        c.samples, Eigen::MatrixXf::Zero(c.network.layers.back().n_out, c.samples.size()), 1);
    const FixedEvaluation without = evaluator.evaluate(c.network);
    const FixedEvaluation with = evaluator.evaluate(with_theta);
    ASSERT_EQ(without.wrong, with.wrong) << "seed " << seed + 2000000;
    ASSERT_EQ(without.divergence, with.divergence) << "seed " << seed + 2000000;
    for (std::size_t k = 0; k < c.network.layers.size(); ++k) {
      const LayerActivity& a = without.activity.layers[k];
      const LayerActivity& b = with.activity.layers[k];
      ASSERT_EQ(a.kept_inputs, c.samples.size() * c.network.layers[k].n_in);
      ASSERT_EQ(a.kept_inputs - b.kept_inputs, b.zero_inputs) << "seed " << seed + 2000000;
      skipped += b.kept_inputs < a.kept_inputs ? 1 : 0;
    }
  }
  EXPECT_GT(skipped, 500);
}

/// One layer of n_in equal inputs and one neuron beside a rival that stays at 0.
Case saturated_case(int n_in, const LayerFormats& formats, std::int16_t weight, float input) {
  Case c;
  QuantizedLayer layer;
  layer.n_in = n_in;
  layer.n_out = 2;
  layer.formats = formats;
  for (int j = 0; j < n_in; ++j) {
    layer.weights.push_back(0);
    layer.weights.push_back(weight);
  }
  layer.biases = {0, 0};
  c.network.layers = {layer};
  c.samples.inputs.dense().setConstant(n_in, 1, input);
  c.samples.labels = {0};
  return c;
}

TEST(FixedEngine, TheLongestSumsOfEveryPathDoNotOverflow) {
  // Inputs enough that 32 bits of accumulator would wrap, in formats of each path; the neuron
  // beside the rival ends far above or far below zero, and a wrapped sum changes sides.
  struct Row {
    LayerFormats formats;
    int n_in;
  };
  const Row rows[] = {{{{8, 0}, {8, 0}, {13, 0}}, (1 << 19) + 5000},  // 16-bit products
                      {{{16, 0}, {16, 0}, {24, 0}}, 300},             // 32-bit products
                      {{{16, 0}, {16, 0}, {32, 0}}, 70}};             // 64-bit sums
  for (const Row& row : rows) {
    const auto lowest = static_cast<std::int16_t>(row.formats.weight.min_code());
    const auto highest = static_cast<std::int16_t>(row.formats.weight.max_code());
    const auto input = static_cast<float>(row.formats.activation.max_code());
    for (const std::int16_t weight : {lowest, highest}) {
      const Case c = saturated_case(row.n_in, row.formats, weight, input);
      FixedEvaluator evaluator(c.samples, {}, 1);
      EXPECT_EQ(evaluator.evaluate(c.network).wrong, weight > 0 ? 1 : 0)
          << to_string(row.formats.product) << " x " << row.n_in << " weight " << weight;
    }
  }
}

TEST(FixedEngine, SumsOf16BitsAreFlushedBeforeTheyOverflow) {
  // Products all at one end of P, more of them than 16 bits can add, for each width of P that the
  // 16-bit kernel takes. With equal probabilities as reference the divergence is half the distance
  // of the two outputs less log 2, which shows a sum that is off by one step.
  for (int p_bits = 1; p_bits <= 13; ++p_bits) {
    const LayerFormats formats{{8, 0}, {8, 0}, {p_bits, 0}};
    const int n_in = (3 << 16 >> p_bits) + 5;
    for (const std::int16_t weight : {std::int16_t{-128}, std::int16_t{127}}) {
      const Case c = saturated_case(n_in, formats, weight, 127.0F);
      FixedEvaluator evaluator(c.samples, Eigen::MatrixXf::Zero(2, 1), 1);
      const std::int64_t product =
          weight < 0 ? formats.product.min_code() : formats.product.max_code();
      const double distance = std::fabs(static_cast<double>(product * n_in));
      const double expected = -std::log(2.0) + distance / 2 + std::log1p(std::exp(-distance));
      EXPECT_NEAR(evaluator.evaluate(c.network).divergence, expected, 1e-6)
          << to_string(formats.product) << " weight " << weight;
    }
  }
}

TEST(FixedEngine, MostNegativeOperandsMultiplyRight) {
  // -2^15 * -2^15 is the one product that needs all 32 bits less one; -128 * -128 all 16 less one.
  for (const Rounding mode : {Rounding::half_up, Rounding::half_even, Rounding::truncate}) {
    for (const int bits : {8, 16}) {
      for (int p_bits = 1; p_bits <= 32; ++p_bits) {
        for (int p_fraction = 0; p_fraction < p_bits; ++p_fraction) {
          const QFormat operand{1, bits - 1};
          const LayerFormats formats{operand, operand, {p_bits - p_fraction, p_fraction}};
          Case c = saturated_case(3, formats, static_cast<std::int16_t>(operand.min_code()), -1.0F);
          c.network.rounding = mode;
          std::vector<std::int16_t> codes(3, static_cast<std::int16_t>(operand.min_code()));
          FixedEvaluator evaluator(c.samples, {}, 1);
          const NaivePrediction naive = naive_prediction(c.network, codes.data(), 1);
          ASSERT_EQ(trace_prediction(c.network, codes.data()).accumulators, naive.accumulators);
          ASSERT_EQ(evaluator.evaluate(c.network).wrong, naive.predicted_class)
              << to_string(formats.product);
        }
      }
    }
  }
}

TEST(FixedEngine, QuantizingANetworkRoundsWeightsAndBiasesHalfUpWhateverTheMode) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    KeyedRandom random(seed, Stream::test, 5);
    const LayerFormats formats = draw_formats(random, Kind::any);
    Network network;
    network.layers.resize(1);
    network.layers[0].weights.resize(3, 4);
    network.layers[0].biases.resize(3);
    // Quarter steps: every case of a tie.
    const auto draw = [&](QFormat f) {
      return static_cast<float>((static_cast<double>(random.below(65)) - 32) / 4 * f.step());
    };
    for (Eigen::Index at = 0; at < 12; ++at)
      network.layers[0].weights.data()[at] = draw(formats.weight);
    for (Eigen::Index at = 0; at < 3; ++at) network.layers[0].biases[at] = draw(formats.product);
    for (const Rounding mode : {Rounding::half_up, Rounding::half_even, Rounding::truncate}) {
      const QuantizedNetwork quantized = quantize_network(network, uniform_plan(1, formats, mode));
      const QuantizedLayer& layer = quantized.layers[0];
      for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 4; ++j) {
          const double quarters =
              double{network.layers[0].weights(i, j)} / formats.weight.step() * 4;
          ASSERT_EQ(layer.weights[static_cast<std::size_t>(j * 3 + i)],
                    naive_round(formats.weight, static_cast<std::int64_t>(quarters), 2,
                                Rounding::half_up));
        }
        const double quarters = double{network.layers[0].biases[i]} / formats.product.step() * 4;
        ASSERT_EQ(layer.biases[static_cast<std::size_t>(i)],
                  naive_round(formats.product, static_cast<std::int64_t>(quarters), 2,
                              Rounding::half_up));
      }
    }
  }
}

/// Restores the best instruction set when a test ends, failed or not.
struct InstructionSets {
  const std::vector<std::int64_t> all = hwy::SupportedAndGeneratedTargets();
  void use(std::int64_t target) const { hwy::SetSupportedTargetsForTest(target); }
  ~InstructionSets() { hwy::SetSupportedTargetsForTest(0); }
};

TEST(FixedEngine, EveryInstructionSetGivesTheSameBits) {
  const InstructionSets sets;
  ASSERT_FALSE(sets.all.empty());
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    const Case c = draw_case(seed + 3000000);
    KeyedRandom random(seed, Stream::test, 7);
    const Eigen::MatrixXf reference =
        Eigen::MatrixXf::NullaryExpr(c.network.layers.back().n_out, c.samples.size(),
                                     [&] { return static_cast<float>(random.normal()); });
    FixedEvaluation first;
    for (const std::int64_t target : sets.all) {
      sets.use(target);
      FixedEvaluator evaluator(c.samples, reference, 1);
      const FixedEvaluation now = evaluator.evaluate(c.network, c.chunk);
      if (target == sets.all.front()) first = now;
      ASSERT_EQ(now.wrong, first.wrong) << hwy::TargetName(target) << " seed " << seed + 3000000;
      ASSERT_EQ(now.divergence, first.divergence)
          << hwy::TargetName(target) << " seed " << seed + 3000000;
    }
  }
}

TEST(FloatEngine, EqualsAPlainLoopInTheOrderOfTheInputsOnEveryInstructionSetAndThreadCount) {
  const InstructionSets sets;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    KeyedRandom random(seed, Stream::test, 6);
    Network network;
    int n_in = 1 + static_cast<int>(random.below(90));
    Eigen::MatrixXf x(n_in, 1 + static_cast<int>(random.below(70)));
    const auto draw = [&] { return static_cast<float>(random.normal()); };
    for (Eigen::Index at = 0; at < x.size(); ++at) x.data()[at] = random.below(3) == 0 ? 0 : draw();
    for (int k = 0; k < 3; ++k) {
      NetworkLayer layer;
      const int n_out = 1 + static_cast<int>(random.below(150));
      layer.weights = Eigen::MatrixXf::NullaryExpr(n_out, n_in, draw);
      layer.biases = Eigen::VectorXf::NullaryExpr(n_out, draw);
      network.layers.push_back(layer);
      n_in = n_out;
    }
    Eigen::MatrixXf expected = x;
    for (std::size_t k = 0; k < network.layers.size(); ++k) {
      const NetworkLayer& layer = network.layers[k];
      Eigen::MatrixXf sums(layer.weights.rows(), x.cols());
      for (Eigen::Index s = 0; s < x.cols(); ++s) {
        for (Eigen::Index i = 0; i < layer.weights.rows(); ++i) {
          float sum = layer.biases[i];
          for (Eigen::Index j = 0; j < layer.weights.cols(); ++j) {
            const float in = k > 0 && expected(j, s) < 0 ? 0.0F : expected(j, s);
            const float product = layer.weights(i, j) * in;
            sum = sum + product;
          }
          sums(i, s) = sum;
        }
      }
      expected = sums;
    }
    for (const std::int64_t target : sets.all) {
      sets.use(target);
      for (const int threads : {1, 2}) {
        ASSERT_TRUE((float_outputs(network, x, threads).array() == expected.array()).all())
            << hwy::TargetName(target) << " seed " << seed << " threads " << threads;
      }
    }
  }
}

TEST(FixedEngine, BrokenContractsAreRefused) {
  const Case c = draw_case(1);
  Samples other = c.samples;
  other.inputs.dense().setZero(c.samples.inputs.rows() + 1, c.samples.size());
  FixedEvaluator wrong_size(other, {}, 1);
  EXPECT_THROW(wrong_size.evaluate(c.network), ContractViolation);
  FixedEvaluator evaluator(c.samples, {}, 1);
  EXPECT_THROW(evaluator.evaluate(c.network, 0), ContractViolation);
  EXPECT_THROW(FixedEvaluator(c.samples, {}, 0), ContractViolation);
  Samples unlabelled = c.samples;
  unlabelled.labels.clear();
  EXPECT_THROW(FixedEvaluator(unlabelled, {}, 1), ContractViolation);
  // Reference outputs of another network: more or fewer rows than this one has outputs.
  FixedEvaluator foreign(
      c.samples, Eigen::MatrixXf::Zero(c.network.layers.back().n_out + 1, c.samples.size()), 1);
  EXPECT_THROW(foreign.evaluate(c.network), ContractViolation);
  Samples not_finite = c.samples;
  not_finite.inputs.dense()(0, 0) = std::numeric_limits<float>::quiet_NaN();
  FixedEvaluator with_nan(not_finite, {}, 1);
  EXPECT_THROW(with_nan.evaluate(c.network), ContractViolation);
}

}  // namespace
}  // namespace minerva
