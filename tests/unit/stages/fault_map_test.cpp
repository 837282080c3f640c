#include "minerva/faultsim/fault_map.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <utility>

#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/faultsim/search_counts.hpp"
#include "minerva/faultsim/tolerance.hpp"

namespace minerva::faultsim {
namespace {

using Cells = std::set<std::pair<std::int64_t, int>>;

Cells cells_of(const std::vector<FaultyBit>& faults) {
  Cells cells;
  for (const FaultyBit& f : faults) {
    EXPECT_TRUE(cells.emplace(f.word, f.bit).second) << "twice: " << f.word << " " << f.bit;
  }
  return cells;
}

Cells map_of(const FaultKey& key, std::int64_t words, int bits, double rate) {
  return cells_of(faulty_bits(key, words, bits, rate));
}

bool contains(const Cells& larger, const Cells& smaller) {
  return std::includes(larger.begin(), larger.end(), smaller.begin(), smaller.end());
}

constexpr double kRates[] = {0,    1e-9,   1e-7, 3e-6, 1e-5, 1e-4,     1e-3, 0.0078125, 0.01,
                             0.03, 0.0625, 0.1,  0.2,  0.25, 0.250001, 0.3,  0.4999,    0.5};

TEST(FaultMap, NestedInTheRateAndWithoutDuplicates) {
  for (std::uint64_t trial = 0; trial < 5; ++trial) {
    Cells before;
    for (const double rate : kRates) {
      const Cells now = map_of({11, trial, 1}, 20000, 8, rate);
      ASSERT_TRUE(contains(now, before)) << "rate " << rate << " trial " << trial;
      for (const auto& [word, bit] : now) {
        ASSERT_TRUE(word >= 0 && word < 20000 && bit >= 0 && bit < 8);
      }
      before = now;
    }
    EXPECT_GT(before.size(), 70000U);
  }
}

// The bits of an index are the lower ones of the word that it stands for.
TEST(FaultMap, FaultsHitTheBitsOfIndicesWhereThereAreSome) {
  QuantizedLayers whole;
  whole.layers.resize(1);
  QuantizedLayer& layer = whole.layers.front();
  layer.n_in = 30;
  layer.n_out = 20;
  layer.formats.weight = {2, 6};
  layer.weights.assign(600, -1);
  QuantizedLayers shared = whole;
  shared.layers.front().formats.codebook = {{-90, -40, -7, -1, 0, 3, 30, 99}};
  inject_faults(whole, 7, 2, 0.1, 1);
  inject_faults(shared, 7, 2, 0.1, 1);
  int faulty = 0;
  for (std::size_t at = 0; at < 600; ++at) {
    const int of_index = shared.layers.front().faulty_bits[at];
    EXPECT_EQ(of_index, whole.layers.front().faulty_bits[at] & 7);
    faulty += of_index != 0;
  }
  EXPECT_GT(faulty, 100);
  // By criterion a cell fails in one state: the state is that of the index's bit, here of -1.
  inject_faults(shared, 7, 2, 0.1, 1, FaultCriterion::static_noise);
  const std::vector<std::uint16_t> ones = shared.layers.front().faulty_bits;
  for (std::int16_t& weight : shared.layers.front().weights) weight = 0;
  inject_faults(shared, 7, 2, 0.1, 1, FaultCriterion::static_noise);
  EXPECT_NE(shared.layers.front().faulty_bits, ones);
}

TEST(FaultMap, NestedAcrossEveryBandEdge) {
  Cells before;
  for (int e = 20; e >= 1; --e) {
    const double edge = std::ldexp(1.0, -e);
    for (const double rate : {std::nextafter(edge, 0.0), edge, std::nextafter(edge, 1.0)}) {
      if (rate > kMaxFaultRate) continue;
      const Cells now = map_of({3, 0, 0}, 5000, 16, rate);
      ASSERT_TRUE(contains(now, before)) << "edge 2^-" << e;
      before = now;
    }
  }
}

TEST(FaultMap, NarrowWordsSeeTheLowerBitsOfTheSameMap) {
  for (const double rate : {1e-4, 0.01, 0.3}) {
    const Cells whole = map_of({5, 2, 0}, 3000, 16, rate);
    for (int bits = 1; bits < 16; ++bits) {
      Cells expected;
      for (const auto& cell : whole) {
        if (cell.second < bits) expected.insert(cell);
      }
      ASSERT_EQ(map_of({5, 2, 0}, 3000, bits, rate), expected) << bits << " bits";
    }
  }
}

TEST(FaultMap, AWordsFaultsDoNotDependOnHowManyWordsFollow) {
  for (const double rate : {1e-3, 0.1, 0.5}) {
    const Cells more = map_of({5, 2, 0}, 4000, 8, rate);
    const Cells fewer = map_of({5, 2, 0}, 1777, 8, rate);
    Cells expected;
    for (const auto& cell : more) {
      if (cell.first < 1777) expected.insert(cell);
    }
    EXPECT_EQ(fewer, expected);
  }
}

TEST(FaultMap, KeysGiveDifferentAndIndependentMaps) {
  const double rate = 0.1;
  constexpr std::int64_t kWords = 20000;
  const FaultKey keys[] = {{1, 0, 0}, {2, 0, 0}, {1, 1, 0},
                           {1, 0, 1}, {1, 1, 1}, {(std::uint64_t{1} << 32) | 1, 0, 0}};
  const double cells = kWords * 8;
  for (const FaultKey& a : keys) {
    for (const FaultKey& b : keys) {
      if (&a == &b) continue;
      const Cells first = map_of(a, kWords, 8, rate);
      const Cells second = map_of(b, kWords, 8, rate);
      double common = 0;
      for (const auto& cell : first) common += second.count(cell) == 1 ? 1 : 0;
      const double p = rate * rate;
      ASSERT_NEAR(common, cells * p, 5 * std::sqrt(cells * p * (1 - p)));
    }
  }
}

TEST(FaultMap, RatesAreRightOverallAndPerBit) {
  constexpr int kBits = 8;
  for (const double rate : {1e-5, 1e-4, 1e-3, 0.0123, 0.044, 0.1, 0.25, 0.37, 0.5}) {
    double counts[kBits] = {};
    double all = 0;
    double words = 0;
    for (std::uint64_t trial = 0; trial < 10; ++trial) {
      constexpr std::int64_t kWords = 60000;
      words += kWords;
      for (const FaultyBit& f : faulty_bits({77, trial, 2}, kWords, kBits, rate)) {
        counts[f.bit] += 1;
        all += 1;
      }
    }
    const double cells = words * kBits;
    EXPECT_NEAR(all, cells * rate, 5 * std::sqrt(cells * rate * (1 - rate))) << rate;
    for (const double count : counts) {
      EXPECT_NEAR(count, words * rate, 5 * std::sqrt(words * rate * (1 - rate))) << rate;
    }
  }
}

TEST(FaultMap, NeighbouringCellsFailIndependently) {
  constexpr std::int64_t kWords = 100000;
  for (const double rate : {0.02, 0.2, 0.5}) {
    const Cells map = map_of({8, 0, 0}, kWords, 8, rate);
    double same_word = 0;
    double same_bit = 0;
    for (const auto& [word, bit] : map) {
      same_word += bit < 7 && map.count({word, bit + 1}) == 1 ? 1 : 0;
      same_bit += map.count({word + 1, bit}) == 1 ? 1 : 0;
    }
    // Pairs overlap, so their count varies somewhat more than a binomial's: 2 p^3 more a pair.
    const double p = rate * rate;
    const double variance = p * (1 - p) + 2 * (p * rate - p * p);
    EXPECT_NEAR(same_word, kWords * 7.0 * p, 5 * std::sqrt(kWords * 7.0 * variance)) << rate;
    EXPECT_NEAR(same_bit, kWords * 8.0 * p, 5 * std::sqrt(kWords * 8.0 * variance)) << rate;
  }
}

TEST(FaultMap, LowRatesAreRightOverManyMaps) {
  double all = 0;
  constexpr int kMaps = 400;
  constexpr std::int64_t kWords = 334336;  // the book's MNIST network
  for (std::uint64_t trial = 0; trial < kMaps; ++trial) {
    all += static_cast<double>(faulty_bits({1, trial, 0}, kWords, 16, 1e-6).size());
  }
  const double expected = kMaps * kWords * 16 * 1e-6;
  EXPECT_NEAR(all, expected, 5 * std::sqrt(expected));
}

TEST(FaultMap, NoRateNoFaultsAndImpossibleRatesAreErrors) {
  EXPECT_TRUE(faulty_bits({1, 0, 0}, 100000, 16, 0).empty());
  EXPECT_TRUE(faulty_bits({1, 0, 0}, 0, 16, 0.5).empty());
  for (const double rate : {-1e-9, 0.50001, 1.0, std::nan(""), HUGE_VAL}) {
    EXPECT_THROW(faulty_bits({1, 0, 0}, 10, 8, rate), UserError) << rate;
  }
  EXPECT_THROW(faulty_bits({1, 0, 0}, 10, 0, 0.1), ContractViolation);
  EXPECT_THROW(faulty_bits({1, 0, 0}, 10, 17, 0.1), ContractViolation);
}

QuantizedNetwork small_network(const Mitigation& mitigation) {
  QuantizedNetwork network;
  network.mitigation = mitigation;
  for (const auto& [n_in, n_out] : {std::pair{37, 23}, {23, 5}}) {
    QuantizedLayer layer;
    layer.n_in = n_in;
    layer.n_out = n_out;
    layer.formats = {{2, 6}, {2, 6}, {2, 6}};
    layer.weights.assign(static_cast<std::size_t>(n_in * n_out), 1);
    layer.biases.assign(static_cast<std::size_t>(n_out), 0);
    network.layers.push_back(layer);
  }
  return network;
}

TEST(FaultInjection, PutsWordAtItsWeight) {
  QuantizedNetwork network = small_network({});
  inject_faults(network, 9, 4, 0.05);
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const QuantizedLayer& layer = network.layers[k];
    const Cells map =
        map_of({9, 4, static_cast<int>(k)}, std::int64_t{layer.n_in} * layer.n_out, 8, 0.05);
    ASSERT_FALSE(map.empty());
    for (int i = 0; i < layer.n_out; ++i) {
      for (int j = 0; j < layer.n_in; ++j) {
        unsigned expected = 0;
        for (int bit = 0; bit < 8; ++bit) {
          if (map.count({i * layer.n_in + j, bit}) == 1) expected |= 1U << bit;
        }
        ASSERT_EQ(layer.faulty_bits[static_cast<std::size_t>(j * layer.n_out + i)], expected);
      }
    }
  }
}

TEST(FaultInjection, RateZeroClearsAndARepeatReplaces) {
  QuantizedNetwork network = small_network({});
  inject_faults(network, 9, 4, 0.3);
  QuantizedNetwork again = network;
  inject_faults(again, 9, 5, 0.3);
  EXPECT_NE(again.layers[0].faulty_bits, network.layers[0].faulty_bits);
  inject_faults(again, 9, 4, 0.3);
  EXPECT_EQ(again.layers[0].faulty_bits, network.layers[0].faulty_bits);
  inject_faults(network, 9, 4, 0);
  for (const QuantizedLayer& layer : network.layers) EXPECT_TRUE(layer.faulty_bits.empty());
  EXPECT_THROW(inject_faults(network, 9, 4, 0.6), UserError);
}

TEST(FaultInjection, MitigationsSeeTheSameFaultsButForAHardenedColumn) {
  QuantizedNetwork none = small_network({});
  QuantizedNetwork zero = small_network({Masking::bit, SignPolicy::zero, Detector::razor});
  QuantizedNetwork hard = small_network({Masking::bit, SignPolicy::hardened, Detector::razor});
  for (QuantizedNetwork* network : {&none, &zero, &hard}) inject_faults(*network, 1, 0, 0.2);
  EXPECT_EQ(none.layers[0].faulty_bits, zero.layers[0].faulty_bits);
  bool a_sign_failed = false;
  for (std::size_t w = 0; w < none.layers[0].faulty_bits.size(); ++w) {
    const unsigned faults = none.layers[0].faulty_bits[w];
    a_sign_failed = a_sign_failed || (faults & 0x80U) != 0;
    ASSERT_EQ(hard.layers[0].faulty_bits[w], faults & 0x7fU);
  }
  EXPECT_TRUE(a_sign_failed);
}

/// Random weights, so that bits store both values.
QuantizedNetwork network_of_many_weights() {
  QuantizedNetwork network;
  QuantizedLayer layer;
  layer.n_in = 300;
  layer.n_out = 200;
  layer.formats = {{2, 6}, {2, 6}, {2, 6}};
  KeyedRandom random(4, Stream::test, 0);
  for (int w = 0; w < 300 * 200; ++w) {
    layer.weights.push_back(static_cast<std::int16_t>(static_cast<int>(random.below(256)) - 128));
  }
  layer.biases.assign(200, 0);
  network.layers.push_back(layer);
  return network;
}

TEST(FaultCriteria, ABitFailsAsOftenAsTheRateSaysWhateverItStores) {
  QuantizedNetwork network = network_of_many_weights();
  const QuantizedLayer& layer = network.layers[0];
  constexpr double kRate = 0.02;
  for (const auto& criterion : enum_names(FaultCriterion{})) {
    inject_faults(network, 5, 1, kRate, 1, criterion.value);
    double stored[2] = {0, 0};
    double faulty[2] = {0, 0};
    for (std::size_t w = 0; w < layer.weights.size(); ++w) {
      for (int bit = 0; bit < 8; ++bit) {
        const int value = stored_bit(layer.weights[w], bit);
        ++stored[value];
        faulty[value] += (layer.faulty_bits[w] >> bit) & 1;
      }
    }
    for (const int value : {0, 1}) {
      const double deviation = std::sqrt(kRate * (1 - kRate) / stored[value]);
      EXPECT_NEAR(faulty[value] / stored[value], kRate, 4 * deviation)
          << criterion.text << ", stored " << value;
    }
  }
}

TEST(FaultCriteria, ACellThatFailsWithOneValueIsRightWithTheOther) {
  const QuantizedNetwork network = network_of_many_weights();
  QuantizedNetwork stored = network;
  QuantizedNetwork complement = network;
  for (std::int16_t& weight : complement.layers[0].weights) {
    weight = static_cast<std::int16_t>(~weight);
  }
  constexpr double kRate = 0.02;
  std::int64_t both = 0;
  std::int64_t one = 0;
  for (QuantizedNetwork* each : {&stored, &complement}) {
    inject_faults(*each, 5, 1, kRate, 1, FaultCriterion::slow_read);
  }
  for (std::size_t w = 0; w < network.layers[0].weights.size(); ++w) {
    const unsigned a = stored.layers[0].faulty_bits[w];
    const unsigned b = complement.layers[0].faulty_bits[w];
    for (int bit = 0; bit < 8; ++bit) {
      both += ((a & b) >> bit) & 1;
      one += ((a | b) >> bit) & 1;
    }
  }
  // Independent states: the share of both among the cells that fail in one is about rate / 2.
  EXPECT_GT(one, 15000);
  EXPECT_LT(static_cast<double>(both), 0.02 * static_cast<double>(one));
  // Cells that fail whatever they store are the same for both.
  for (QuantizedNetwork* each : {&stored, &complement}) inject_faults(*each, 5, 1, kRate);
  EXPECT_EQ(stored.layers[0].faulty_bits, complement.layers[0].faulty_bits);
}

TEST(FaultCriteria, EachFailsOtherCellsAndIsNestedInTheRate) {
  QuantizedNetwork network = network_of_many_weights();
  const auto faults_of = [&](const std::optional<FaultCriterion>& criterion, double rate) {
    inject_faults(network, 5, 1, rate, 1, criterion);
    Cells cells;
    for (std::size_t w = 0; w < network.layers[0].weights.size(); ++w) {
      for (int bit = 0; bit < 8; ++bit) {
        if (((network.layers[0].faulty_bits[w] >> bit) & 1) != 0) cells.emplace(w, bit);
      }
    }
    return cells;
  };
  std::vector<Cells> all = {faults_of({}, 0.01)};
  for (const auto& criterion : enum_names(FaultCriterion{})) {
    all.push_back(faults_of(criterion.value, 0.01));
    EXPECT_TRUE(contains(faults_of(criterion.value, 0.03), all.back())) << criterion.text;
  }
  for (std::size_t a = 0; a < all.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      Cells common;
      std::set_intersection(all[a].begin(), all[a].end(), all[b].begin(), all[b].end(),
                            std::inserter(common, common.end()));
      // A hundredth is in both by chance, 48 of 4,800.
      EXPECT_LT(common.size(), 100U) << a << " and " << b;
    }
  }
}

