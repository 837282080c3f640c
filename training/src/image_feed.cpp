#include "image_feed.hpp"

#include <algorithm>

#include "minerva/base/parallel.hpp"

namespace minerva::training {

ImageFeed::ImageFeed(const Dataset& data, const Augmentation& augmentation, bool keeps_whole,
                     int threads)
    : data_(data),
      source_(data.whole_train == nullptr ? data.train : *data.whole_train),
      shape_(data.whole_train == nullptr ? data.input_shape : data.whole_shape),
      augmentation_(augmentation),
      keeps_whole_(keeps_whole),
      threads_(threads) {}

Batch ImageFeed::shuffled(const std::int32_t* order, int size, std::uint64_t seed,
                          std::uint64_t step) {
  Batch batch{&data_.train.inputs, data_.train.labels.data(), size, order, 0, seed, step};
  whole_batch_ = batch;
  whole_batch_.inputs = &source_.inputs;
  if (!augmentation_.any()) return batch;
  labels_.resize(static_cast<std::size_t>(size));
  for (int c = 0; c < size; ++c) {
    labels_[static_cast<std::size_t>(c)] = data_.train.labels[static_cast<std::size_t>(order[c])];
  }
  const bool reduces = data_.whole_train != nullptr;
  const bool whole = !reduces || keeps_whole_;
  if (whole && whole_.cols() != size) whole_ = Eigen::MatrixXf(source_.inputs.rows(), size);
  if (reduces && read_.cols() != size) read_ = Eigen::MatrixXf(data_.inputs(), size);
  for_each_index_evenly(size, threads_, [&](std::int64_t c) {
    std::vector<float> sample(static_cast<std::size_t>(shape_.size()));
    source_.inputs.copy_column(order[c], sample.data());
    std::vector<float> own(whole ? 0 : sample.size());
    float* changed = whole ? whole_.dense().col(c).data() : own.data();
    const std::uint64_t index = step * std::uint64_t{1 << 20} + static_cast<std::uint64_t>(c);
    change_image(sample.data(), shape_, draw_change(augmentation_, shape_, seed, index), changed);
    if (!reduces) return;
    float* to = read_.dense().col(c).data();
    for (std::size_t i = 0; i < data_.kept_inputs.size(); ++i) {
      to[i] = changed[data_.kept_inputs[i]];
    }
  });
  whole_batch_ = {&whole_, labels_.data(), size, nullptr, 0, seed, step};
  batch = whole_batch_;
  if (reduces) batch.inputs = &read_;
  return batch;
}

}  // namespace minerva::training
