#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "minerva/arithmetic/faulty_cells.hpp"
#include "minerva/design/fault_criterion.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva::faultsim {

/// Which cells are meant: those that fail whatever they store, or those that fail by a criterion
/// while they store one value and are right while they store the other (docs/faults.md,
/// "Criteria").
struct FailingState {
  std::optional<FaultCriterion> criterion;
  int stored = 0;  ///< 0 or 1; has no meaning without a criterion
};

/// Which weight memory of which map: faults are a function of these, the word and the bit alone.
struct FaultKey {
  std::uint64_t seed = 1;
  std::uint64_t map = 0;
  int layer = 0;
  FailingState state = {};
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

/// The bit of a stored code.
constexpr int stored_bit(std::int32_t word, int bit) {
  return (static_cast<std::uint16_t>(word) >> bit) & 1;
}
/// Leaves those of a layer's faulty bits that can occur in a mitigation's hardware: a hardened sign
/// column never fails.
void keep_effective_faults(QuantizedLayer& layer, const Mitigation& mitigation);

/// The states in which cells fail by a criterion: one of cells that fail whatever they store, or
/// two of cells that fail with a stored 0 and with a stored 1.
std::vector<FailingState> failing_states(const std::optional<FaultCriterion>& criterion);

/// Writes the fault map of (seed, map, rate, criterion) into every layer of `network`; rate 0
/// clears it. By a criterion, the cells that fail with a stored 0 and those that fail with a stored
/// 1 are drawn apart, and a bit is faulty if its cell fails with what it stores; the rate is that
/// of a bit either way. The map does not depend on `threads`. Throws UserError for a rate outside 0
/// .. kMaxFaultRate.
void inject_faults(QuantizedLayers& network, std::uint64_t seed, std::uint64_t map, double rate,
                   int threads = 1, const std::optional<FaultCriterion>& criterion = {});

}  // namespace minerva::faultsim
