#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/arithmetic/faulty_cells.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/training/faulty_weights.hpp"
#include "minerva/training/initial_weights.hpp"
#include "minerva/training/optimizer.hpp"
#include "minerva/training/schedule.hpp"

// What a training is made of: learning rates, rules, first weights, weights as a memory reads them.
namespace minerva::training {
namespace {

TEST(LearningRate, ConstantStepAndCosineAreTheirFormulas) {
  TrainingOptions o;
  o.learning_rate = 0.5;
  o.epochs = 7;
  o.step_epochs = 2;
  o.step_factor = 0.1;
  constexpr std::uint64_t kSteps = 11;
  for (std::uint64_t s = 0; s < 7 * kSteps; ++s) {
    o.schedule = Schedule::constant;
    EXPECT_EQ(LearningRate(o, kSteps).of_step(s), 0.5);
    o.schedule = Schedule::step;
    const auto epoch = static_cast<double>(s / kSteps);
    EXPECT_DOUBLE_EQ(LearningRate(o, kSteps).of_step(s),
                     0.5 * std::pow(0.1, std::floor(epoch / 2)));
    o.schedule = Schedule::cosine;
    EXPECT_NEAR(LearningRate(o, kSteps).of_step(s),
                0.25 * (1 + std::cos(std::acos(-1.0) * static_cast<double>(s) / (7 * kSteps))),
                1e-15);
  }
}

TEST(LearningRate, WarmUpRisesLinearlyFromZeroAndTheScheduleFollows) {
  TrainingOptions o;
  o.learning_rate = 1;
  o.epochs = 5;
  o.warmup_epochs = 2;
  constexpr std::uint64_t kSteps = 10;
  for (const Schedule schedule : {Schedule::constant, Schedule::step, Schedule::cosine}) {
    o.schedule = schedule;
    const LearningRate rate(o, kSteps);
    for (std::uint64_t s = 0; s < 20; ++s) {
      EXPECT_DOUBLE_EQ(rate.of_step(s), static_cast<double>(s + 1) / 21) << to_string(schedule);
    }
    EXPECT_EQ(rate.of_step(20), 1) << to_string(schedule);
  }
  EXPECT_NEAR(LearningRate(o, kSteps).of_step(35), 0.5, 1e-15);  // half of the cosine's 30 steps
  o.schedule = Schedule::step;
  o.step_epochs = 1;
  o.step_factor = 0.5;
  EXPECT_EQ(LearningRate(o, kSteps).of_step(29), 1);  // counted from the warm-up's end
  EXPECT_EQ(LearningRate(o, kSteps).of_step(30), 0.5);
}

TEST(Descent, HoldsTheConstantsOfItsRule) {
  TrainingOptions o;
  o.momentum = 0.8;
  o.mean_decay = 0.7;
  o.variance_decay = 0.95;
  o.rmsprop_decay = 0.85;
  o.epsilon = 1e-3;
  o.clip_norm = 2.5;
  o.optimizer = Optimizer::sgd;
  EXPECT_EQ(descent_of(o, 0.1, 3).rule, DescentRule::momentum);
  EXPECT_EQ(descent_of(o, 0.1, 3).first_decay, 0.8F);
  o.optimizer = Optimizer::nesterov;
  EXPECT_EQ(descent_of(o, 0.1, 3).rule, DescentRule::nesterov);
  EXPECT_EQ(descent_of(o, 0.1, 3).first_decay, 0.8F);
  EXPECT_EQ(descent_of(o, 0.1, 3).rate, 0.1F);
  o.optimizer = Optimizer::rmsprop;
  EXPECT_EQ(descent_of(o, 0.1, 3).rule, DescentRule::rmsprop);
  EXPECT_EQ(descent_of(o, 0.1, 3).second_decay, 0.85F);
  EXPECT_EQ(descent_of(o, 0.1, 3).epsilon, 1e-3F);
  o.optimizer = Optimizer::adam;
  const Descent adam = descent_of(o, 0.1, 3);
  EXPECT_EQ(adam.rule, DescentRule::adam);
  EXPECT_EQ(adam.first_decay, 0.7F);
  EXPECT_EQ(adam.second_decay, 0.95F);
  const double second = std::sqrt(1 - std::pow(0.95, 4));
  EXPECT_FLOAT_EQ(adam.rate, static_cast<float>(0.1 * second / (1 - std::pow(0.7, 4))));
  EXPECT_FLOAT_EQ(adam.epsilon, static_cast<float>(1e-3 * second));
  for (const Optimizer rule :
       {Optimizer::sgd, Optimizer::nesterov, Optimizer::adam, Optimizer::rmsprop}) {
    o.optimizer = rule;
    EXPECT_EQ(descent_of(o, 0.1, 3).largest_gradient_norm, 2.5) << to_string(rule);
  }
}

TEST(InitialWeights, HaveTheVarianceAndTheDistributionAskedFor) {
  const ParameterLayout layout(Topology{{300, 200, 10}});
  for (const Initialization initialization : {Initialization::he, Initialization::glorot}) {
    for (const InitialDistribution distribution :
         {InitialDistribution::normal, InitialDistribution::uniform}) {
      TrainingOptions o;
      o.initialization = initialization;
      o.initial_distribution = distribution;
      const std::vector<float> p = initial_parameters(layout, o);
      const double variance = initialization == Initialization::he ? 2.0 / 300 : 2.0 / 500;
      double square = 0;
      double largest = 0;
      const std::size_t count = layout.weights_size(0);
      for (std::size_t i = 0; i < count; ++i) {
        const auto w = static_cast<double>(p[i]);
        square += w * w;
        largest = std::max(largest, std::fabs(w));
      }
      // The mean of n squares of a normal strays by sqrt(2 / n): five of those.
      EXPECT_NEAR(square / static_cast<double>(count) / variance, 1,
                  5 * std::sqrt(2.0 / static_cast<double>(count)));
      if (distribution == InitialDistribution::uniform) {
        EXPECT_LE(largest, std::sqrt(3 * variance));
        EXPECT_GT(largest, 0.999 * std::sqrt(3 * variance));
      } else {
        EXPECT_GT(largest, 3.5 * std::sqrt(variance));
      }
      for (std::size_t i = layout.biases_at(0); i < layout.weights_at(1); ++i) EXPECT_EQ(p[i], 0);
    }
  }
}

/// Random weights with values at, just below and just above half a step, and far outside.
std::vector<float> weights_for_rounding(const ParameterLayout& layout, std::uint64_t seed) {
  std::vector<float> p(layout.size());
  KeyedRandom random(seed, Stream::test);
  for (std::size_t i = 0; i < p.size(); ++i) {
    const auto half = static_cast<float>((static_cast<double>(random.below(600)) - 300) / 256);
    switch (i % 5) {
      case 0:
        p[i] = half;
        break;
      case 1:
        p[i] = std::nextafter(half, 10.0F);
        break;
      case 2:
        p[i] = std::nextafter(half, -10.0F);
        break;
      case 3:
        p[i] = static_cast<float>(std::ldexp(random.normal(), -static_cast<int>(random.below(60))));
        break;
      default:
        p[i] = static_cast<float>(0.5 * random.normal());
    }
  }
  return p;
}

TEST(FaultyWeights, ReadAsTheOneArithmeticSays) {
  // Against round_to, a map of single cells and word_as_read, word by word.
  const ParameterLayout layout(Topology{{23, 17, 5}});
  const std::vector<float> p = weights_for_rounding(layout, 1);
  struct Case {
    const char* format;
    Masking masking;
    SignPolicy sign;
  };
  for (const Case& c : {Case{"Q1.7", Masking::bit, SignPolicy::zero},
                        Case{"Q1.7", Masking::bit, SignPolicy::hardened},
                        Case{"Q2.4", Masking::bit, SignPolicy::inverted},
                        Case{"Q1.6", Masking::word, SignPolicy::zero},
                        Case{"Q1.15", Masking::none, SignPolicy::zero}}) {
    WeightFaults faults;
    faults.rate = 0.05;
    faults.format = c.format;
    faults.masking = c.masking;
    faults.sign = c.sign;
    faults.steps_per_map = 3;
    FaultyWeights faulty(layout, faults, 9);
    const QFormat format = parse_format(c.format, kMaxOperandBits, "test");
    int differing = 0;
    for (const std::uint64_t step : {0U, 1U, 2U, 3U, 7U}) {
      const std::vector<float>& read = faulty.as_read(p, step);
      for (int k = 0; k < 2; ++k) {
        const int n_in = layout.topology().fan_in(k);
        const int n_out = layout.topology().fan_out(k);
        std::vector<std::uint32_t> masks(static_cast<std::size_t>(n_in * n_out));
        const FaultyCellsKey key{9, Stream::training_faults,
                                 mix_keys(step / 3, static_cast<std::uint64_t>(k))};
        for (int band = 0; band < kFaultBands; ++band) {
          visit_faulty_cells(key, band, n_in * n_out, format.bits(), 0.05,
                             [&](std::int64_t word, int bit) {
                               masks[static_cast<std::size_t>(word)] |= 1U << bit;
                             });
        }
        for (int i = 0; i < n_out; ++i) {
          for (int j = 0; j < n_in; ++j) {
            const std::size_t at = layout.weights_at(k) + static_cast<std::size_t>(j * n_out + i);
            const auto stored =
                static_cast<std::int32_t>(round_to(format, static_cast<double>(p[at])));
            const std::int32_t code =
                word_as_read(stored, masks[static_cast<std::size_t>(i * n_in + j)], format.bits(),
                             faults.mitigation());
            ASSERT_EQ(static_cast<double>(read[at]), code * format.step())
                << c.format << " layer " << k << " input " << j << " neuron " << i;
            differing += code != stored ? 1 : 0;
          }
        }
        for (std::size_t b = layout.biases_at(k);
             b < layout.biases_at(k) + static_cast<std::size_t>(n_out); ++b) {
          ASSERT_EQ(read[b], p[b]);
        }
      }
    }
    EXPECT_GT(differing, 20) << c.format;  // 5 * 476 words, each faulty in a third of the cases
  }
}

TEST(FaultyWeights, KeepAMapForItsStepsAndThenDrawAnother) {
  const ParameterLayout layout(Topology{{40, 30}});
  const std::vector<float> p = weights_for_rounding(layout, 2);
  WeightFaults faults;
  faults.rate = 0.02;
  faults.steps_per_map = 4;
  FaultyWeights forward(layout, faults, 1);
  const std::vector<float> first = forward.as_read(p, 0);
  EXPECT_EQ(forward.as_read(p, 3), first);
  const std::vector<float> second = forward.as_read(p, 4);
  EXPECT_NE(second, first);
  // A training that goes on from step 5 has drawn nothing before.
  EXPECT_EQ(FaultyWeights(layout, faults, 1).as_read(p, 5), second);
  EXPECT_NE(FaultyWeights(layout, faults, 2).as_read(p, 5), second);
}

}  // namespace
}  // namespace minerva::training
