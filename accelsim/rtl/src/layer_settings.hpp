#pragma once
#include <cstdint>
#include <vector>

#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/network/quantized_network.hpp"
#include "verilog_text.hpp"

namespace minerva {

/// What the tables of the RTL say of each layer: vectors hold an entry a layer.
struct LayerSettings {
  std::vector<std::int64_t> last_input;  ///< first input of a group's last chunk
  std::vector<std::int64_t> last_words;  ///< words of the last chunk, a bit each
  std::vector<std::int64_t> last_group;
  std::vector<std::int64_t> threshold;    ///< a code of X
  std::vector<std::int64_t> last_lanes;   ///< neurons of the last group
  std::vector<std::int64_t> neuron_rows;  ///< of a neuron in a weight bank
  std::vector<std::int64_t> weight_most;  ///< largest code of W
  RoundingSettings product;               ///< of M
  RoundingSettings result;  ///< of A; the output layer, which rounds nothing, has another's
};
LayerSettings layer_settings(const QuantizedNetwork& network, const MachineStructure& structure,
                             int weight_banks);

}  // namespace minerva