TEST(FaultInjection, TheSameFromOneThreadAndTwo) {
  static constexpr int kTrials = 24;
  const auto maps_with = [](int threads) {
    std::vector<std::vector<std::uint16_t>> maps(kTrials);
#pragma omp parallel for num_threads(threads) schedule(dynamic)
    for (int trial = 0; trial < kTrials; ++trial) {
      QuantizedNetwork network = small_network({});
      inject_faults(network, 3, static_cast<std::uint64_t>(trial), 0.07);
      for (const QuantizedLayer& layer : network.layers) {
        auto& map = maps[static_cast<std::size_t>(trial)];
        map.insert(map.end(), layer.faulty_bits.begin(), layer.faulty_bits.end());
      }
    }
    return maps;
  };
  EXPECT_EQ(maps_with(1), maps_with(2));
}

TEST(FaultInjection, TheSameWithOneThreadInsideAndTwo) {
  for (const double rate : {1e-4, 0.02, 0.4}) {
    QuantizedNetwork one = small_network({Masking::bit, SignPolicy::hardened, Detector::razor});
    QuantizedNetwork two = one;
    inject_faults(one, 5, 1, rate, 1);
    inject_faults(two, 5, 1, rate, 2);
    for (std::size_t k = 0; k < one.layers.size(); ++k) {
      EXPECT_EQ(one.layers[k].faulty_bits, two.layers[k].faulty_bits);
    }
  }
}

