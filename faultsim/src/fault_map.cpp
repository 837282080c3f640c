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
  std::uint64_t index = mix_keys(key.map, static_cast<std::uint64_t>(key.layer));
  if (key.state.criterion) {
    const auto criterion = static_cast<std::uint64_t>(*key.state.criterion);
    index = mix_keys(index, 1 + 2 * criterion + static_cast<std::uint64_t>(key.state.stored));
  }
  return {key.seed, Stream::faults, index};
}

/// Marks the bits of a layer whose cells fail in the key's state and are in it.
void mark_faults(QuantizedLayer& layer, const FaultKey& key, double rate) {
  const auto words = static_cast<std::int64_t>(layer.weights.size());
  const bool any_state = !key.state.criterion;
  for (int band = 0; band < kFaultBands; ++band) {
    int i = 0;  // the neuron of the word: words of a band come in rising order
    std::int64_t row = 0;
    visit_faulty_cells(
        cells_key(key), band, words, layer.formats.stored_weight_bits(), rate,
        [&](std::int64_t word, int bit) {
          for (; word >= row + layer.n_in; row += layer.n_in) ++i;
          const std::size_t at = layer.index(static_cast<int>(word - row), i);
          if (!any_state && stored_bit(layer.stored_word(at), bit) != key.state.stored) {
            return;
          }
          auto& mask = layer.faulty_bits[at];
          mask = static_cast<std::uint16_t>(mask | (1U << bit));
        });
  }
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

std::vector<FailingState> failing_states(const std::optional<FaultCriterion>& criterion) {
  if (!criterion) return {{}};
  return {{criterion, 0}, {criterion, 1}};
}

void keep_effective_faults(QuantizedLayer& layer, const Mitigation& mitigation) {
  const int bits = layer.formats.stored_weight_bits();
  for (auto& mask : layer.faulty_bits) {
    mask = static_cast<std::uint16_t>(effective_faults(mask, bits, mitigation));
  }
}

void inject_faults(QuantizedLayers& network, std::uint64_t seed, std::uint64_t map, double rate,
                   int threads, const std::optional<FaultCriterion>& criterion) {
  check_rate(rate);
  const int depth = static_cast<int>(network.layers.size());
  for_each_index(depth, rate > kRateForThreads ? threads : 1, 1, [&](std::int64_t at) {
    const int k = static_cast<int>(at);
    QuantizedLayer& layer = network.layers[static_cast<std::size_t>(k)];
    layer.faulty_bits.clear();
    if (rate == 0) return;
    layer.faulty_bits.assign(layer.weights.size(), 0);
    for (const FailingState& state : failing_states(criterion)) {
      mark_faults(layer, {seed, map, k, state}, rate);
    }
    keep_effective_faults(layer, network.mitigation);
  });
}

}  // namespace minerva::faultsim
