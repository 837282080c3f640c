#include "minerva/arithmetic/portable_math.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "minerva/arithmetic/random.hpp"

namespace minerva {
namespace {

constexpr int kDraws = 200000;
constexpr long double kDocumented = 1e-13L;

long double relative(double got, long double expected) {
  return std::fabs((static_cast<long double>(got) - expected) / expected);
}

TEST(PortableMath, ExpWithinTheDocumentedError) {
  KeyedRandom random(1, Stream::test);
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.uniform(-708, 709.78);  // normal results; denormals hold fewer bits
    ASSERT_LT(relative(portable_exp(x), std::exp(static_cast<long double>(x))), kDocumented) << x;
  }
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.uniform(-2, 2);
    ASSERT_LT(relative(portable_exp(x), std::exp(static_cast<long double>(x))), kDocumented) << x;
  }
}

TEST(PortableMath, ExpAtTheEdges) {
  EXPECT_EQ(portable_exp(0.0), 1.0);
  EXPECT_EQ(portable_exp(-746), 0.0);
  EXPECT_EQ(portable_exp(-1e300), 0.0);
  EXPECT_EQ(portable_exp(-INFINITY), 0.0);
  EXPECT_TRUE(std::isinf(portable_exp(709.79)));
  EXPECT_TRUE(std::isinf(portable_exp(INFINITY)));
  EXPECT_TRUE(std::isfinite(portable_exp(709.78)));
  EXPECT_TRUE(std::isnan(portable_exp(NAN)));
  // Denormal results: within one denormal step of the truth.
  for (double x = -744; x < -708; x += 0.37) {
    EXPECT_NEAR(portable_exp(x), std::exp(x), 5e-324 + 1e-13 * std::exp(x)) << x;
  }
}

TEST(PortableMath, LogWithinTheDocumentedError) {
  KeyedRandom random(2, Stream::test);
  for (int i = 0; i < kDraws; ++i) {
    const double x =
        std::ldexp(random.uniform(0.5, 1), static_cast<int>(random.below(2000)) - 1000);
    ASSERT_LT(relative(portable_log(x), std::log(static_cast<long double>(x))), kDocumented) << x;
  }
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.uniform(0.5, 2);
    ASSERT_LT(relative(portable_log(x), std::log(static_cast<long double>(x))), kDocumented) << x;
  }
  for (const double near_one : {1e-3, 1e-8, 1e-15}) {  // where the logarithm nearly vanishes
    for (const double x : {1 + near_one, 1 - near_one}) {
      ASSERT_LT(relative(portable_log(x), std::log(static_cast<long double>(x))), kDocumented) << x;
    }
  }
  EXPECT_EQ(portable_log(1.0), 0.0);
  EXPECT_NEAR(portable_log(5e-324), -744.4400719213812, 1e-10);
}

TEST(PortableMath, PowWithinTheDocumentedErrorForModeratePowers) {
  KeyedRandom random(3, Stream::test);
  for (int i = 0; i < kDraws; ++i) {
    const double x = std::exp(random.uniform(-6, 6));
    const double y = random.uniform(-10, 10);
    const long double expected = std::pow(static_cast<long double>(x), static_cast<long double>(y));
    ASSERT_LT(relative(portable_pow(x, y), expected), kDocumented) << x << "^" << y;
  }
  EXPECT_EQ(portable_pow(1.0, 1e300), 1.0);
  EXPECT_EQ(portable_pow(17.0, 0.0), 1.0);
}

TEST(PortableMath, SineAndCosineWithinTheDocumentedError) {
  KeyedRandom random(4, Stream::test);
  for (int i = 0; i < kDraws; ++i) {
    const double reach = i % 2 == 0 ? 1e5 : 7;
    const double x = random.uniform(-reach, reach);
    const auto exact = static_cast<long double>(x);
    ASSERT_LT(std::fabs(portable_sin(x) - std::sin(exact)), kDocumented) << x;
    ASSERT_LT(std::fabs(portable_cos(x) - std::cos(exact)), kDocumented) << x;
  }
  EXPECT_EQ(portable_sin(0.0), 0.0);
  EXPECT_EQ(portable_cos(0.0), 1.0);
  // Multiples of a quarter turn, where the reduction cancels most.
  for (int k = -60000; k <= 60000; k += 7) {
    const double x = k * 1.5707963267948966;
    ASSERT_LT(std::fabs(portable_sin(x) - std::sin(static_cast<long double>(x))), kDocumented) << k;
  }
}

TEST(PortableMath, SameBitsEverywhere) {
  // Recorded; the tests above say that they are right. A change here changes every synthetic data
  // set and every search.
  EXPECT_EQ(portable_exp(1.0), 0x1.5bf0a8b14576ap+1);
  EXPECT_EQ(portable_exp(-0.3), 0x1.7b4c869c37c05p-1);
  EXPECT_EQ(portable_log(10.0), 0x1.26bb1bbb55516p+1);
  EXPECT_EQ(portable_log(0.3), -0x1.34378fcbda721p+0);
  EXPECT_EQ(portable_sin(1.0), 0x1.aed548f090ceep-1);
  EXPECT_EQ(portable_cos(100.0), 0x1.b981dbf665fep-1);
}

}  // namespace
}  // namespace minerva
