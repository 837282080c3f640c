#pragma once
#include "fault_section.hpp"
#include "minerva/report/html_page.hpp"

namespace minerva::faultsim {

/// Faults in the weight memory: mitigations and the rates that each tolerates. Empty when the stage
/// did not run.
PageSection faults_page(const RunSummary& summary, const FaultSection& faults);

}  // namespace minerva::faultsim
