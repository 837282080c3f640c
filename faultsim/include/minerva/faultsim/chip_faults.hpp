#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "minerva/faultsim/chip_map.hpp"
#include "minerva/faultsim/fault_map.hpp"
#include "minerva/network/quantized_network.hpp"

// The faults of one chip in the weights of a network.
namespace minerva::faultsim {

/// Where a weight is stored: by layer, neuron (channel of a convolution) and input.
using WordOfWeight = std::function<MapWord(int layer, int neuron, int input)>;

/// Where the weights are in a map by layer and word: word i * n_in + j of the layer.
WordOfWeight words_by_layer(const QuantizedLayers& network);

/// A faulty cell in which a bit of a weight is stored.
struct PlacedFault {
  int layer = 0;
  std::size_t weight = 0;  ///< index of QuantizedLayer::weights
  ChipFault fault;
};

/// The faults of a map that are in words of a network.
class ChipFaults {
 public:
  /// Cells that store no bit of a weight have no effect and are counted alone.
  ChipFaults(ChipMap map, const QuantizedLayers& network, const WordOfWeight& word_of);

  const ChipMap& map() const { return map_; }
  const std::vector<PlacedFault>& placed() const { return placed_; }
  /// Cells of the map that store no bit of a weight.
  std::int64_t elsewhere() const { return elsewhere_; }

  /// Writes the faults at a measured voltage, or no faults for nothing, into the layers of a
  /// network of the same weights, under its own mitigation. A bit is faulty when its cell reads as
  /// another value than it stores. Returns the bits that read wrong before a hardened sign column
  /// is taken out.
  std::int64_t inject(QuantizedLayers& network, const std::optional<double>& voltage_v) const;

 private:
  ChipMap map_;
  std::vector<PlacedFault> placed_;
  std::int64_t elsewhere_ = 0;
};

/// A rate at a supply voltage, of a chip to be drawn.
struct DrawnVoltage {
  double voltage_v = 0;
  double rate = 0;  ///< up to kMaxFaultRate
};

/// The chip that a drawn fault map is: every cell of the network's words that fails at one of the
/// voltages, which fall while their rates rise, with the highest voltage at which it does. Its
/// faults are those of inject_faults(network, seed, map, rate, threads, criterion) at each voltage.
/// `map` says how words are named; its faults and voltages are replaced.
ChipMap draw_chip(ChipMap map, const QuantizedLayers& network, const WordOfWeight& word_of,
                  const std::vector<DrawnVoltage>& voltages, std::uint64_t seed,
                  std::uint64_t number, const std::optional<FaultCriterion>& criterion);

}  // namespace minerva::faultsim
