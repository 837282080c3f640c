#pragma once
#include <cstdint>
#include <functional>
#include <mutex>

namespace minerva::training {

/// How far several trainings have come together. A training that ends early, by patience, by
/// divergence, counts as whole at its end.
struct EpochsDone {
  std::int64_t done = 0;
  std::int64_t total = 0;
  std::int64_t reused = 0;  ///< of those done, epochs that were there before and took no time
};
/// Called after every epoch and every training, one call at a time.
using EpochsProgress = std::function<void(const EpochsDone& epochs)>;

/// Adds up the epochs of trainings that run side by side.
class EpochCount {
 public:
  /// `progress` may be empty and must outlive the count.
  EpochCount(std::int64_t total, const EpochsProgress& progress);

  /// One training from the end of epoch `begin` to that of epoch `end`.
  class Training {
   public:
    Training(EpochCount& count, int begin, int end);
    /// This epoch was trained; those before it that are not counted yet were there.
    void trained(int epoch);
    /// The training is over: what is not counted yet was there when `reused`, and is skipped
    /// otherwise.
    void over(bool reused);

   private:
    EpochCount& count_;
    int counted_;
    int end_;
  };

 private:
  void add(std::int64_t epochs, std::int64_t reused);

  std::mutex mutex_;
  EpochsDone done_;
  const EpochsProgress& progress_;
};

}  // namespace minerva::training
