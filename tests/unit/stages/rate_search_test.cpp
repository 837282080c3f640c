#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "minerva/arithmetic/random.hpp"
#include "minerva/faultsim/tolerance.hpp"

// The grid of fault rates, and the search by steps over it.
namespace minerva::faultsim {
namespace {

TEST(LargestHolding, FindsTheEdgeFromEveryGuessWithFewQuestions) {
  for (int size = 1; size <= 40; ++size) {
    for (int edge = -1; edge < size; ++edge) {
      for (int guess = 0; guess < size; ++guess) {
        std::set<int> visited;
        int questions = 0;
        const int found = largest_holding(size, guess, [&](int i) {
          ++questions;
          visited.insert(i);
          return i <= edge;
        });
        ASSERT_EQ(found, edge) << size << " " << guess;
        ASSERT_EQ(questions, static_cast<int>(visited.size())) << "asked twice";
        // Doubling to the edge and halving back: two logarithms of the distance.
        ASSERT_LE(questions, 3 + 2 * std::log2(1 + std::abs(guess - edge)));
      }
    }
  }
}

TEST(LargestHolding, WhatItReturnsHoldsAndTheNextFailsWhereTheAnswersAreInNoOrder) {
  for (std::uint64_t drawn = 0; drawn < 2000; ++drawn) {
    KeyedRandom random(13, Stream::test, drawn);
    const int size = 1 + static_cast<int>(random.below(40));
    std::vector<bool> holds;
    for (int i = 0; i < size; ++i) holds.push_back(random.below(2) == 0);
    std::set<int> visited;
    const int guess = static_cast<int>(random.below(static_cast<std::uint64_t>(size)));
    const int found = largest_holding(size, guess, [&](int i) {
      visited.insert(i);
      return holds[static_cast<std::size_t>(i)];
    });
    for (const int i : visited) {
      if (i <= found) {
        EXPECT_TRUE(holds[static_cast<std::size_t>(i)]) << drawn;
      }
    }
    EXPECT_TRUE(found == -1 || visited.count(found) == 1) << drawn;
    if (found + 1 < size) {
      EXPECT_EQ(visited.count(found + 1), 1U) << drawn;
      EXPECT_FALSE(holds[static_cast<std::size_t>(found + 1)]) << drawn;
    }
  }
}

TEST(RateGrid, HasOneRateForWhatDiffersByRoundingAlone) {
  for (const int steps : {1, 3, 4, 7, 12}) {
    FaultOptions o;
    o.rates_per_decade = steps;
    const std::vector<double> grid = rate_grid(o);
    for (const double round : {1e-5, 1e-4, 1e-3, 1e-2, 1e-1}) {
      EXPECT_EQ(std::count(grid.begin(), grid.end(), round), 1) << steps << " " << round;
      EXPECT_EQ(rate_on_grid(std::nextafter(round, 1.0), grid), round);
      EXPECT_EQ(rate_on_grid(round, grid), round);
    }
    EXPECT_EQ(rate_on_grid(1.0001e-3, grid), 1.0001e-3);
    EXPECT_EQ(rate_on_grid(0.9, grid), 0.9);
    EXPECT_EQ(grid.front(), o.lowest_rate);
    EXPECT_EQ(grid.back(), o.highest_rate);
  }
}

}  // namespace
}  // namespace minerva::faultsim
