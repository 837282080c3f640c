#include "minerva/faultsim/chip_faults.hpp"

#include <algorithm>
#include <utility>

#include "minerva/base/errors.hpp"

namespace minerva::faultsim {
namespace {

/// Calls visit(word of the layer, index of its weight, the word's place) for every weight.
template <typename Visit>
void visit_words(const QuantizedLayers& network, int layer, const WordOfWeight& word_of,
                 const Visit& visit) {
  const QuantizedLayer& of = network.layers[static_cast<std::size_t>(layer)];
  std::int64_t word = 0;
  for (int i = 0; i < of.n_out; ++i) {
    for (int j = 0; j < of.n_in; ++j, ++word) visit(word, of.index(j, i), word_of(layer, i, j));
  }
}

bool reads_wrong(const PlacedFault& at, const QuantizedLayer& layer) {
  if (at.fault.reads == ReadsAs::inverted) return true;
  const int reads = at.fault.reads == ReadsAs::one ? 1 : 0;
  return stored_bit(layer.stored_word(at.weight), at.fault.bit) != reads;
}

bool by_cell(const ChipFault& a, const ChipFault& b) {
  return std::tie(a.word, a.bit, a.reads) < std::tie(b.word, b.bit, b.reads);
}

}  // namespace

WordOfWeight words_by_layer(const QuantizedLayers& network) {
  std::vector<std::int64_t> fan_ins;
  for (const QuantizedLayer& layer : network.layers) fan_ins.push_back(layer.n_in);
  return [fan_ins](int layer, int neuron, int input) {
    return MapWord{layer, 0, neuron * fan_ins[static_cast<std::size_t>(layer)] + input};
  };
}

ChipFaults::ChipFaults(ChipMap map, const QuantizedLayers& network, const WordOfWeight& word_of)
    : map_(std::move(map)) {
  const std::vector<ChipFault>& faults = map_.faults;  // by word and bit
  for (int k = 0; k < static_cast<int>(network.layers.size()); ++k) {
    const int bits = network.layers[static_cast<std::size_t>(k)].formats.stored_weight_bits();
    expects(bits <= map_.bits, "ChipFaults: the words of the map are narrower than the weights");
    visit_words(network, k, word_of, [&](std::int64_t, std::size_t weight, const MapWord& word) {
      auto at = std::lower_bound(
          faults.begin(), faults.end(), word,
          [](const ChipFault& fault, const MapWord& sought) { return fault.word < sought; });
      for (; at != faults.end() && at->word == word; ++at) {
        if (at->bit < bits) placed_.push_back({k, weight, *at});
      }
    });
  }
  elsewhere_ = static_cast<std::int64_t>(faults.size() - placed_.size());
}

std::int64_t ChipFaults::inject(QuantizedLayers& network,
                                const std::optional<double>& voltage_v) const {
  std::int64_t wrong = 0;
  for (QuantizedLayer& layer : network.layers) {
    layer.faulty_bits.clear();
    if (voltage_v) layer.faulty_bits.assign(layer.weights.size(), 0);
  }
  if (!voltage_v) return 0;
  for (const PlacedFault& at : placed_) {
    QuantizedLayer& layer = network.layers[static_cast<std::size_t>(at.layer)];
    if (!map_.fails(at.fault, *voltage_v) || !reads_wrong(at, layer)) continue;
    auto& mask = layer.faulty_bits[at.weight];
    mask = static_cast<std::uint16_t>(mask | (1U << at.fault.bit));
    ++wrong;
  }
  for (QuantizedLayer& layer : network.layers) keep_effective_faults(layer, network.mitigation);
  return wrong;
}

ChipMap draw_chip(ChipMap map, const QuantizedLayers& network, const WordOfWeight& word_of,
                  const std::vector<DrawnVoltage>& voltages, std::uint64_t seed,
                  std::uint64_t number, const std::optional<FaultCriterion>& criterion) {
  map.faults.clear();
  map.measured_v.clear();
  map.voltages = MapVoltages::at_or_below;
  for (const DrawnVoltage& at : voltages) map.measured_v.push_back(at.voltage_v);
  for (int k = 0; k < static_cast<int>(network.layers.size()); ++k) {
    const QuantizedLayer& layer = network.layers[static_cast<std::size_t>(k)];
    std::vector<MapWord> places(layer.weights.size());  // by word
    visit_words(network, k, word_of, [&](std::int64_t word, std::size_t, const MapWord& place) {
      places[static_cast<std::size_t>(word)] = place;
    });
    for (const FailingState& state : failing_states(criterion)) {
      // A cell that stores a 1 and fails reads 0.
      const ReadsAs reads = !state.criterion    ? ReadsAs::inverted
                            : state.stored == 1 ? ReadsAs::zero
                                                : ReadsAs::one;
      std::vector<std::uint16_t> failed(layer.weights.size(), 0);  // bits, by word
      for (const DrawnVoltage& at : voltages) {
        for (const FaultyBit& fault :
             faulty_bits({seed, number, k, state}, static_cast<std::int64_t>(layer.weights.size()),
                         layer.formats.stored_weight_bits(), at.rate)) {
          const auto word = static_cast<std::size_t>(fault.word);
          if (((failed[word] >> fault.bit) & 1) != 0) continue;
          failed[word] = static_cast<std::uint16_t>(failed[word] | (1U << fault.bit));
          map.faults.push_back({places[word], fault.bit, at.voltage_v, reads});
        }
      }
    }
  }
  std::sort(map.faults.begin(), map.faults.end(), by_cell);
  return map;
}

}  // namespace minerva::faultsim
