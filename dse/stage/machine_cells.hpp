#pragma once
#include <string>
#include <vector>

#include "design_space_section.hpp"

namespace minerva::dse {

/// Cells of a design as built: lanes, MACs, weight and activation bandwidth, write ports, weight
/// and activation banks, multiplier stages, clock period, words of a weight bank.
std::vector<std::string> machine_cells(const DesignSpaceRow& row);

}  // namespace minerva::dse
