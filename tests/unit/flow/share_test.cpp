#include "minerva/cluster/share.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "text_checks.hpp"

namespace minerva {
namespace {

/// Every unit of the shares, in order.
std::vector<std::uint64_t> all_units(const std::vector<Share>& shares) {
  std::vector<std::uint64_t> units;
  for (const Share& share : shares) {
    for (const std::uint64_t unit : units_of(share)) units.push_back(unit);
  }
  std::sort(units.begin(), units.end());
  return units;
}

std::vector<std::uint64_t> first_units(std::uint64_t count) {
  std::vector<std::uint64_t> units(count);
  std::iota(units.begin(), units.end(), std::uint64_t{0});
  return units;
}

TEST(Share, IsWrittenAsRangesAndReadBack) {
  const Share share = share_of({9, 3, 4, 5, 0});
  EXPECT_EQ(to_string(share), "0,3-5,9");
  EXPECT_EQ(size_of(share), 5U);
  EXPECT_EQ(parse_share("0,3-5,9", "here"), share);
  EXPECT_EQ(units_of(share), (std::vector<std::uint64_t>{0, 3, 4, 5, 9}));
}

TEST(Share, RefusesWhatIsNotWrittenSo) {
  for (const std::string text : {"",
                                 ",",
                                 "1,",
                                 "-1",
                                 "1-",
                                 "2-1",
                                 "3-3",
                                 "1,1",
                                 "1,2",
                                 "2,1",
                                 "0-4,4",
                                 "0-4,2-8",
                                 "01",
                                 "1 ",
                                 " 1",
                                 "1-2-3",
                                 "1.5",
                                 "a",
                                 "99999999999999999999",
                                 "0-9223372036854775807"}) {
    EXPECT_TRUE(contains(error_of([&] { parse_share(text, "here"); }), "here")) << text;
  }
}

TEST(EvenShares, HoldEveryUnitOnceInSizesThatDifferByOne) {
  for (const std::uint64_t units : {1U, 2U, 7U, 100U, 4097U}) {
    for (const std::size_t shards : {1U, 2U, 3U, 7U, 64U}) {
      if (shards > units) continue;
      const std::vector<Share> shares = even_shares(units, shards);
      ASSERT_EQ(shares.size(), shards);
      EXPECT_EQ(all_units(shares), first_units(units));
      for (const Share& share : shares) {
        EXPECT_EQ(share.size(), 1U);
        EXPECT_GE(size_of(share), units / shards);
        EXPECT_LE(size_of(share), (units + shards - 1) / shards);
      }
    }
  }
}

TEST(BalancedShares, GiveTheCostliestFirstToTheShareWithLeast) {
  // By hand: 7 to shard 0, 6 to 1, 5 to 2, 4 to 2 (9), 3 to 1 (9), 2 to 0 (9).
  const std::vector<Share> shares = balanced_shares({2, 3, 4, 5, 6, 7}, 3);
  ASSERT_EQ(shares.size(), 3U);
  EXPECT_EQ(to_string(shares[0]), "0,5");
  EXPECT_EQ(to_string(shares[1]), "1,4");
  EXPECT_EQ(to_string(shares[2]), "2-3");
}

TEST(BalancedShares, AreWithinTheLargestUnitOfEachOther) {
  std::vector<double> costs;
  for (int i = 0; i < 500; ++i) costs.push_back(1 + (i * 7919) % 101);
  const std::vector<Share> shares = balanced_shares(costs, 16);
  EXPECT_EQ(all_units(shares), first_units(500));
  double least = 1e300;
  double most = 0;
  for (const Share& share : shares) {
    double cost = 0;
    for (const std::uint64_t unit : units_of(share)) cost += costs[unit];
    least = std::min(least, cost);
    most = std::max(most, cost);
  }
  EXPECT_LE(most - least, 101);
}

TEST(BalancedShares, LeaveNoneEmptyWhereUnitsCostNothing) {
  for (const Share& share : balanced_shares(std::vector<double>(5, 0), 5)) {
    EXPECT_EQ(size_of(share), 1U);
  }
}

}  // namespace
}  // namespace minerva
