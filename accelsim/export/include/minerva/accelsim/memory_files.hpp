#pragma once
#include <string>
#include <vector>

#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/accelsim/network_codes.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// Appends a line with the low `bits` bits (1 to 64) of a word for $readmemh, as many hexadecimal
/// digits as it needs; negative codes are in two's complement.
void append_word(std::string& text, std::int64_t code, int bits);

/// The words of every weight bank and bias store, one hexadecimal number a row. Of a machine whose
/// weights come from off chip, weights_off_chip.hex in place of the banks: those of layer after
/// layer, unit after unit, input after input, and of each input a word for every channel of the
/// unit, which is the order in which they come.
/// @param shape of the network
std::vector<ExportedFile> memory_files(const QuantizedLayers& network, const MachineNetwork& shape,
                                       const MachineStructure& structure,
                                       const LaneMemoryLayout& layout);

/// The faulty bits of every weight bank, faults_laneL_bankB.hex in the rows of memory_files: those
/// that can occur in the network's mitigation. No files without faults.
std::vector<ExportedFile> fault_files(const QuantizedLayers& network,
                                      const MachineStructure& structure,
                                      const LaneMemoryLayout& layout);

}  // namespace minerva
