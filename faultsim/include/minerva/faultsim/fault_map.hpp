#pragma once
#include <cstdint>
#include <vector>

#include "minerva/design/quantized_network.hpp"

namespace minerva::faultsim {

/// Largest fault rate that a map can be drawn for.
constexpr double kMaxFaultRate = 0.5;

/// Which weight memory of which trial: faults are a function of these, the word and the bit alone.
struct FaultKey {
  std::uint64_t seed = 1;
  std::uint64_t trial = 0;
  int layer = 0;
};

/// A faulty bit: word index i * n_in + j within its layer, bit 0 the lowest.
struct FaultyBit {
  std::int64_t word = 0;
  int bit = 0;
};

/// The faulty bits among the lowest `bits` (1 to 16) of `words` words, each faulty with probability
/// `rate`, independently. Nested in rate: a bit faulty at one rate is faulty at every larger one.
/// Throws UserError for a rate outside 0 .. kMaxFaultRate.
///
/// Every cell has a level and is faulty at the rates above it. Levels are drawn band by band, each
/// band half the one above, by geometric skips over the cells, so that a low rate draws few
/// numbers.
std::vector<FaultyBit> faulty_bits(const FaultKey& key, std::int64_t words, int bits, double rate);

/// Writes the fault map of (seed, trial, rate) into every layer of `network`; rate 0 clears it.
/// The map does not depend on `threads`. Throws UserError for a rate outside 0 .. kMaxFaultRate.
void inject_faults(QuantizedNetwork& network, std::uint64_t seed, std::uint64_t trial, double rate,
                   int threads = 1);

}  // namespace minerva::faultsim
