#pragma once
#include <string>
#include <vector>

#include "fault_section.hpp"
#include "minerva/report/figure.hpp"

namespace minerva::faultsim {

/// What the page shows of one chip: what each mitigation does on it, and the error against voltage.
std::string chip_tables(const ChipStudy& chip);
Figure chip_figure(const ChipStudy& chip);

}  // namespace minerva::faultsim