// Maps recorded once (Fowler, Noll and Vo's hash, 64 bits): a faster way to draw them must draw the
// same, or runs of before cannot be repeated.
TEST(FaultMap, IsTheOneThatWasRecorded) {
  struct Recorded {
    double rate;
    std::size_t faults;
    std::uint64_t hash;
  };
  constexpr Recorded kRecorded[] = {
      {1e-6, 13, 0xff53ad53fd463b8eU},      {1e-4, 1089, 0x6cbf816e12fb3422U},
      {3e-3, 32402, 0xb7d93be89a1a3c4cU},   {0.0123, 133926, 0xb45253c0d0f4e148U},
      {0.044, 476946, 0x170c8df7cb930970U}, {0.121, 1311768, 0xf07c1769a11cdec0U},
      {0.3, 3252113, 0xe5354440692c6d40U},  {0.5, 5419786, 0x60864f7b1c942bd7U},
  };
  for (const Recorded& recorded : kRecorded) {
    std::uint64_t hash = 1469598103934665603U;
    std::size_t faults = 0;
    for (std::uint64_t trial = 0; trial < 3; ++trial) {
      for (int layer = 0; layer < 2; ++layer) {
        for (const FaultyBit& f : faulty_bits({7, trial, layer}, 200704, 9, recorded.rate)) {
          hash = (hash ^ static_cast<std::uint64_t>(f.word * 16 + f.bit)) * 1099511628211U;
          ++faults;
        }
      }
    }
    EXPECT_EQ(faults, recorded.faults) << recorded.rate;
    EXPECT_EQ(hash, recorded.hash) << recorded.rate;
  }
}

