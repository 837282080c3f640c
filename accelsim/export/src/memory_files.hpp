#pragma once
#include <vector>

#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/accelsim/network_codes.hpp"

namespace minerva {

/// The words of every weight bank and bias store, one hexadecimal number a row.
std::vector<ExportedFile> memory_files(const QuantizedNetwork& network,
                                       const MachineStructure& structure,
                                       const LaneMemoryLayout& layout);

}  // namespace minerva
