#include "minerva/training/schedule.hpp"

#include "minerva/arithmetic/portable_math.hpp"

namespace minerva::training {
namespace {
constexpr double kPi = 3.14159265358979323846;
}

LearningRate::LearningRate(const TrainingOptions& options, std::uint64_t steps_per_epoch)
    : schedule_(options.schedule),
      full_(options.learning_rate),
      step_factor_(options.step_factor),
      steps_per_epoch_(steps_per_epoch),
      step_epochs_(static_cast<std::uint64_t>(options.step_epochs)),
      warmup_steps_(static_cast<std::uint64_t>(options.warmup_epochs) * steps_per_epoch),
      total_steps_(static_cast<std::uint64_t>(options.epochs) * steps_per_epoch) {}

double LearningRate::of_step(std::uint64_t step) const {
  if (step < warmup_steps_) {
    return full_ * static_cast<double>(step + 1) / static_cast<double>(warmup_steps_ + 1);
  }
  switch (schedule_) {
    case Schedule::constant:
      return full_;
    case Schedule::step: {
      double rate = full_;
      const std::uint64_t drops = (step - warmup_steps_) / steps_per_epoch_ / step_epochs_;
      for (std::uint64_t i = 0; i < drops && rate > 0; ++i) rate *= step_factor_;
      return rate;
    }
    case Schedule::cosine: {
      const double progress = static_cast<double>(step - warmup_steps_) /
                              static_cast<double>(total_steps_ - warmup_steps_);
      return full_ * 0.5 * (1 + portable_cos(kPi * progress));
    }
  }
  return full_;
}

}  // namespace minerva::training