/// Sixteen rates of a grid at the even indices of a plan's rates; a voltage's lies behind each.
/// Every map is counted where the searches begin, and at the rates beside it.
constexpr int kSteps = 16;
CountedRates rates_of_plan() {
  CountedRates rates;
  for (int i = 0; i < kSteps; ++i) rates.of_grid.push_back(2 * i);
  rates.of_every_map = [](int start) {
    return std::vector<int>{std::max(2 * start - 1, 0), 2 * start, 2 * start + 1};
  };
  return rates;
}

/// The counts that the searches of these maps take, where map m is over the bound of 10 from rate
/// `ends[m]` of the grid on.
std::vector<CountsOfMap> searched(const std::vector<int>& ends) {
  std::vector<CountsOfMap> counts(ends.size());
  const CountedRates rates = rates_of_plan();
  int start = 0;
  for (std::size_t m = 0; m < ends.size(); ++m) {
    const auto holds = [&](int rate) {
      counts[m][rate] = rate < 2 * ends[m] ? 10 : 11;
      return rate < 2 * ends[m];
    };
    const auto search = [&](int guess) {
      return largest_holding(kSteps, guess, [&](int i) { return holds(2 * i); });
    };
    if (m == 0) start = std::max(search(kSteps / 2), 0);
    search(start);
    for (const int rate : rates.of_every_map(start)) holds(rate);
  }
  return counts;
}

