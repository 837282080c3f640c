#include "batch_feed.hpp"

#include <cmath>

namespace minerva::training {

BatchFeed::BatchFeed(const Samples& samples, int largest_batch)
    : samples_(samples),
      inputs_(samples.inputs.rows(), largest_batch),
      labels_(static_cast<std::size_t>(largest_batch)) {}

Batch<float> BatchFeed::shuffled(const std::size_t* order, int size, double drop_fraction,
                                 std::uint64_t seed, std::uint64_t step) {
  for (int c = 0; c < size; ++c) {
    const std::size_t sample = order[c];
    samples_.inputs.copy_column(static_cast<Eigen::Index>(sample), inputs_.col(c).data());
    labels_[static_cast<std::size_t>(c)] = samples_.labels[sample];
  }
  if (drop_fraction > 0) drop(size, drop_fraction, seed, step);
  return {inputs_.data(), labels_.data(), size, seed, step};
}

void BatchFeed::drop(int size, double fraction, std::uint64_t seed, std::uint64_t step) {
  const auto elements = static_cast<std::size_t>(inputs_.rows()) * static_cast<std::size_t>(size);
  float* inputs = inputs_.data();
  std::size_t present = 0;
  for (std::size_t i = 0; i < elements; ++i) present += inputs[i] != 0 ? 1 : 0;
  bits_.resize((present + kDropoutChunk - 1) / kDropoutChunk * kDropoutChunk);
  draw_dropout_bits(seed, step, kMaxLayers - 1, bits_.data(), present);  // no hidden layer's index
  const auto threshold = static_cast<int>(std::lround(fraction * 65536));
  const float scale = 65536.0F / static_cast<float>(65536 - threshold);
  std::size_t at = 0;
  for (std::size_t i = 0; i < elements; ++i) {
    if (inputs[i] == 0) continue;
    inputs[i] = int{bits_[at++]} >= threshold ? inputs[i] * scale : 0.0F;
  }
}

Batch<float> BatchFeed::in_order(std::int64_t first, int size) {
  const std::int32_t* labels = samples_.labels.data() + first;
  if (!samples_.inputs.is_sparse()) {
    return {samples_.inputs.dense().col(first).data(), labels, size, 0, 0};
  }
  for (int c = 0; c < size; ++c) samples_.inputs.copy_column(first + c, inputs_.col(c).data());
  return {inputs_.data(), labels, size, 0, 0};
}

}  // namespace minerva::training
