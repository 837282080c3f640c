#include "minerva/training/epoch_count.hpp"

#include <algorithm>

namespace minerva::training {

EpochCount::EpochCount(std::int64_t total, const EpochsProgress& progress) : progress_(progress) {
  done_.total = total;
}

void EpochCount::add(std::int64_t epochs, std::int64_t reused) {
  const std::lock_guard<std::mutex> lock(mutex_);
  done_.done += epochs;
  done_.reused += reused;
  if (progress_) progress_(done_);
}

EpochCount::Training::Training(EpochCount& count, int begin, int end)
    : count_(count), counted_(begin), end_(end) {}

void EpochCount::Training::trained(int epoch) {
  const int now = std::min(epoch, end_);
  if (now <= counted_) return;
  const int epochs = now - counted_;
  counted_ = now;
  count_.add(epochs, epochs - 1);
}

void EpochCount::Training::over(bool reused) {
  const int epochs = end_ - counted_;
  counted_ = end_;
  if (epochs > 0) count_.add(epochs, reused ? epochs : 0);
}

}  // namespace minerva::training
