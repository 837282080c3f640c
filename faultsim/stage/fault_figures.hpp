#pragma once
#include <vector>

#include "fault_section.hpp"
#include "minerva/report/figure.hpp"

namespace minerva::faultsim {

/// Error against fault rate, yield, fault rate and power against voltage. A part of the section
/// that is empty has no figure.
std::vector<Figure> fault_figures(const RunSummary& summary, const FaultSection& faults);

}  // namespace minerva::faultsim
