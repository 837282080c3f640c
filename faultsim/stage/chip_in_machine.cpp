#include "chip_in_machine.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/accelsim/memory_layout.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva::faultsim {
namespace {

void check_at_least(const std::string& where, std::int64_t has, std::int64_t needed,
                    const std::string& of) {
  if (has >= needed) return;
  throw UserError(where, std::to_string(has), "needs at least " + std::to_string(needed) + of);
}

/// The network as other messages of machines name it: a chain of dense layers by its widths.
std::string text_of(const QuantizedGraph& network) {
  return to_string(MachineNetwork(network.graph));
}

int widest_weight(const QuantizedGraph& network) {
  int bits = 0;
  for (const QuantizedLayer& layer : network.layers) {
    bits = std::max(bits, layer.formats.stored_weight_bits());
  }
  return bits;
}

/// Throws UserError unless every word of the map by layer and word is one of the network.
void check_words_of_network(const ChipMap& map, const std::string& file,
                            const QuantizedGraph& network) {
  const int layers = static_cast<int>(network.layers.size());
  for (const ChipFault& fault : map.faults) {
    const int layer = fault.word.unit;
    if (layer >= layers) {
      throw UserError(
          file + ": layer", std::to_string(layer),
          "needs 0 to " + std::to_string(layers - 1) + ", the layers of " + text_of(network));
    }
    const auto words = static_cast<std::int64_t>(network.layer(layer).weights.size());
    if (words == 0) {
      throw UserError(file + ": layer", std::to_string(layer),
                      "needs a layer with weights, which " +
                          layer_name(network.graph.layer(layer), layer) + " is not");
    }
    if (fault.word.row >= words) {
      throw UserError(file + ": word", std::to_string(fault.word.row),
                      "needs 0 to " + std::to_string(words - 1) + ", the words of layer " +
                          std::to_string(layer) + " of " + text_of(network));
    }
  }
}

}  // namespace

ChipMap read_chip_map(const std::string& path) { return chip_map_from_text(read_file(path), path); }

WordOfWeight words_in_memory(const LayerGraph& network, const DesignPoint& point) {
  const auto layout = std::make_shared<const LaneMemoryLayout>(network, point);
  return [layout](int layer, int neuron, int input) {
    const LaneMemoryLayout::Address address =
        layout->weight(layer, group_of(neuron, layout->lanes()), input);
    return MapWord{lane_of(neuron, layout->lanes()), address.bank, address.row};
  };
}

ChipFaults place_chip(ChipMap map, const std::string& file, const QuantizedGraph& network,
                      const DesignPoint& point) {
  check_at_least(file + ": bits", map.bits, widest_weight(network), ", the bits of a weight");
  if (map.clock_period_ns && point.clock_period_ns < *map.clock_period_ns * (1 - 1e-9)) {
    throw UserError("design.clock_period_ns", number_text(point.clock_period_ns),
                    "needs " + number_text(*map.clock_period_ns) +
                        " ns or more, at which the chip of " + file + " was measured");
  }
  if (map.address == MapAddress::network) {
    check_words_of_network(map, file, network);
    return ChipFaults(std::move(map), network, words_by_layer(network));
  }
  const LaneMemoryLayout layout(network.graph, point);
  check_at_least(file + ": lanes", map.lanes, layout.lanes(), ", the lanes of the machine");
  check_at_least(file + ": banks", map.banks, layout.weight_banks(),
                 ", the weight banks of a lane of the machine");
  check_at_least(file + ": rows", map.rows, layout.weight_rows(),
                 ", the rows that the weights of " + text_of(network) + " need in a bank");
  return ChipFaults(std::move(map), network, words_in_memory(network.graph, point));
}

FaultOptions options_with_criterion(const FaultOptions& options, const Technology& technology) {
  FaultOptions with = options;
  with.criterion = fault_tables(technology).front().criterion;
  return with;
}

ChipMap chip_of_technology(const FaultOptions& options, int number, const Technology& technology,
                           const QuantizedGraph& network, const DesignPoint& point) {
  const FaultTable table = fault_tables(technology).front();
  check_fault_clock(table, point.clock_period_ns, technology.name);
  const LaneMemoryLayout layout(network.graph, point);
  ChipMap map;
  map.address = MapAddress::memory;
  map.lanes = layout.lanes();
  map.banks = layout.weight_banks();
  map.rows = layout.weight_rows();
  map.bits = widest_weight(network);
  map.clock_period_ns = table.clock_period_ns;
  map.conditions = "drawn by minerva, not measured: map " + std::to_string(number) + ", seed " +
                   std::to_string(options.seed) + ", " + table.name + " of technology " +
                   technology.name + "; " + table.conditions;
  std::vector<DrawnVoltage> voltages;
  for (const FaultRateRow& row : table.rates) {
    if (row.rate <= kMaxFaultRate) voltages.push_back({row.voltage_v, row.rate});
  }
  return draw_chip(std::move(map), network, words_in_memory(network.graph, point), voltages,
                   options.seed, static_cast<std::uint64_t>(number), table.criterion);
}

}  // namespace minerva::faultsim
