#include "repeated_zeros.hpp"

#include <algorithm>
#include <cstddef>

#include "kernels.hpp"

namespace minerva {
namespace {

constexpr int kWordBits = 64;

bool is_zero(const std::vector<std::uint64_t>& nonzero, int j) {
  return ((nonzero[static_cast<std::size_t>(j / kWordBits)] >> (j % kWordBits)) & 1) == 0;
}

/// Whether all inputs from `from` to `to` are 0.
bool are_zero(const std::vector<std::uint64_t>& nonzero, int from, int to) {
  for (int j = from; j < to; ++j) {
    if (!is_zero(nonzero, j)) return false;
  }
  return true;
}

/// Inputs that are 0, and were so `chunk` inputs before.
std::int64_t repeated_inputs(const std::vector<std::uint64_t>& nonzero, int inputs, int chunk) {
  std::int64_t repeated =
      chunk < inputs ? kernels::repeated_zeros(nonzero.data(), inputs, chunk) : 0;
  // The first of each multiplier follow the last ones, of which some are in the chunk before the
  // last.
  const int last_chunk = (inputs - 1) / chunk * chunk;
  for (int j = 0; j < std::min(chunk, inputs); ++j) {
    const int last = last_chunk + j < inputs ? last_chunk + j : last_chunk - chunk + j;
    repeated += is_zero(nonzero, j) && is_zero(nonzero, last) ? 1 : 0;
  }
  return repeated;
}

/// Chunks within words of bits.
std::int64_t repeated_even_chunks(const std::vector<std::uint64_t>& nonzero, int inputs,
                                  int chunk) {
  const int last = (inputs - 1) / chunk * chunk;
  const bool around =
      are_zero(nonzero, 0, std::min(chunk, inputs)) && are_zero(nonzero, last, inputs);
  return kernels::repeated_zero_chunks(nonzero.data(), inputs, chunk) + (around ? 1 : 0);
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
  const bool even = chunk < kWordBits && (chunk & (chunk - 1)) == 0;
  repeated.chunks = chunk == 1 ? repeated.inputs
                    : even     ? repeated_even_chunks(nonzero, inputs, chunk)
                               : repeated_chunks(nonzero, inputs, chunk);
  return repeated;
}

}  // namespace minerva
