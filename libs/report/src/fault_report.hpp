#pragma once
#include <string>

#include "minerva/report/run_summary.hpp"

// Stage 5 in the CSV files and the page.
namespace minerva {

std::string faults_csv(const RunSummary& summary);
std::string fault_curves_csv(const RunSummary& summary);
std::string voltage_csv(const RunSummary& summary);

}  // namespace minerva
