#pragma once
#include "minerva/report/stage_report.hpp"

namespace minerva::faultsim {

/// What the stage faults shows: faults.csv, fault_curves.csv, voltage.csv, and the page's section
/// on faults in the weight memory.
StageReport faults_report();

}  // namespace minerva::faultsim
