#include "minerva/training/gradient.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "minerva/arithmetic/random.hpp"

namespace minerva::training {
namespace {
/// A batch of random inputs and labels for a network of random parameters.
struct GradientCase {
  explicit GradientCase(const Regularization& regularization, std::uint64_t seed = 1)
      : layout(Topology{{7, 11, 9, 4}}), loss(layout, regularization, 6) {
    KeyedRandom random(seed, Stream::test);
    for (std::size_t i = 0; i < layout.size(); ++i) parameters.push_back(0.5 * random.normal());
    inputs = Eigen::MatrixXf(
        Eigen::MatrixXf::NullaryExpr(7, 6, [&] { return static_cast<float>(random.normal()); }));
    for (int i = 0; i < 6; ++i) labels.push_back(static_cast<std::int32_t>(random.below(4)));
  }

  Batch batch() const { return {&inputs, labels.data(), 6, nullptr, 0, 5, 3}; }
  double total_loss(const std::vector<double>& at) {
    std::vector<double> unused(layout.size());
    return loss.evaluate(at.data(), batch(), unused.data()) + loss.weight_penalty(at.data());
  }
  std::vector<double> gradient() {
    std::vector<double> result(layout.size());
    loss.evaluate(parameters.data(), batch(), result.data());
    return result;
  }

  ParameterLayout layout;
  LossGradient<double> loss;
  std::vector<double> parameters;
  SampleInputs inputs;
  std::vector<std::int32_t> labels;
};

void expect_gradient_matches_differences(const Regularization& regularization) {
  GradientCase c(regularization);
  const std::vector<double> gradient = c.gradient();
  KeyedRandom random(2, Stream::test);
  const double h = 1e-6;
  for (int trial = 0; trial < 100; ++trial) {
    const auto i = static_cast<std::size_t>(random.below(c.layout.size()));
    std::vector<double> moved = c.parameters;
    moved[i] += h;
    const double above = c.total_loss(moved);
    moved[i] -= 2 * h;
    const double below = c.total_loss(moved);
    EXPECT_NEAR(gradient[i], (above - below) / (2 * h), 1e-8) << "parameter " << i;
  }
}

TEST(Gradient, OfCrossEntropyMatchesDifferences) {
  expect_gradient_matches_differences({0, 0, 0, 0});
}
TEST(Gradient, OfWeightL1MatchesDifferences) {
  expect_gradient_matches_differences({0.3, 0, 0, 0});
}
TEST(Gradient, OfWeightL2MatchesDifferences) {
  expect_gradient_matches_differences({0, 0.3, 0, 0});
}
TEST(Gradient, OfActivationL1MatchesDifferences) {
  expect_gradient_matches_differences({0, 0, 0.3, 0});
}
TEST(Gradient, UnderDropoutMatchesDifferences) {
  expect_gradient_matches_differences({0, 0, 0, 0.4});
}
TEST(Gradient, OfAllTogetherMatchesDifferences) {
  expect_gradient_matches_differences({0.1, 0.2, 0.3, 0.4});
}

TEST(Gradient, BiasesAreNotPenalised) {
  GradientCase plain({0, 0, 0, 0});
  GradientCase penalised({0.5, 0.5, 0, 0});
  const std::vector<double> a = plain.gradient();
  const std::vector<double> b = penalised.gradient();
  const std::size_t bias = plain.layout.biases_at(1);
  EXPECT_EQ(a[bias], b[bias]);
  EXPECT_NE(a[bias - 1], b[bias - 1]);
}

TEST(Gradient, SinglePrecisionFollowsDouble) {
  GradientCase c({0.01, 0.02, 0.03, 0.4});
  const std::vector<double> expected = c.gradient();
  LossGradient<float> loss(c.layout, {0.01, 0.02, 0.03, 0.4}, 6);
  const std::vector<float> parameters(c.parameters.begin(), c.parameters.end());
  std::vector<float> gradient(c.layout.size());
  loss.evaluate(parameters.data(), c.batch(), gradient.data());
  for (std::size_t i = 0; i < gradient.size(); ++i) EXPECT_NEAR(gradient[i], expected[i], 2e-5);
}

TEST(Dropout, BitsAreThoseOfTheKeyedStream) {
  std::vector<std::uint16_t> bits(3 * kDropoutChunk);
  draw_dropout_bits(0x123456789abcdefU, 1'000'000'007, 2, bits.data(), 2 * kDropoutChunk + 5);
  KeyedRandom random(0x123456789abcdefU, Stream::dropout, 1'000'000'007ULL * kMaxLayers + 2);
  for (std::size_t i = 0; i < bits.size(); i += 2) {
    const std::uint32_t word = random.next_u32();
    ASSERT_EQ(bits[i], word & 0xffff) << i;
    ASSERT_EQ(bits[i + 1], word >> 16) << i;
  }
}

}  // namespace
}  // namespace minerva::training