TEST(SearchCounts, ACountLeftOutMovedOrMoreIsFound) {
  const CountedRates rates = rates_of_plan();
  const std::vector<CountsOfMap> right = searched({9, 0, 16, 4, 9, 10});
  EXPECT_FALSE(first_misfit(right, rates, 10).has_value());
  for (std::size_t m = 0; m < right.size(); ++m) {
    for (const auto& at_rate : right[m]) {
      const int rate = at_rate.first;
      std::vector<CountsOfMap> less = right;
      less[m].erase(rate);
      const auto missing = first_misfit(less, rates, 10);
      ASSERT_TRUE(missing.has_value()) << m << ", rate " << rate;
      EXPECT_EQ(missing->map, static_cast<int>(m));
      EXPECT_NE(missing->what.find("rate " + std::to_string(rate)), std::string::npos);
    }
    for (int rate = 0; rate < 2 * kSteps; ++rate) {
      if (right[m].count(rate) != 0) continue;
      std::vector<CountsOfMap> more = right;
      more[m][rate] = 10;
      const auto found = first_misfit(more, rates, 10);
      ASSERT_TRUE(found.has_value()) << m << ", rate " << rate;
      EXPECT_NE(found->what.find("does not take"), std::string::npos);
    }
  }
  // A count on the other side of the bound turns the search.
  for (const int rate : {2 * 8, 2 * 9}) {
    std::vector<CountsOfMap> other = right;
    other[4][rate] = 21 - other[4][rate];  // 10 for 11, 11 for 10
    const auto found = first_misfit(other, rates, 10);
    ASSERT_TRUE(found.has_value()) << rate;
    EXPECT_EQ(found->map, 4);
  }
}

}  // namespace
}  // namespace minerva::faultsim
