#pragma once
#include <cstdint>

#include "minerva/accelsim/machine_structure.hpp"

namespace minerva {

/// The sum over the batches of so many predictions, of which the last one may be smaller.
/// @param of_batch the sum over a number of batches of pipeline.batch_size predictions each.
template <typename Sum, typename OfBatch>
Sum over_batches(std::int64_t samples, const LanePipeline& pipeline, const OfBatch& of_batch) {
  const std::int64_t batches = samples / pipeline.batch_size;
  const auto rest = static_cast<int>(samples % pipeline.batch_size);
  Sum sum = batches > 0 ? of_batch(pipeline, batches) : Sum{};
  if (rest == 0) return sum;
  LanePipeline smaller = pipeline;
  smaller.batch_size = rest;
  return sum += of_batch(smaller, 1);
}

}  // namespace minerva
