#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "minerva/nn/dataset.hpp"
#include "minerva/training/gradient.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// Hands batches of a set of samples to LossGradient: the one place that knows how they pass.
class BatchFeed {
 public:
  /// `samples` must outlive the feed.
  BatchFeed(const Samples& samples, int largest_batch);

  /// The samples order[0 .. size - 1], with the given fraction of their inputs dropped: of the
  /// inputs that are not 0, in order, the i-th of the batch is dropped when the i-th of 16 bits of
  /// KeyedRandom(seed, dropout, (step, kMaxLayers - 1)) is below it; the rest is scaled up. Dense
  /// and sparse samples drop the same. Valid until the next call.
  Batch<float> shuffled(const std::size_t* order, int size, double drop_fraction,
                        std::uint64_t seed, std::uint64_t step);
  /// Samples first .. first + size - 1.
  Batch<float> in_order(std::int64_t first, int size);

 private:
  void drop(int size, double fraction, std::uint64_t seed, std::uint64_t step);

  const Samples& samples_;
  Eigen::MatrixXf inputs_;
  std::vector<std::int32_t> labels_;
  std::vector<std::uint16_t> bits_;
};

}  // namespace minerva::training
