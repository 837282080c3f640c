#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/workloads/arcade.hpp"

namespace minerva::workloads {

std::vector<std::uint8_t> reduced_screen(const std::vector<std::uint8_t>& screen, int side) {
  expects(screen.size() == std::size_t{kScreenRows} * kScreenColumns, "a screen");
  expects(side >= 1 && side <= kScreenColumns, "the side of a reduced screen");
  std::vector<std::uint8_t> reduced(static_cast<std::size_t>(side) *
                                    static_cast<std::size_t>(side));
  // Edges of the reduced points in screen points times side, so that all areas are whole numbers.
  for (int y = 0; y < side; ++y) {
    const int top = y * kScreenRows;
    const int bottom = top + kScreenRows;
    for (int x = 0; x < side; ++x) {
      const int left = x * kScreenColumns;
      const int right = left + kScreenColumns;
      std::int64_t sum = 0;
      for (int row = top / side; row * side < bottom; ++row) {
        const int height = std::min(bottom, (row + 1) * side) - std::max(top, row * side);
        for (int column = left / side; column * side < right; ++column) {
          const int width = std::min(right, (column + 1) * side) - std::max(left, column * side);
          sum += std::int64_t{height} * width *
                 screen[static_cast<std::size_t>(row * kScreenColumns + column)];
        }
      }
      constexpr std::int64_t kArea = std::int64_t{kScreenRows} * kScreenColumns;
      reduced[static_cast<std::size_t>(y * side + x)] =
          static_cast<std::uint8_t>((sum + kArea / 2) / kArea);
    }
  }
  return reduced;
}

FrameStack::FrameStack(int side) : side_(side) { clear(); }

void FrameStack::clear() {
  for (auto& frame : frames_) {
    frame.assign(static_cast<std::size_t>(side_) * static_cast<std::size_t>(side_), 0);
  }
}

void FrameStack::add(const std::vector<std::uint8_t>& before,
                     const std::vector<std::uint8_t>& last) {
  std::vector<std::uint8_t> brighter(last);
  for (std::size_t i = 0; i < brighter.size(); ++i) {
    brighter[i] = std::max(brighter[i], before[i]);
  }
  std::rotate(frames_.begin(), frames_.begin() + 1, frames_.end());
  frames_.back() = reduced_screen(brighter, side_);
}

}  // namespace minerva::workloads
