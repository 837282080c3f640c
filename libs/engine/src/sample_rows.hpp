#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels.hpp"

namespace minerva {

/// 64-bit words that hold a bit for each of n padded inputs.
inline std::size_t words_of(int n) {
  return (static_cast<std::size_t>(kernels::padded(n)) + 63) / 64;
}

/// The row of one sample.
template <typename T>
T* row_of(kernels::AlignedVector<T>& rows, std::int64_t sample, int row) {
  return rows.data() + static_cast<std::size_t>(sample) * static_cast<std::size_t>(row);
}
template <typename T>
const T* row_of(const kernels::AlignedVector<T>& rows, std::int64_t sample, int row) {
  return rows.data() + static_cast<std::size_t>(sample) * static_cast<std::size_t>(row);
}

}  // namespace minerva
