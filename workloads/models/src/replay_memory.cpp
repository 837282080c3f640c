#include "replay_memory.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"

namespace minerva::workloads {

ReplayMemory::ReplayMemory(std::size_t capacity, std::size_t frame_points)
    : capacity_(capacity), points_(frame_points) {
  expects(capacity >= 2 * kFrames, "a replay memory of some states");
}

std::size_t ReplayMemory::slot(std::size_t age_from_oldest) const {
  return (oldest_ + age_from_oldest) % steps_.size();
}

void ReplayMemory::add(const std::vector<std::uint8_t>& frame, int action, int reward,
                       bool terminal, bool begins_episode) {
  expects(frame.size() == points_, "a frame of the memory's size");
  Step step{frame, static_cast<std::int8_t>(action), static_cast<std::int8_t>(reward), terminal,
            begins_episode};
  if (steps_.size() < capacity_) {
    steps_.push_back(std::move(step));
    count_ = steps_.size();
    return;
  }
  steps_[oldest_] = std::move(step);
  oldest_ = (oldest_ + 1) % capacity_;
}

std::vector<float> ReplayMemory::state_at(std::size_t position) const {
  std::vector<float> state(kFrames * points_);
  std::size_t from = position;
  for (std::size_t k = kFrames; k-- > 0;) {
    const Step& step = steps_[slot(from)];
    for (std::size_t i = 0; i < points_; ++i) {
      state[k * points_ + i] = static_cast<float>(step.frame[i]) / 255.0F;
    }
    if (!step.begins_episode && from > 0) --from;
  }
  return state;
}

ReplayMemory::Transition ReplayMemory::draw(KeyedRandom& random) const {
  expects(size() > 0, "a transition to draw");
  const auto position = static_cast<std::size_t>(random.below(size()));
  const Step& step = steps_[slot(position)];
  return {state_at(position), state_at(position + 1), step.action, static_cast<float>(step.reward),
          step.terminal};
}

std::vector<float> ReplayMemory::last_state() const { return state_at(count_ - 1); }

}  // namespace minerva::workloads
