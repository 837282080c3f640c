#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "minerva/arithmetic/random.hpp"

namespace minerva::workloads {

inline constexpr int kScreenRows = 210;
inline constexpr int kScreenColumns = 160;

/// A game as the Arcade Learning Environment (Bellemare et al., JAIR 2013) offers it: actions go
/// in, rewards and screens of an Atari 2600 come out. Names follow that interface.
class ArcadeEnvironment {
 public:
  virtual ~ArcadeEnvironment() = default;
  /// Number of actions that have a meaning in this game; action 0 does nothing.
  virtual int minimal_action_count() const = 0;
  /// Begins a new episode.
  virtual void reset_game() = 0;
  /// Plays one frame. @return the reward of the frame
  virtual int act(int action) = 0;
  virtual bool game_over() const = 0;
  virtual int lives() const = 0;
  /// Brightness of each point of the screen, kScreenRows x kScreenColumns, row after row.
  virtual std::vector<std::uint8_t> screen_grayscale() const = 0;
};

/// A paddle at the foot of the screen returns a ball to a wall: a reward of 1 for each return, one
/// of three lives less for each miss, and the next ball falls from a random place. Actions: stay,
/// serve (which does nothing while a ball is in play), right, left. An episode ends with the lives
/// or after 10,000 frames. Everything follows from (seed, episode).
class PaddleGame : public ArcadeEnvironment {
 public:
  explicit PaddleGame(std::uint64_t seed);
  int minimal_action_count() const override { return 4; }
  void reset_game() override;
  int act(int action) override;
  bool game_over() const override;
  int lives() const override { return lives_; }
  std::vector<std::uint8_t> screen_grayscale() const override;

  int paddle_left() const { return paddle_left_; }
  int ball_column() const { return ball_column_; }
  int ball_row() const { return ball_row_; }

 private:
  void serve();

  std::uint64_t seed_;
  std::uint64_t episode_ = 0;
  KeyedRandom random_;
  int lives_ = 0;
  int frame_ = 0;
  int paddle_left_ = 0;
  int ball_row_ = 0;
  int ball_column_ = 0;
  int row_speed_ = 0;
  int column_speed_ = 0;
};

/// Screens as the deep Q network sees them (Mnih et al., Nature 2015): the brighter of the last two
/// frames, reduced to side x side by the mean of the points under each, the last four of them.
class FrameStack {
 public:
  explicit FrameStack(int side);
  int side() const { return side_; }
  void clear();
  /// Adds the brighter of two screens.
  void add(const std::vector<std::uint8_t>& before, const std::vector<std::uint8_t>& last);
  /// The newest reduced frame, side x side.
  const std::vector<std::uint8_t>& newest() const { return frames_.back(); }
  static constexpr std::size_t kFrames = 4;
  const std::array<std::vector<std::uint8_t>, kFrames>& frames() const { return frames_; }

 private:
  int side_;
  std::array<std::vector<std::uint8_t>, kFrames> frames_;  ///< oldest first
};

/// A screen reduced to side x side points by the mean of the area under each, rounded to nearest.
std::vector<std::uint8_t> reduced_screen(const std::vector<std::uint8_t>& screen, int side);

}  // namespace minerva::workloads
