#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/training/gradient.hpp"
#include "product_kernels.hpp"

// Training gives the same bits on every instruction set and at any number of threads: those of the
// plain program below, which knows nothing of tiles, lists or vectors.
namespace minerva::training {
namespace {

/// Restores the best instruction set when a test ends, failed or not.
struct InstructionSets {
  const std::vector<std::int64_t> all = hwy::SupportedAndGeneratedTargets();
  void use(std::int64_t target) const { hwy::SetSupportedTargetsForTest(target); }
  ~InstructionSets() { hwy::SetSupportedTargetsForTest(0); }
};

float without_tiny(float x, float smallest) { return std::fabs(x) < smallest ? 0.0F : x; }

/// A training step of a fully connected network, element by element.
struct PlainNetwork {
  std::vector<int> widths;
  Regularization penalties;
  std::vector<float> parameters;  ///< w0, b0, w1, ..; weights with the outputs of an input together
  std::vector<float> first;
  std::vector<float> second;

  std::size_t offset(std::size_t layer) const {
    std::size_t at = 0;
    for (std::size_t k = 0; k < layer; ++k) {
      at += static_cast<std::size_t>(widths[k] + 1) * static_cast<std::size_t>(widths[k + 1]);
    }
    return at;
  }

  static float moved(const Descent& d, float w, float g, float* a, float* b) {
    g = without_tiny(g, 0x1p-50F);
    if (d.rule == DescentRule::momentum || d.rule == DescentRule::nesterov) {
      *a = without_tiny(std::fma(d.first_decay, *a, g), 0x1p-100F);
      const float along = d.rule == DescentRule::momentum ? *a : std::fma(d.first_decay, *a, g);
      return std::fma(-d.rate, along, w);
    }
    const float share = (1 - d.second_decay) * g;
    *b = without_tiny(std::fma(d.second_decay, *b, share * g), 0x1p-120F);
    float along = g;
    if (d.rule == DescentRule::adam) {
      *a = without_tiny(std::fma(d.first_decay, *a, (1 - d.first_decay) * g), 0x1p-100F);
      along = *a;
    }
    const float step = d.rate * along;
    return w - step / (std::sqrt(*b) + d.epsilon);
  }

