#pragma once
#include <cstdint>
#include <vector>

namespace minerva {

/// Zeros behind zeros among the inputs of one sample (LayerActivity::repeated_zero_inputs).
struct RepeatedZeros {
  std::int64_t inputs = 0;
  std::int64_t chunks = 0;
};
/// @param nonzero bit j: input j is not 0. Bits from `inputs` on are not set.
RepeatedZeros repeated_zeros(const std::vector<std::uint64_t>& nonzero, int inputs, int chunk);

}  // namespace minerva
