#pragma once
#include <cstdint>

#include "minerva/training/options.hpp"

namespace minerva::training {

/// The learning rate of every step. With W = warmup_epochs * steps_per_epoch: step s (from 0) of
/// the warm-up has (s + 1) / (W + 1) of the full rate, so that it rises linearly from 0 and step W
/// has all of it; later steps follow the schedule, cosine over the steps that remain.
class LearningRate {
 public:
  LearningRate(const TrainingOptions& options, std::uint64_t steps_per_epoch);
  double of_step(std::uint64_t step) const;

 private:
  Schedule schedule_;
  double full_;
  double step_factor_;
  std::uint64_t steps_per_epoch_;
  std::uint64_t step_epochs_;
  std::uint64_t warmup_steps_;
  std::uint64_t total_steps_;
};

}  // namespace minerva::training
