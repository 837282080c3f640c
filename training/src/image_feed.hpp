#pragma once
#include <cstdint>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/training/augmentation.hpp"
#include "minerva/training/gradient.hpp"

namespace minerva::training {

/// Hands batches of training samples to networks of fully connected layers: changed images where
/// there is an augmentation, the inputs that are read where some are left out, and the whole
/// samples for a teacher that reads them.
class ImageFeed {
 public:
  /// `data` must outlive the feed.
  ImageFeed(const Dataset& data, const Augmentation& augmentation, bool keeps_whole, int threads);

  /// The samples order[0 .. size - 1] of a step, changed as draw_change(seed, step * 2^20 + place
  /// in the batch) says. Valid until the next call.
  Batch shuffled(const std::int32_t* order, int size, std::uint64_t seed, std::uint64_t step);
  /// The same samples with all of their inputs; only where keeps_whole.
  Batch whole() const { return whole_batch_; }

 private:
  const Dataset& data_;
  const Samples& source_;  ///< whole samples where inputs are left out
  TensorShape shape_;      ///< of the source
  Augmentation augmentation_;
  bool keeps_whole_;
  int threads_;
  SampleInputs read_;   ///< changed, as the network reads them
  SampleInputs whole_;  ///< changed, all inputs
  std::vector<std::int32_t> labels_;
  Batch whole_batch_;
};

}  // namespace minerva::training
