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
}  // namespace

std::vector<FaultyBit> faulty_bits(const FaultKey& key, std::int64_t words, int bits, double rate) {
  if (!(rate >= 0 && rate <= kMaxFaultRate)) {
    throw UserError("faults.rate", std::to_string(rate), "needs a probability of 0 to 0.5");
  }
  expects(bits >= 1 && bits <= kCellsPerWord, "faulty_bits: a word has 1 to 16 bits");
  std::vector<FaultyBit> faults;
  std::vector<bool> marked;  // a cell may be drawn in several bands
  const std::int64_t cells = words * kCellsPerWord;
  for (int band = 0; band < kBands; ++band) {
    // This band covers levels (bottom, top]; a cell fails by its top with the probability that
    // makes the bands together exact: 1 - top = (1 - bottom) * (1 - q).
    const double top = std::ldexp(kMaxFaultRate, -band);
    const double bottom = band + 1 < kBands ? top / 2 : 0.0;
    if (rate <= bottom) continue;
    const double q = (top - bottom) / (1 - bottom);
    const double q_at_rate = rate >= top ? q : (rate - bottom) / (1 - bottom);
    const double log_miss = portable_log(1 - q);
    KeyedRandom random(key.seed, Stream::faults,
                       mix_keys(mix_keys(key.trial, static_cast<std::uint64_t>(key.layer)),
                                static_cast<std::uint64_t>(band)));
    std::int64_t cell = -1;
    while (true) {
      const double skip = std::floor(portable_log(1 - random.uniform()) / log_miss);
      const double level = random.uniform() * q;  // which part of the band's q claims the cell
      if (skip >= static_cast<double>(cells - cell)) break;
      cell += 1 + static_cast<std::int64_t>(skip);
      if (cell >= cells) break;
      const int bit = static_cast<int>(cell % kCellsPerWord);
      if (bit >= bits || level >= q_at_rate) continue;
      if (marked.empty()) marked.assign(static_cast<std::size_t>(cells), false);
      if (marked[static_cast<std::size_t>(cell)]) continue;
      marked[static_cast<std::size_t>(cell)] = true;
      faults.push_back({cell / kCellsPerWord, bit});
    }
  }
  return faults;
}

void inject_faults(QuantizedNetwork& network, std::uint64_t seed, std::uint64_t trial,
                   double rate) {
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    QuantizedLayer& layer = network.layers[k];
    layer.faulty_bits.clear();
    if (rate == 0) continue;
    layer.faulty_bits.assign(layer.weights.size(), 0);
    const int bits = layer.formats.weight.bits();
    for (const FaultyBit& fault :
         faulty_bits({seed, trial, static_cast<int>(k)},
                     static_cast<std::int64_t>(layer.weights.size()), bits, rate)) {
      const int i = static_cast<int>(fault.word / layer.n_in);
      const int j = static_cast<int>(fault.word % layer.n_in);
      auto& mask = layer.faulty_bits[layer.index(j, i)];
      mask = static_cast<std::uint16_t>(mask | (1U << fault.bit));
    }
    for (auto& mask : layer.faulty_bits) {  // a hardened sign column never fails
      mask = static_cast<std::uint16_t>(effective_faults(mask, bits, network.mitigation));
    }
  }
}

}  // namespace minerva::faultsim
