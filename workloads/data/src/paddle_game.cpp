#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/workloads/arcade.hpp"
#include "minerva/workloads/streams.hpp"

namespace minerva::workloads {
namespace {

// The playing field in points of the screen: assumption, sizes alike to the paddle games of the
// console.
constexpr int kTop = 34;
constexpr int kPaddleRow = 190;
constexpr int kPaddleHeight = 6;
constexpr int kPaddleWidth = 28;
constexpr int kPaddleSpeed = 4;
constexpr int kBallSide = 6;
constexpr int kBallSpeed = 4;
constexpr int kWall = 8;
constexpr int kLives = 3;
constexpr int kMostFrames = 10000;

constexpr std::uint8_t kWallBrightness = 142;
constexpr std::uint8_t kObjectBrightness = 236;

void fill(std::vector<std::uint8_t>& screen, int top, int left, int rows, int columns,
          std::uint8_t brightness) {
  for (int y = std::max(0, top); y < std::min(kScreenRows, top + rows); ++y) {
    for (int x = std::max(0, left); x < std::min(kScreenColumns, left + columns); ++x) {
      screen[static_cast<std::size_t>(y * kScreenColumns + x)] = brightness;
    }
  }
}

}  // namespace

PaddleGame::PaddleGame(std::uint64_t seed) : seed_(seed), random_(seed, kArcadeStream, 0) {
  reset_game();
}

void PaddleGame::reset_game() {
  random_ = KeyedRandom(seed_, kArcadeStream, episode_++);
  lives_ = kLives;
  frame_ = 0;
  paddle_left_ = (kScreenColumns - kPaddleWidth) / 2;
  serve();
}

void PaddleGame::serve() {
  constexpr int kRange = kScreenColumns - 2 * kWall - kBallSide;
  ball_row_ = kTop + kWall;
  ball_column_ = kWall + static_cast<int>(random_.below(kRange + 1));
  row_speed_ = kBallSpeed;
  // Slopes differ, so that the place where a ball comes down must be foreseen.
  column_speed_ = static_cast<int>(random_.below(7)) - 3;
}

int PaddleGame::act(int action) {
  expects(action >= 0 && action < minimal_action_count(), "an action of the game");
  if (game_over()) return 0;
  ++frame_;
  if (action == 2) paddle_left_ += kPaddleSpeed;
  if (action == 3) paddle_left_ -= kPaddleSpeed;
  paddle_left_ = std::clamp(paddle_left_, kWall, kScreenColumns - kWall - kPaddleWidth);
  ball_row_ += row_speed_;
  ball_column_ += column_speed_;
  if (ball_column_ < kWall || ball_column_ > kScreenColumns - kWall - kBallSide) {
    column_speed_ = -column_speed_;
    ball_column_ = std::clamp(ball_column_, kWall, kScreenColumns - kWall - kBallSide);
  }
  if (ball_row_ < kTop + kWall) {
    row_speed_ = kBallSpeed;
    ball_row_ = kTop + kWall;
  }
  const bool at_paddle = row_speed_ > 0 && ball_row_ + kBallSide >= kPaddleRow &&
                         ball_row_ + kBallSide < kPaddleRow + kBallSpeed;
  if (at_paddle && ball_column_ + kBallSide > paddle_left_ &&
      ball_column_ < paddle_left_ + kPaddleWidth) {
    row_speed_ = -kBallSpeed;
    // Where the ball meets the paddle decides its slope, and a random part keeps games apart.
    const int offset = ball_column_ + kBallSide / 2 - paddle_left_ - kPaddleWidth / 2;
    column_speed_ = std::clamp(offset / 4 + static_cast<int>(random_.below(3)) - 1, -4, 4);
    return 1;
  }
  if (ball_row_ >= kScreenRows) {
    --lives_;
    serve();
  }
  return 0;
}

bool PaddleGame::game_over() const { return lives_ == 0 || frame_ >= kMostFrames; }

std::vector<std::uint8_t> PaddleGame::screen_grayscale() const {
  std::vector<std::uint8_t> screen(std::size_t{kScreenRows} * kScreenColumns, 0);
  fill(screen, kTop, 0, kWall, kScreenColumns, kWallBrightness);
  fill(screen, kTop, 0, kScreenRows - kTop, kWall, kWallBrightness);
  fill(screen, kTop, kScreenColumns - kWall, kScreenRows - kTop, kWall, kWallBrightness);
  for (int i = 0; i < lives_; ++i) fill(screen, 8, 16 + 12 * i, 8, 8, kObjectBrightness);
  fill(screen, kPaddleRow, paddle_left_, kPaddleHeight, kPaddleWidth, kObjectBrightness);
  fill(screen, ball_row_, ball_column_, kBallSide, kBallSide, kObjectBrightness);
  return screen;
}

}  // namespace minerva::workloads
