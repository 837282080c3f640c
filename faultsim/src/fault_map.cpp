#include "minerva/faultsim/fault_map.hpp"

#include <cmath>

#include "minerva/core/errors.hpp"
#include "minerva/core/portable_math.hpp"
#include "minerva/core/random.hpp"

namespace minerva::faultsim {
namespace {

// Cells are numbered 16 a word whatever the width in use, so that a cell's level does not depend on
// the format of the weights.
constexpr int kCellsPerWord = 16;
constexpr int kBands = 40;  // the lowest band ends at 2^-41; cells below it share its level
// Below it a map takes less time than starting threads does.
constexpr double kRateForThreads = 1e-3;

/// floor(portable_log(x) / divisor), by the C library's faster logarithm unless the quotient is so
/// near a whole number that the two (relative errors below 1e-13) might disagree.
double whole_quotient(double x, double divisor) {
  const double quotient = std::log(x) / divisor;
  const double whole = std::floor(quotient);
  const double margin = 1e-9 * (1 + quotient);
  if (quotient - whole > margin && whole + 1 - quotient > margin) return whole;
  return std::floor(portable_log(x) / divisor);
}

/// Calls visit(word, bit) for every cell of the lowest `bits` bits that one band makes faulty. A
/// cell may be drawn in several bands.
template <typename Visit>
void draw_band(const FaultKey& key, int band, std::int64_t cells, int bits, double rate,
               const Visit& visit) {
  // This band covers levels (bottom, top]; a cell fails by its top with the probability that makes
  // the bands together exact: 1 - top = (1 - bottom) * (1 - q).
  const double top = std::ldexp(kMaxFaultRate, -band);
  const double bottom = band + 1 < kBands ? top / 2 : 0.0;
  if (rate <= bottom) return;
  const double q = (top - bottom) / (1 - bottom);
  const double q_at_rate = rate >= top ? q : (rate - bottom) / (1 - bottom);
  const double log_miss = portable_log(1 - q);
  KeyedRandom random(key.seed, Stream::faults,
                     mix_keys(mix_keys(key.trial, static_cast<std::uint64_t>(key.layer)),
                              static_cast<std::uint64_t>(band)));
  std::int64_t cell = -1;
  while (true) {
    const double skip = whole_quotient(1 - random.uniform(), log_miss);
    const double level = random.uniform() * q;  // which part of the band's q claims the cell
    if (skip >= static_cast<double>(cells - cell)) return;
    cell += 1 + static_cast<std::int64_t>(skip);
    if (cell >= cells) return;
    const int bit = static_cast<int>(cell % kCellsPerWord);
    if (bit < bits && level < q_at_rate) visit(cell / kCellsPerWord, bit);
  }
}

void check_rate(double rate) {
  if (rate >= 0 && rate <= kMaxFaultRate) return;
  throw UserError("faults.rate", std::to_string(rate), "needs a probability of 0 to 0.5");
}

}  // namespace

std::vector<FaultyBit> faulty_bits(const FaultKey& key, std::int64_t words, int bits, double rate) {
  check_rate(rate);
  expects(bits >= 1 && bits <= kCellsPerWord, "faulty_bits: a word has 1 to 16 bits");
  std::vector<FaultyBit> faults;
  std::vector<bool> marked;
  for (int band = 0; band < kBands; ++band) {
    draw_band(key, band, words * kCellsPerWord, bits, rate, [&](std::int64_t word, int bit) {
      if (marked.empty()) marked.assign(static_cast<std::size_t>(words * kCellsPerWord), false);
      const auto cell = static_cast<std::size_t>(word * kCellsPerWord + bit);
      if (marked[cell]) return;
      marked[cell] = true;
      faults.push_back({word, bit});
    });
  }
  return faults;
}

void inject_faults(QuantizedNetwork& network, std::uint64_t seed, std::uint64_t trial, double rate,
                   int threads) {
  check_rate(rate);
  const int depth = static_cast<int>(network.layers.size());
#pragma omp parallel for num_threads(threads) schedule(dynamic) if (rate > kRateForThreads)
  for (int k = 0; k < depth; ++k) {
    QuantizedLayer& layer = network.layers[static_cast<std::size_t>(k)];
    layer.faulty_bits.clear();
    if (rate == 0) continue;
    layer.faulty_bits.assign(layer.weights.size(), 0);
    const int bits = layer.formats.weight.bits();
    const auto cells = static_cast<std::int64_t>(layer.weights.size()) * kCellsPerWord;
    for (int band = 0; band < kBands; ++band) {
      int i = 0;  // the neuron of the word: words of a band come in rising order
      std::int64_t row = 0;
      draw_band({seed, trial, k}, band, cells, bits, rate, [&](std::int64_t word, int bit) {
        for (; word >= row + layer.n_in; row += layer.n_in) ++i;
        auto& mask = layer.faulty_bits[layer.index(static_cast<int>(word - row), i)];
        mask = static_cast<std::uint16_t>(mask | (1U << bit));
      });
    }
    for (auto& mask : layer.faulty_bits) {  // a hardened sign column never fails
      mask = static_cast<std::uint16_t>(effective_faults(mask, bits, network.mitigation));
    }
  }
}

}  // namespace minerva::faultsim
