#pragma once
#include <vector>

#include "minerva/interchange/network_codes.hpp"

namespace minerva {

/// The words of the machine's weight and bias memories, a file each, for $readmemh.
std::vector<ExportedFile> memory_files(const QuantizedNetwork& network, const DesignPoint& point);

}  // namespace minerva