  /// The gradient of the mean cross-entropy and the penalties; x inputs of each sample.
  std::vector<float> gradient(const Eigen::MatrixXf& x, const std::vector<std::int32_t>& labels,
                              std::uint64_t seed, std::uint64_t step) const {
    const std::size_t layers = widths.size() - 1;
    const auto samples = static_cast<std::size_t>(x.cols());
    const int threshold = static_cast<int>(std::lround(penalties.dropout_fraction * 65536));
    const auto keep = static_cast<float>(65536.0 / (65536 - threshold));
    // values[k](j, s): what layer k reads.
    std::vector<Eigen::MatrixXf> values{x};
    for (std::size_t k = 0; k < layers; ++k) {
      const float* w = parameters.data() + offset(k);
      const int rows = widths[k + 1];
      const float* bias = w + std::ptrdiff_t{widths[k]} * rows;
      KeyedRandom bits(seed, Stream::dropout, step * kMaxLayers + k);
      std::uint32_t word = 0;
      int halves = 0;
      Eigen::MatrixXf sums(rows, x.cols());
      for (Eigen::Index s = 0; s < x.cols(); ++s) {
        for (int r = 0; r < rows; ++r) {
          float sum = bias[r];
          for (int j = 0; j < widths[k]; ++j) {
            sum = std::fma(w[std::ptrdiff_t{j} * rows + r], values[k](j, s), sum);
          }
          if (k + 1 < layers) {
            sum = sum > 0 ? sum : 0.0F;
            if (threshold > 0) {
              if (halves++ % 2 == 0) {
                word = bits.next_u32();
              } else {
                word >>= 16;
              }
              sum = static_cast<int>(word & 0xffff) >= threshold ? sum * keep : 0.0F;
            }
          }
          sums(r, s) = sum;
        }
      }
      values.push_back(sums);
    }
    const auto per_sample = 1.0F / static_cast<float>(samples);
    Eigen::MatrixXf delta = values.back();
    for (Eigen::Index s = 0; s < x.cols(); ++s) {
      const float largest = values.back().col(s).maxCoeff();
      std::vector<float> e(static_cast<std::size_t>(delta.rows()));
      kernels::exponentials(values.back().col(s).data(), static_cast<int>(delta.rows()), largest,
                            e.data());
      float total = 0;
      for (const float value : e) total += value;
      const float share = per_sample / total;
      for (Eigen::Index r = 0; r < delta.rows(); ++r) {
        delta(r, s) = e[static_cast<std::size_t>(r)] * share;
      }
      delta(labels[static_cast<std::size_t>(s)], s) -= per_sample;
    }
    std::vector<float> result(parameters.size());
    for (std::size_t k = layers; k-- > 0;) {
      const float* w = parameters.data() + offset(k);
      float* g = result.data() + offset(k);
      const int rows = widths[k + 1];
      const auto l1 = static_cast<float>(penalties.l1);
      const auto l2 = static_cast<float>(penalties.l2);
      for (int j = 0; j < widths[k]; ++j) {
        for (int r = 0; r < rows; ++r) {
          const float weight = w[std::ptrdiff_t{j} * rows + r];
          float sum = weight > 0 ? l1 : (weight < 0 ? -l1 : 0.0F);
          sum = std::fma(2 * l2, weight, sum);
          for (Eigen::Index s = 0; s < x.cols(); ++s) {
            sum = std::fma(delta(r, s), values[k](j, s), sum);
          }
          g[std::ptrdiff_t{j} * rows + r] = sum;
        }
      }
      for (int r = 0; r < rows; ++r) {
        float sum = 0;
        for (Eigen::Index s = 0; s < x.cols(); ++s) sum += delta(r, s);
        g[std::ptrdiff_t{widths[k]} * rows + r] = sum;
      }
      if (k == 0) break;
      const auto slope = static_cast<float>(penalties.activation_l1 / static_cast<double>(samples));
      Eigen::MatrixXf below(widths[k], x.cols());
      for (Eigen::Index s = 0; s < x.cols(); ++s) {
        for (int j = 0; j < widths[k]; ++j) {
          float sum = 0;
          for (int r = 0; r < rows; ++r) {
            sum = std::fma(w[std::ptrdiff_t{j} * rows + r], delta(r, s), sum);
          }
          const float passed = keep * (sum + slope);
          below(j, s) = values[k](j, s) > 0 ? passed : 0.0F;
        }
      }
      delta = below;
    }
    return result;
  }

  void descend(const Descent& rule, const std::vector<float>& g) {
    for (std::size_t i = 0; i < g.size(); ++i) {
      parameters[i] = moved(rule, parameters[i], g[i], &first[i], &second[i]);
    }
  }
};

struct TrainingCase {
  PlainNetwork start;
  Eigen::MatrixXf inputs;
  std::vector<std::int32_t> labels;
  int batch = 0;
};

/// @param density share of the inputs that are not 0
TrainingCase draw_case(std::vector<int> widths, int batch, double density, std::uint64_t seed) {
  KeyedRandom random(seed, Stream::test);
  TrainingCase c;
  c.batch = batch;
  c.start.widths = std::move(widths);
  c.start.parameters.resize(c.start.offset(c.start.widths.size() - 1));
  for (float& w : c.start.parameters) w = static_cast<float>(0.3 * random.normal());
  c.start.first.assign(c.start.parameters.size(), 0.0F);
  c.start.second = c.start.first;
  c.inputs = Eigen::MatrixXf::NullaryExpr(c.start.widths.front(), 2 * batch, [&] {
    const auto x = static_cast<float>(random.normal());
    return random.uniform() < density ? x : 0.0F;
  });
  for (int s = 0; s < 2 * batch; ++s) {
    c.labels.push_back(
        static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(c.start.widths.back()))));
  }
  return c;
}

Descent rule_of(DescentRule rule, std::uint64_t step) {
  Descent d = adam_descent(0.01, step);
  d.rule = rule;
  return d;
}

