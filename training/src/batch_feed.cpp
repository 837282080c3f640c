#include "batch_feed.hpp"

#include <cmath>

namespace minerva::training {

Batch BatchFeed::shuffled(const std::int32_t* order, int size, double drop_fraction,
                          std::uint64_t seed, std::uint64_t step) {
  Batch batch{&samples_.inputs, samples_.labels.data(), size, order};
  if (drop_fraction > 0) {
    drop(order, size, drop_fraction, seed, step);
    batch = {&dropped_, labels_.data(), size};
  }
  batch.seed = seed;
  batch.step = step;
  return batch;
}

void BatchFeed::drop(const std::int32_t* order, int size, double fraction, std::uint64_t seed,
                     std::uint64_t step) {
  SparseInputs kept(samples_.inputs.rows(), size);
  labels_.resize(static_cast<std::size_t>(size));
  column_.resize(static_cast<std::size_t>(samples_.inputs.rows()));
  const auto threshold = static_cast<int>(std::lround(fraction * 65536));
  const float scale = 65536.0F / static_cast<float>(65536 - threshold);
  struct Element {
    std::int32_t input;
    float value;
  };
  std::vector<Element> elements;
  std::vector<std::size_t> ends;
  for (int c = 0; c < size; ++c) {
    const std::int32_t sample = order[c];
    labels_[static_cast<std::size_t>(c)] = samples_.labels[static_cast<std::size_t>(sample)];
    if (samples_.inputs.is_sparse()) {
      for (SparseInputs::InnerIterator at(samples_.inputs.sparse(), sample); at; ++at) {
        elements.push_back({static_cast<std::int32_t>(at.row()), at.value()});
      }
    } else {
      samples_.inputs.copy_column(sample, column_.data());
      for (std::size_t i = 0; i < column_.size(); ++i) {
        if (column_[i] != 0) elements.push_back({static_cast<std::int32_t>(i), column_[i]});
      }
    }
    ends.push_back(elements.size());
  }
  bits_.resize((elements.size() + kDropoutChunk - 1) / kDropoutChunk * kDropoutChunk);
  draw_dropout_bits(seed, step, kMaxLayers - 1, bits_.data(), elements.size());  // of no layer
  kept.reserve(static_cast<Eigen::Index>(elements.size()));
  std::size_t i = 0;
  for (int c = 0; c < size; ++c) {
    kept.startVec(c);
    for (; i < ends[static_cast<std::size_t>(c)]; ++i) {
      if (int{bits_[i]} < threshold) continue;
      kept.insertBack(elements[i].input, c) = elements[i].value * scale;
    }
  }
  kept.finalize();
  dropped_ = SampleInputs(std::move(kept));
}

}  // namespace minerva::training
