#pragma once
#include "faultsim_stage_options.hpp"

namespace minerva {
class Settings;
}

namespace minerva::faultsim {

/// Adds the keys of section [faults], and budget.share_faults, bound to `share_of_budget`.
void add_fault_settings(Settings& settings, FaultStageOptions& options, double& share_of_budget);

}  // namespace minerva::faultsim
