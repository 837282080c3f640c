#pragma once
#include <cstdint>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/training/gradient.hpp"

namespace minerva::training {

/// Hands shuffled batches of a set of samples to LossGradient, whole or with inputs dropped.
class BatchFeed {
 public:
  /// `samples` must outlive the feed.
  explicit BatchFeed(const Samples& samples) : samples_(samples) {}

  /// The samples order[0 .. size - 1], with the given fraction of their inputs dropped: of the
  /// inputs that are not 0, in order, the i-th of the batch is dropped when the i-th of 16 bits of
  /// KeyedRandom(seed, dropout, step * kMaxLayers + kMaxLayers - 1) is below it; the rest is scaled
  /// up. Dense and sparse samples drop the same. Valid until the next call.
  Batch shuffled(const std::int32_t* order, int size, double drop_fraction, std::uint64_t seed,
                 std::uint64_t step);

 private:
  void drop(const std::int32_t* order, int size, double fraction, std::uint64_t seed,
            std::uint64_t step);

  const Samples& samples_;
  SampleInputs dropped_;
  std::vector<std::int32_t> labels_;
  std::vector<float> column_;
  std::vector<std::uint16_t> bits_;
};

}  // namespace minerva::training
