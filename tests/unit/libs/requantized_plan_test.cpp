#include "minerva/network/requantized_plan.hpp"

#include <gtest/gtest.h>

namespace minerva {
namespace {

constexpr QFormat kStart{6, 10};

QuantizationPlan plan() {
  LayerFormats formats;
  formats.weight = {1, 6};
  formats.activation = {3, 3};
  formats.product = {1, 9};
  return uniform_plan(2, formats, Rounding::half_even);
}

TEST(RequantizedPlan, IsThePlanAtItsOwnWidthsAndTheStartAtThoseOfTheStart) {
  const QuantizationPlan own = requantized_plan(plan(), kStart, 7, 6);
  ASSERT_EQ(own.layers.size(), 2u);
  EXPECT_EQ(own.layers[1], plan().layers[1]);
  EXPECT_EQ(own.rounding, Rounding::half_even);
  const LayerFormats start = requantized_plan(plan(), kStart, 16, 16).layers[0];
  EXPECT_EQ(start.weight, kStart);
  EXPECT_EQ(start.activation, kStart);
  EXPECT_EQ(start.product, kStart);
}

TEST(RequantizedPlan, BetweenThemTheFractionGrows) {
  // Products: 21 of 13 to 32 is 8/19 of 10 to 16 bits.
  const LayerFormats formats = requantized_plan(plan(), kStart, 10, 11).layers[0];
  EXPECT_EQ(formats.weight, (QFormat{1, 9}));
  EXPECT_EQ(formats.activation, (QFormat{3, 8}));
  EXPECT_EQ(formats.product, (QFormat{1, 12}));
  // One factor at the start's width is not yet the start.
  const LayerFormats mixed = requantized_plan(plan(), kStart, 16, 6).layers[0];
  EXPECT_EQ(mixed.weight, kStart);
  EXPECT_EQ(mixed.activation, (QFormat{3, 3}));
  EXPECT_EQ(mixed.product.integer_bits, 1);
}

TEST(RequantizedPlan, NarrowerWordsKeepTheirIntegerBitsAsFarAsTheyFit) {
  const LayerFormats formats = requantized_plan(plan(), kStart, 4, 2).layers[0];
  EXPECT_EQ(formats.weight, (QFormat{1, 3}));
  EXPECT_EQ(formats.activation, (QFormat{2, 0}));
  EXPECT_EQ(formats.product, (QFormat{1, 5}));  // 7 bits fewer in the factors: 4 fewer
}

TEST(RequantizedPlan, BeyondAStartThatIsNarrowTheFractionGrows) {
  const LayerFormats formats = requantized_plan(plan(), {5, 3}, 12, 6).layers[0];
  EXPECT_EQ(formats.weight, (QFormat{5, 7}));
  // A start that is no wider than the plan says nothing.
  EXPECT_EQ(requantized_plan(plan(), {2, 4}, 12, 6).layers[0].weight, (QFormat{1, 11}));
}

}  // namespace
}  // namespace minerva
