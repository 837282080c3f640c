#include "minerva/arithmetic/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>
#include <vector>

namespace minerva {
namespace {

using Block = std::array<std::uint32_t, 4>;

TEST(Philox, KnownAnswers) {
  // Salmon et al., Random123's kat_vectors for philox4x32 with 10 rounds.
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Block{0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U}));
  constexpr std::uint32_t kOnes = 0xffffffffU;
  EXPECT_EQ(philox4x32({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
            (Block{0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU}));
  EXPECT_EQ(
      philox4x32({0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}, {0xa4093822U, 0x299f31d0U}),
      (Block{0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U}));
}

TEST(KeyedRandom, DependsOnSeedStreamAndIndexAlone) {
  const auto first = [](std::uint64_t seed, Stream stream, std::uint64_t index) {
    KeyedRandom random(seed, stream, index);
    return random.next_u64();
  };
  const std::uint64_t reference = first(7, Stream::test, 3);
  EXPECT_EQ(first(7, Stream::test, 3), reference);
  std::set<std::uint64_t> all = {reference};
  // Words of the key that lie in the upper halves must count too.
  for (const std::uint64_t v : {std::uint64_t{8}, std::uint64_t{7} | (std::uint64_t{1} << 32)}) {
    all.insert(first(v, Stream::test, 3));
    all.insert(first(7, Stream::test, v));
  }
  all.insert(first(7, Stream::faults, 3));
  EXPECT_EQ(all.size(), 6U);
}

TEST(KeyedRandom, DrawsAreTheBlocksOfTheCipherInOrder) {
  KeyedRandom random(0x0123456789abcdefU, Stream::shuffle, 0xfedcba9876543210U);
  for (std::uint32_t block = 0; block < 5; ++block) {
    const Block expected =
        philox4x32({block, static_cast<std::uint32_t>(Stream::shuffle), 0x76543210U, 0xfedcba98U},
                   {0x89abcdefU, 0x01234567U});
    for (const std::uint32_t word : expected) EXPECT_EQ(random.next_u32(), word);
  }
}

TEST(KeyedRandom, UniformMoments) {
  KeyedRandom random(1, Stream::test);
  constexpr int kDraws = 400000;
  double sum = 0;
  double squares = 0;
  double lag = 0;
  double before = 0.5;
  for (int i = 0; i < kDraws; ++i) {
    const double u = random.uniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
    squares += u * u;
    lag += (u - 0.5) * (before - 0.5);
    before = u;
  }
  // 5 sigma of each mean: variances 1/12, 4/45 and 1/144.
  const double root = std::sqrt(static_cast<double>(kDraws));
  EXPECT_NEAR(sum / kDraws, 0.5, 5 * std::sqrt(1.0 / 12) / root);
  EXPECT_NEAR(squares / kDraws, 1.0 / 3, 5 * std::sqrt(4.0 / 45) / root);
  EXPECT_NEAR(lag / kDraws, 0.0, 5.0 / 12 / root);
}

TEST(KeyedRandom, NormalMomentsAndTails) {
  KeyedRandom random(2, Stream::test);
  constexpr int kDraws = 400000;
  double power[5] = {0, 0, 0, 0, 0};
  int beyond_two = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double z = random.normal();
    double p = 1;
    for (int k = 1; k <= 4; ++k) power[k] += p *= z;
    beyond_two += std::fabs(z) > 2 ? 1 : 0;
  }
  // 5 sigma: variances of z, z^2, z^3, z^4 are 1, 2, 15, 96.
  const double root = std::sqrt(static_cast<double>(kDraws));
  EXPECT_NEAR(power[1] / kDraws, 0.0, 5 / root);
  EXPECT_NEAR(power[2] / kDraws, 1.0, 5 * std::sqrt(2.0) / root);
  EXPECT_NEAR(power[3] / kDraws, 0.0, 5 * std::sqrt(15.0) / root);
  EXPECT_NEAR(power[4] / kDraws, 3.0, 5 * std::sqrt(96.0) / root);
  const double share = std::erfc(std::sqrt(2.0));  // P(|z| > 2)
  EXPECT_NEAR(beyond_two / static_cast<double>(kDraws), share,
              5 * std::sqrt(share * (1 - share)) / root);
}

TEST(KeyedRandom, BelowIsEvenAndInRange) {
  for (const std::uint64_t bound : {1U, 2U, 3U, 7U, 10U, 64U}) {
    KeyedRandom random(3, Stream::test, bound);
    constexpr int kDraws = 70000;
    std::vector<int> counts(bound, 0);
    for (int i = 0; i < kDraws; ++i) {
      const std::uint64_t draw = random.below(bound);
      ASSERT_LT(draw, bound);
      ++counts[draw];
    }
    const double p = 1.0 / static_cast<double>(bound);
    for (const int count : counts) {
      EXPECT_NEAR(count, kDraws * p, 5 * std::sqrt(kDraws * p * (1 - p)) + 1e-9);
    }
  }
}

TEST(KeyedRandom, BelowHasNoModuloBiasWhereItWouldShow) {
  // With 3/4 of 2^64 a plain remainder would put half of all draws into the lowest third.
  const std::uint64_t bound = std::uint64_t{3} << 62;
  KeyedRandom random(4, Stream::test);
  constexpr int kDraws = 30000;
  int lowest_third = 0;
  for (int i = 0; i < kDraws; ++i) lowest_third += random.below(bound) < bound / 3 ? 1 : 0;
  EXPECT_NEAR(lowest_third, kDraws / 3.0, 5 * std::sqrt(kDraws * 2.0 / 9));
}

TEST(KeyedRandom, MixedKeysDoNotCollideAndOrderCounts) {
  std::set<std::uint64_t> keys;
  for (std::uint64_t a = 0; a < 200; ++a) {
    for (std::uint64_t b = 0; b < 200; ++b) keys.insert(mix_keys(a, b));
  }
  EXPECT_EQ(keys.size(), 40000U);
  EXPECT_NE(mix_keys(1, std::uint64_t{1} << 40), mix_keys(1, 0));
  EXPECT_NE(mix_keys(std::uint64_t{1} << 40, 1), mix_keys(0, 1));
}

}  // namespace
}  // namespace minerva
