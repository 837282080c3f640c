#pragma once
#include <array>
#include <cstdint>

namespace minerva {

/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): 128
/// random bits as a function of a counter and a key.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// The uses of randomness. Each has a stream of its own, so that one more number drawn in one use
/// changes no number of the others.
enum class Stream : std::uint32_t {
  data_split = 1,
  digits = 2,
  initial_weights = 3,
  shuffle = 4,
  dropout = 5,
  faults = 6,
  sweep = 7,
  training_faults = 8,
  design_search = 11,
  design_verification = 12,
  characterization = 13,
  sram_cells = 17,
  test = 100,
};

/// A sequence of random numbers that depends on (seed, stream, index) alone, never on threads,
/// time or the standard library.
class KeyedRandom {
 public:
  KeyedRandom(std::uint64_t seed, Stream stream, std::uint64_t index = 0);
  std::uint32_t next_u32();
  std::uint64_t next_u64();
  /// Uniform in [0, 1), 53 bits.
  double uniform();
  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform in [0, bound), without bias; bound >= 1.
  std::uint64_t below(std::uint64_t bound);
  /// Standard normal.
  double normal();

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
  double spare_normal_ = 0;
  bool has_spare_normal_ = false;
};

/// Mixes two numbers into one, for a third level of keys: the result can be the index of a
/// KeyedRandom that depends on both, such as the number of a fault map and a layer.
std::uint64_t mix_keys(std::uint64_t a, std::uint64_t b);

}  // namespace minerva
