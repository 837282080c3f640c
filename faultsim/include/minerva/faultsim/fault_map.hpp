#pragma once
#include <cstdint>
#include <vector>

#include "minerva/arithmetic/faulty_cells.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva::faultsim {

/// Which weight memory of which map: faults are a function of these, the word and the bit alone.
struct FaultKey {
  std::uint64_t seed = 1;
  std::uint64_t map = 0;
  int layer = 0;
};

/// A faulty bit: word index i * n_in + j within its layer, bit 0 the lowest.
struct FaultyBit {
  std::int64_t word = 0;
  int bit = 0;
};

/// The faulty bits among the lowest `bits` (1 to 16) of `words` words, each faulty with probability
/// `rate`, independently. Nested in rate: a bit faulty at one rate is faulty at every larger one.
/// Throws UserError for a rate outside 0 .. kMaxFaultRate. The draw is that of core/faulty_cells.
std::vector<FaultyBit> faulty_bits(const FaultKey& key, std::int64_t words, int bits, double rate);

/// Writes the fault map of (seed, map, rate) into every layer of `network`; rate 0 clears it.
/// The map does not depend on `threads`. Throws UserError for a rate outside 0 .. kMaxFaultRate.
void inject_faults(QuantizedNetwork& network, std::uint64_t seed, std::uint64_t map, double rate,
                   int threads = 1);

}  // namespace minerva::faultsim