/// Three steps of a rule over the columns 1, 3, 5, .., against the plain program.
void expect_bits(const TrainingCase& c, bool sparse, DescentRule rule, int threads,
                 const PlainNetwork& expected) {
  const SampleInputs inputs =
      sparse ? SampleInputs(SparseInputs(c.inputs.sparseView(0.0F, 0.0F))) : SampleInputs(c.inputs);
  std::vector<std::int32_t> columns;
  for (int s = 0; s < c.batch; ++s) columns.push_back(2 * s + 1);
  PlainNetwork now = c.start;
  LossGradient<float> loss(ParameterLayout(Topology{c.start.widths}), c.start.penalties, c.batch,
                           threads);
  for (std::uint64_t step = 0; step < 3; ++step) {
    const Batch batch{&inputs, c.labels.data(), c.batch, columns.data(), 0, 9, step};
    loss.descend(rule_of(rule, step), batch,
                 {now.parameters.data(), now.first.data(), now.second.data()});
  }
  for (std::size_t i = 0; i < now.parameters.size(); ++i) {
    ASSERT_EQ(now.parameters[i], expected.parameters[i]) << "parameter " << i;
    ASSERT_EQ(now.first[i], expected.first[i]) << "first " << i;
    ASSERT_EQ(now.second[i], expected.second[i]) << "second " << i;
  }
}

PlainNetwork trained_plainly(const TrainingCase& c, DescentRule rule) {
  PlainNetwork network = c.start;
  Eigen::MatrixXf x(c.inputs.rows(), c.batch);
  std::vector<std::int32_t> labels;
  for (int s = 0; s < c.batch; ++s) {
    x.col(s) = c.inputs.col(2 * s + 1);
    labels.push_back(c.labels[static_cast<std::size_t>(2 * s + 1)]);
  }
  for (std::uint64_t step = 0; step < 3; ++step) {
    network.descend(rule_of(rule, step), network.gradient(x, labels, 9, step));
  }
  return network;
}

TEST(TrainingBits, AreThoseOfThePlainProgramOnEveryInstructionSetAndThreadCount) {
  const InstructionSets sets;
  ASSERT_FALSE(sets.all.empty());
  const std::vector<std::vector<int>> shapes = {{1, 1, 2},       {3, 17, 10},      {33, 10, 5, 2},
                                                {40, 255, 9},    {17, 256, 33, 4}, {5, 257, 3},
                                                {70, 65, 48, 52}};
  const std::vector<int> batches = {1, 2, 7, 13, 32, 33, 100};
  std::uint64_t seed = 0;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    for (const double density : {1.0, 0.5, 0.1}) {
      ++seed;
      TrainingCase c = draw_case(shapes[i], batches[(i + seed) % batches.size()], density, seed);
      if (seed % 2 == 0) c.start.penalties = {0.01, 0.02, 0.03, 0.3};
      if (seed % 2 == 1) c.start.penalties = {0, 0, 0, 0};
      const auto rule = static_cast<DescentRule>(seed % 4);
      const PlainNetwork expected = trained_plainly(c, rule);
      for (const std::int64_t target : sets.all) {
        sets.use(target);
        for (const int threads : {1, 2}) {
          for (const bool sparse : {false, true}) {
            expect_bits(c, sparse, rule, threads, expected);
            ASSERT_FALSE(testing::Test::HasFatalFailure())
                << hwy::TargetName(target) << ", " << threads << " threads, sparse " << sparse
                << ", seed " << seed;
          }
        }
      }
    }
  }
}

TEST(TrainingBits, AGradientTakenWholeMovesThemAlike) {
  // evaluate and a norm that is never reached against one pass.
  const TrainingCase c = draw_case({33, 70, 40, 10}, 20, 0.4, 77);
  const SampleInputs inputs(c.inputs);
  const ParameterLayout layout(Topology{c.start.widths});
  LossGradient<float> loss(layout, {0.01, 0.02, 0.03, 0.3}, 20);
  const Batch batch{&inputs, c.labels.data(), 20, nullptr, 3, 9, 4};
  for (const double norm : {0.0, 1e9}) {
    PlainNetwork now = c.start;
    PlainNetwork expected = c.start;
    Descent rule = rule_of(DescentRule::adam, 2);
    std::vector<float> gradient(now.parameters.size());
    const double before = loss.evaluate(now.parameters.data(), batch, gradient.data());
    expected.descend(rule, gradient);
    rule.largest_gradient_norm = norm;
    EXPECT_EQ(
        loss.descend(rule, batch, {now.parameters.data(), now.first.data(), now.second.data()}),
        before);
    EXPECT_EQ(now.parameters, expected.parameters) << norm;
    EXPECT_EQ(now.first, expected.first) << norm;
  }
}

