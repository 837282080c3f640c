#pragma once
#include <string>

#include "faultsim_stage_options.hpp"
#include "minerva/accelsim/technology.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/faultsim/chip_faults.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/quantized_graph.hpp"

// A chip's fault map in the weight memory of a machine.
namespace minerva::faultsim {

/// The map of a file. Throws UserError as chip_map_from_text does.
ChipMap read_chip_map(const std::string& path);

/// Where a machine stores the weights of a network.
WordOfWeight words_in_memory(const LayerGraph& network, const DesignPoint& point);

/// The faults that the chip has where a machine stores the weights. Throws UserError naming `file`
/// when the network does not fit the chip's memory, and for a clock period shorter than the one at
/// which the chip was measured.
ChipFaults place_chip(ChipMap map, const std::string& file, const QuantizedGraph& network,
                      const DesignPoint& point);

/// The options of fault maps with the criterion by which a technology's fault table counts.
FaultOptions options_with_criterion(const FaultOptions& options, const Technology& technology);

/// The fault map of this number as the map of a chip: at every voltage of the technology's fault
/// table whose rate can be drawn, by the addresses of the machine.
ChipMap chip_of_technology(const FaultOptions& options, int number, const Technology& technology,
                           const QuantizedGraph& network, const DesignPoint& point);

}  // namespace minerva::faultsim
