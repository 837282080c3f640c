#pragma once
#include <string>

#include "minerva/faultsim/tolerance.hpp"

namespace minerva {
class Settings;
}

namespace minerva::faultsim {

/// Binds the keys of section [faults]; `rate`, `map` and `file` serve single evaluations.
void add_fault_settings(Settings& settings, FaultOptions& options, Mitigation& mitigation,
                        double& rate, int& map, std::string& faults_file);

}  // namespace minerva::faultsim