TEST(TrainingBits, LongGradientsAreScaledToTheLargestNorm) {
  const TrainingCase c = draw_case({33, 70, 10}, 20, 0.4, 78);
  const SampleInputs inputs(c.inputs);
  LossGradient<float> loss(ParameterLayout(Topology{c.start.widths}), {0, 0, 0, 0}, 20);
  const Batch batch{&inputs, c.labels.data(), 20};
  std::vector<float> gradient(c.start.parameters.size());
  loss.evaluate(c.start.parameters.data(), batch, gradient.data());
  double norm = 0;
  for (const float g : gradient) norm += static_cast<double>(g) * static_cast<double>(g);
  norm = std::sqrt(norm);
  PlainNetwork now = c.start;
  Descent rule;
  rule.rule = DescentRule::momentum;
  rule.rate = 1;
  rule.largest_gradient_norm = norm / 3;
  loss.descend(rule, batch, {now.parameters.data(), now.first.data(), nullptr});
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    ASSERT_NEAR(now.first[i], gradient[i] / 3, 1e-6 * std::fabs(gradient[i])) << i;
  }
}

TEST(TrainingBits, FaultyParametersGiveTheGradientAndTheOthersMove) {
  const TrainingCase c = draw_case({9, 20, 4}, 10, 0.9, 79);
  const SampleInputs inputs(c.inputs);
  LossGradient<float> loss(ParameterLayout(Topology{c.start.widths}), {0, 0, 0, 0}, 10);
  const Batch batch{&inputs, c.labels.data(), 10};
  std::vector<float> faulty = c.start.parameters;
  for (std::size_t i = 0; i < faulty.size(); i += 3) faulty[i] = 0;
  std::vector<float> gradient(faulty.size());
  loss.evaluate(faulty.data(), batch, gradient.data());
  PlainNetwork expected = c.start;
  const Descent rule = rule_of(DescentRule::adam, 0);
  expected.descend(rule, gradient);
  PlainNetwork now = c.start;
  loss.descend(rule, batch, {now.parameters.data(), now.first.data(), now.second.data()},
               faulty.data());
  EXPECT_EQ(now.parameters, expected.parameters);
}

TEST(TrainingBits, NumbersTooSmallToMatterBecomeZero) {
  const InstructionSets sets;
  const std::vector<float> gradient = {0x1p-51F, -0x1p-51F, 0x1p-49F, 0, 0, -0.0F, 1e30F, -1};
  for (const std::int64_t target : sets.all) {
    sets.use(target);
    for (int rule = 0; rule < 4; ++rule) {
      PlainNetwork expected;
      expected.parameters = {1, 2, 3, 4, 5, 6, 7, 8};
      expected.first = {0, 0, 0, 0x1.1p-100F, -0x1p-90F, 0x1p-140F, 0, 1};
      expected.second = {0, 0, 0, 0x1.0001p-120F, 0x1p-130F, 0x1p-90F, 0, 1};
      PlainNetwork now = expected;
      const Descent d = rule_of(static_cast<DescentRule>(rule), 0);
      expected.descend(d, gradient);
      kernels::move(d, {now.parameters.data(), now.first.data(), now.second.data()},
                    gradient.data(), 1.0F, gradient.size());
      EXPECT_EQ(now.parameters, expected.parameters) << hwy::TargetName(target) << rule;
      EXPECT_EQ(now.first, expected.first) << hwy::TargetName(target) << rule;
      EXPECT_EQ(now.second, expected.second) << hwy::TargetName(target) << rule;
    }
  }
}

