#pragma once
#include <cmath>
#include <cstdint>

#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/arithmetic/random.hpp"

namespace minerva {

// This is the only place that decides which cells are faulty. Every cell of a memory has a level
// and is faulty at the rates above its level, so faults are nested in the rate: a cell that is
// faulty at one rate is faulty at every larger one. Levels are drawn band by band, each band
// covering half the rates of the one above, by geometric skips over the cells, so that a low rate
// draws few numbers.

/// Largest fault rate, per bit, that faulty cells can be drawn for.
constexpr double kMaxFaultRate = 0.5;
/// Cells are numbered 16 a word whatever the width in use, so that a cell's level does not depend
/// on the format of the words.
constexpr int kCellsPerWord = 16;
/// The lowest band ends at 2^-41; cells below it share its level.
constexpr int kFaultBands = 40;

/// Names one memory: whether a cell of it is faulty is a function of these values and the cell's
/// number alone.
struct FaultyCellsKey {
  std::uint64_t seed = 1;
  Stream stream = Stream::faults;
  std::uint64_t index = 0;
};

/// floor(portable_log(x) / divisor). The C library's faster logarithm is used unless the quotient
/// is so near a whole number that the two logarithms (relative errors below 1e-13) might give
/// different floors.
inline double whole_quotient_of_log(double x, double divisor) {
  const double quotient = std::log(x) / divisor;
  const double whole = std::floor(quotient);
  const double margin = 1e-9 * (1 + quotient);
  if (quotient - whole > margin && whole + 1 - quotient > margin) return whole;
  return std::floor(portable_log(x) / divisor);
}

/// Calls visit(word, bit) for every cell of the lowest `bits` (1 to 16) bits of `words` words that
/// one band (0 .. kFaultBands - 1) makes faulty at `rate` (0 to kMaxFaultRate, per bit), in rising
/// order within the band. A cell may be drawn in several bands; it is faulty when any of them draws
/// it.
template <typename Visit>
void visit_faulty_cells(const FaultyCellsKey& key, int band, std::int64_t words, int bits,
                        double rate, const Visit& visit) {
  // This band covers levels (bottom, top]; a cell fails by its top with the probability that makes
  // the bands together exact: 1 - top = (1 - bottom) * (1 - q).
  const double top = std::ldexp(kMaxFaultRate, -band);
  const double bottom = band + 1 < kFaultBands ? top / 2 : 0.0;
  if (rate <= bottom) return;
  const std::int64_t cells = words * kCellsPerWord;
  const double q = (top - bottom) / (1 - bottom);
  const double q_at_rate = rate >= top ? q : (rate - bottom) / (1 - bottom);
  const double log_miss = portable_log(1 - q);
  KeyedRandom random(key.seed, key.stream, mix_keys(key.index, static_cast<std::uint64_t>(band)));
  std::int64_t cell = -1;
  while (true) {
    const double skip = whole_quotient_of_log(1 - random.uniform(), log_miss);
    const double level = random.uniform() * q;  // which part of the band's q claims the cell
    if (skip >= static_cast<double>(cells - cell)) return;
    cell += 1 + static_cast<std::int64_t>(skip);
    if (cell >= cells) return;
    const int bit = static_cast<int>(cell % kCellsPerWord);
    if (bit < bits && level < q_at_rate) visit(cell / kCellsPerWord, bit);
  }
}

/// Calls visit(word, bit) for every faulty cell of one map of `words` words of `bits` bits (1 to
/// 16), in rising order: each cell is faulty with probability `rate` (0 to kMaxFaultRate), by
/// itself. Unlike visit_faulty_cells it draws no level, so its maps are not nested in the rate and
/// depend on the width of the words; it draws as few numbers as there are faulty cells. Training
/// uses it, which has a fresh map in every step and compares no rates on one map.
template <typename Visit>
void visit_cells_of_one_rate(const FaultyCellsKey& key, std::int64_t words, int bits, double rate,
                             const Visit& visit) {
  if (rate <= 0) return;
  const std::int64_t cells = words * bits;
  const double log_miss = portable_log(1 - rate);
  KeyedRandom random(key.seed, key.stream, key.index);
  std::int64_t cell = -1;
  while (true) {
    const double skip = whole_quotient_of_log(1 - random.uniform(), log_miss);
    if (skip >= static_cast<double>(cells - cell)) return;
    cell += 1 + static_cast<std::int64_t>(skip);
    if (cell >= cells) return;
    visit(cell / bits, static_cast<int>(cell % bits));
  }
}

}  // namespace minerva
