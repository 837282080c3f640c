#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "minerva/arithmetic/random.hpp"

namespace minerva::workloads {

/// What the player saw and did, the oldest forgotten first. Frames are kept once each; a state is
/// the last four frames of its episode, with the first one repeated before it.
class ReplayMemory {
 public:
  static constexpr std::size_t kFrames = 4;

  /// @param capacity most transitions
  ReplayMemory(std::size_t capacity, std::size_t frame_points);

  struct Transition {
    std::vector<float> state;  ///< kFrames x frame points, oldest frame first, 0 to 1
    std::vector<float> next_state;
    std::int64_t action = 0;
    float reward = 0;
    bool terminal = false;  ///< the game ended; next_state then has no meaning
  };

  /// `frame` was seen, then the action brought the reward and, maybe, the end of the game.
  void add(const std::vector<std::uint8_t>& frame, int action, int reward, bool terminal,
           bool begins_episode);
  /// Transitions whose next frame is known.
  std::size_t size() const { return count_ == 0 ? 0 : count_ - 1; }
  /// A transition drawn at random.
  Transition draw(KeyedRandom& random) const;
  /// The state whose newest frame is that of the last add().
  std::vector<float> last_state() const;

 private:
  std::size_t slot(std::size_t age_from_oldest) const;
  std::vector<float> state_at(std::size_t position) const;

  std::size_t capacity_;
  std::size_t points_;
  std::size_t count_ = 0;
  std::size_t oldest_ = 0;
  struct Step {
    std::vector<std::uint8_t> frame;
    std::int8_t action = 0;
    std::int8_t reward = 0;
    bool terminal = false;
    bool begins_episode = false;
  };
  std::vector<Step> steps_;
};

}  // namespace minerva::workloads