TEST(TrainingBits, AParameterThatIsNotANumberReachesTheLossOnEveryInstructionSet) {
  const InstructionSets sets;
  const TrainingCase c = draw_case({5, 20, 17, 3}, 4, 1.0, 80);
  const SampleInputs inputs(c.inputs);
  const ParameterLayout layout(Topology{c.start.widths});
  const Batch batch{&inputs, c.labels.data(), 4};
  std::vector<float> gradient(layout.size());
  for (const std::int64_t target : sets.all) {
    sets.use(target);
    LossGradient<float> loss(layout, {0, 0, 0, 0}, 4);
    for (int k = 0; k < 3; ++k) {
      for (const std::size_t at : {layout.weights_at(k), layout.biases_at(k) + 1}) {
        std::vector<float> parameters = c.start.parameters;
        parameters[at] = std::numeric_limits<float>::quiet_NaN();
        EXPECT_TRUE(std::isnan(loss.evaluate(parameters.data(), batch, gradient.data())))
            << hwy::TargetName(target) << " layer " << k;
      }
    }
  }
}

TEST(TrainingBits, WrongPredictionsAreThoseOfThePlainLoops) {
  for (const double density : {1.0, 0.1}) {
    const TrainingCase c = draw_case({50, 40, 10}, 100, density, 81);
    const ParameterLayout layout(Topology{c.start.widths});
    const std::vector<double> parameters(c.start.parameters.begin(), c.start.parameters.end());
    const SampleInputs dense(c.inputs);
    const SampleInputs sparse(SparseInputs(c.inputs.sparseView(0.0F, 0.0F)));
    LossGradient<double> plain(layout, {}, 120);
    LossGradient<float> fast(layout, {}, 120);
    Batch batch{&dense, c.labels.data(), 120, nullptr, 70};
    const int expected = plain.count_wrong(parameters.data(), batch);
    EXPECT_GT(expected, 60);
    EXPECT_LT(expected, 120);
    EXPECT_EQ(fast.count_wrong(c.start.parameters.data(), batch), expected);
    batch.inputs = &sparse;
    EXPECT_EQ(fast.count_wrong(c.start.parameters.data(), batch), expected);
  }
}

TEST(TrainingBits, BatchesBeyondTheSamplesAreRefused) {
  const TrainingCase c = draw_case({5, 4, 3}, 4, 1.0, 82);
  const SampleInputs inputs(c.inputs);
  const ParameterLayout layout(Topology{c.start.widths});
  LossGradient<float> loss(layout, {}, 4);
  EXPECT_THROW(loss.count_wrong(c.start.parameters.data(), {&inputs, c.labels.data(), 5}),
               ContractViolation);
  EXPECT_THROW(
      loss.count_wrong(c.start.parameters.data(), {&inputs, c.labels.data(), 4, nullptr, 5}),
      ContractViolation);
  const SampleInputs others(Eigen::MatrixXf(6, 8));
  EXPECT_THROW(loss.count_wrong(c.start.parameters.data(), {&others, c.labels.data(), 4}),
               ContractViolation);
}

TEST(Exponentials, AreCloseToThePortableOnesAndTheSameOnEveryInstructionSet) {
  const InstructionSets sets;
  std::vector<float> x;
  for (int i = 0; i <= 100003; ++i) x.push_back(static_cast<float>(-i) * 5e-4F + 3);
  std::vector<float> first;
  for (const std::int64_t target : sets.all) {
    sets.use(target);
    std::vector<float> e(x.size());
    kernels::exponentials(x.data(), static_cast<int>(x.size()), 3, e.data());
    if (target == sets.all.front()) first = e;
    ASSERT_EQ(e, first) << hwy::TargetName(target);
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = portable_exp(static_cast<double>(x[i] - 3));
    // 2e-7 is below two units in the last place.
    if (expected > 1.001 * 0x1p-64) {
      ASSERT_NEAR(first[i], expected, 2e-7 * expected) << x[i];
    }
    if (expected < 0.999 * 0x1p-64) {
      ASSERT_EQ(first[i], 0.0F) << x[i];
    }
  }
  const std::vector<float> odd = {-std::numeric_limits<float>::infinity(), std::nanf(""), -1e30F};
  std::vector<float> e(3);
  kernels::exponentials(odd.data(), 3, 0, e.data());
  EXPECT_EQ(e[0], 0);
  EXPECT_TRUE(std::isnan(e[1]));
  EXPECT_EQ(e[2], 0);
}

}  // namespace
}  // namespace minerva::training
