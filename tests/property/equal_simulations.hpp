#pragma once
#include <gtest/gtest.h>

#include <cstddef>

#include "minerva/accelsim/simulate.hpp"

namespace minerva::test {

/// Two simulations are the same in every cycle, count, word, sum, class and access.
inline void expect_equal_simulations(const SimulationResult& a, const SimulationResult& b) {
  ASSERT_EQ(a.batches.size(), b.batches.size());
  for (std::size_t s = 0; s < a.batches.size(); ++s) {
    EXPECT_EQ(a.batches[s].cycles, b.batches[s].cycles);
    EXPECT_EQ(a.batches[s].events, b.batches[s].events);
    EXPECT_EQ(a.batches[s].inputs, b.batches[s].inputs);
    EXPECT_EQ(a.batches[s].accumulators, b.batches[s].accumulators);
    EXPECT_EQ(a.batches[s].predicted_classes, b.batches[s].predicted_classes);
  }
  for (const BankAccessName& kind : bank_access_names()) {
    EXPECT_EQ(a.bank_accesses.*kind.member, b.bank_accesses.*kind.member) << kind.name;
  }
}

}  // namespace minerva::test
