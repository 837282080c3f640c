#pragma once
#include <cstdint>
#include <vector>

namespace minerva {

/// How many of the windows at these coordinates have each of the `extent` rows, or columns, of a
/// tensor. A window at p begins at p * stride - before and has `kernel` rows; those outside of the
/// tensor are left out.
std::vector<std::int64_t> windows_over(const std::vector<int>& at, int kernel, int stride,
                                       int before, int extent);

}  // namespace minerva
