#include "minerva/faultsim/fault_map.hpp"

#include "minerva/arithmetic/faulty_cells.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/faultsim/options.hpp"

namespace minerva::faultsim {
namespace {

// Below it a map takes less time than starting threads does.
constexpr double kRateForThreads = 1e-3;

FaultyCellsKey cells_key(const FaultKey& key) {
  return {key.seed, Stream::faults, mix_keys(key.map, static_cast<std::uint64_t>(key.layer))};
}

void check_rate(double rate) { check_in_range("faults.rate", rate, ranges::kRate); }

}  // namespace

std::vector<FaultyBit> faulty_bits(const FaultKey& key, std::int64_t words, int bits, double rate) {
  check_rate(rate);
  expects(bits >= 1 && bits <= kCellsPerWord, "faulty_bits: a word has 1 to 16 bits");
  std::vector<FaultyBit> faults;
  std::vector<bool> marked;
  for (int band = 0; band < kFaultBands; ++band) {
    visit_faulty_cells(cells_key(key), band, words, bits, rate, [&](std::int64_t word, int bit) {
      if (marked.empty()) marked.assign(static_cast<std::size_t>(words * kCellsPerWord), false);
      const auto cell = static_cast<std::size_t>(word * kCellsPerWord + bit);
      if (marked[cell]) return;
      marked[cell] = true;
      faults.push_back({word, bit});
    });
  }
  return faults;
}

void inject_faults(QuantizedNetwork& network, std::uint64_t seed, std::uint64_t map, double rate,
                   int threads) {
  check_rate(rate);
  const int depth = static_cast<int>(network.layers.size());
  for_each_index(depth, rate > kRateForThreads ? threads : 1, 1, [&](std::int64_t at) {
    const int k = static_cast<int>(at);
    QuantizedLayer& layer = network.layers[static_cast<std::size_t>(k)];
    layer.faulty_bits.clear();
    if (rate == 0) return;
    layer.faulty_bits.assign(layer.weights.size(), 0);
    const int bits = layer.formats.weight.bits();
    const auto words = static_cast<std::int64_t>(layer.weights.size());
    for (int band = 0; band < kFaultBands; ++band) {
      int i = 0;  // the neuron of the word: words of a band come in rising order
      std::int64_t row = 0;
      const FaultyCellsKey key = cells_key({seed, map, k});
      visit_faulty_cells(key, band, words, bits, rate, [&](std::int64_t word, int bit) {
        for (; word >= row + layer.n_in; row += layer.n_in) ++i;
        auto& mask = layer.faulty_bits[layer.index(static_cast<int>(word - row), i)];
        mask = static_cast<std::uint16_t>(mask | (1U << bit));
      });
    }
    for (auto& mask : layer.faulty_bits) {  // a hardened sign column never fails
      mask = static_cast<std::uint16_t>(effective_faults(mask, bits, network.mitigation));
    }
  });
}

}  // namespace minerva::faultsim
