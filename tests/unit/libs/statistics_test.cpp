#include "minerva/statistics/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

TEST(Statistics, MeanAndDeviationOfKnownValues) {
  EXPECT_EQ(mean({3}), 3);
  EXPECT_EQ(mean({1, 2, 3, 6}), 3);
  EXPECT_EQ(sample_deviation({5}), 0);
  // Squares 4 + 1 + 0 + 9 = 14 over n - 1 = 3.
  EXPECT_DOUBLE_EQ(sample_deviation({1, 2, 3, 6}), std::sqrt(14.0 / 3));
  EXPECT_EQ(sample_deviation({2, 2, 2}), 0);
  // A large common offset must not drown the deviation.
  EXPECT_NEAR(sample_deviation({1e9 + 1, 1e9 + 2, 1e9 + 3}), 1.0, 1e-9);
  EXPECT_THROW(mean({}), ContractViolation);
}

}  // namespace
}  // namespace minerva
