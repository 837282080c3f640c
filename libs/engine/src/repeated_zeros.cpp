#include "repeated_zeros.hpp"

#include <algorithm>
#include <cstddef>

namespace minerva {
namespace {

constexpr int kWordBits = 64;

bool is_zero(const std::vector<std::uint64_t>& nonzero, int j) {
  return ((nonzero[static_cast<std::size_t>(j / kWordBits)] >> (j % kWordBits)) & 1) == 0;
}

/// Inputs that are 0, and were so `chunk` inputs before.
std::int64_t repeated_inputs(const std::vector<std::uint64_t>& nonzero, int inputs, int chunk) {
  std::int64_t repeated = 0;
  // The first of each multiplier follow the last ones.
  for (int j = 0; j < std::min(chunk, inputs); ++j) {
    const int last = j + (inputs - 1 - j) / chunk * chunk;
    repeated += is_zero(nonzero, j) && is_zero(nonzero, last) ? 1 : 0;
  }
  const auto step = static_cast<std::size_t>(chunk / kWordBits);
  const int shift = chunk % kWordBits;
  for (int first = chunk / kWordBits * kWordBits; first < inputs; first += kWordBits) {
    const auto w = static_cast<std::size_t>(first / kWordBits);
    std::uint64_t before = nonzero[w - step] << shift;
    if (shift > 0 && w > step) before |= nonzero[w - step - 1] >> (kWordBits - shift);
    std::uint64_t zeros = ~(nonzero[w] | before);
    if (first < chunk) zeros &= ~std::uint64_t{0} << shift;
    if (first + kWordBits > inputs) zeros &= ~std::uint64_t{0} >> (first + kWordBits - inputs);
    repeated += __builtin_popcountll(zeros);
  }
  return repeated;
}

/// Chunks of zeros behind one: of each run of them all but the first, where the last chunk and the
/// first one are of one run.
std::int64_t repeated_chunks(const std::vector<std::uint64_t>& nonzero, int inputs, int chunk) {
  const int chunks = (inputs + chunk - 1) / chunk;
  int first = -1;
  int last = -1;
  std::int64_t repeated = 0;
  for (std::size_t w = 0; w < static_cast<std::size_t>((inputs + kWordBits - 1) / kWordBits); ++w) {
    for (std::uint64_t rest = nonzero[w]; rest != 0; rest &= rest - 1) {
      const int now = (static_cast<int>(w) * kWordBits + __builtin_ctzll(rest)) / chunk;
      if (first < 0) {
        first = now;
      } else {
        repeated += std::max(0, now - last - 2);
      }
      last = now;
    }
  }
  if (first < 0) return chunks;
  return repeated + std::max(0, first + (chunks - 1 - last) - 1);
}

}  // namespace

RepeatedZeros repeated_zeros(const std::vector<std::uint64_t>& nonzero, int inputs, int chunk) {
  RepeatedZeros repeated;
  repeated.inputs = repeated_inputs(nonzero, inputs, chunk);
  repeated.chunks = chunk == 1 ? repeated.inputs : repeated_chunks(nonzero, inputs, chunk);
  return repeated;
}

}  // namespace minerva
