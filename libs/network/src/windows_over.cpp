#include "minerva/network/windows_over.hpp"

#include <algorithm>

namespace minerva {

std::vector<std::int64_t> windows_over(const std::vector<int>& at, int kernel, int stride,
                                       int before, int extent) {
  std::vector<std::int64_t> windows(static_cast<std::size_t>(extent), 0);
  for (const int p : at) {
    const int first = p * stride - before;
    for (int i = std::max(first, 0); i < std::min(first + kernel, extent); ++i) {
      ++windows[static_cast<std::size_t>(i)];
    }
  }
  return windows;
}

}  // namespace minerva
