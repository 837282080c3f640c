#pragma once
#include <string>

#include "fault_section.hpp"

namespace minerva::faultsim {

// Files of a run directory and data of figures.

std::string faults_csv(const FaultSection& faults);
std::string fault_curves_csv(const FaultSection& faults);
std::string voltage_csv(const FaultSection& faults);

}  // namespace minerva::faultsim
