#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace minerva {

/// The inputs of the predictions that run together, those of the first prediction first. The last
/// batch may be smaller.
inline std::vector<std::vector<std::int16_t>> batches_of(
    const std::vector<std::vector<std::int16_t>>& inputs, int batch_size) {
  std::vector<std::vector<std::int16_t>> batches;
  for (std::size_t s = 0; s < inputs.size(); ++s) {
    if (s % static_cast<std::size_t>(batch_size) == 0) batches.emplace_back();
    batches.back().insert(batches.back().end(), inputs[s].begin(), inputs[s].end());
  }
  return batches;
}

}  // namespace minerva
