#pragma once
#include <string>

#include "minerva/report/run_summary.hpp"

// Files of a run directory and data of figures.
namespace minerva {

std::string stages_csv(const RunSummary& summary);
std::string power_csv(const RunSummary& summary);
std::string noise_csv(const RunSummary& summary);
std::string sweep_csv(const RunSummary& summary);
std::string formats_csv(const RunSummary& summary);
std::string format_curve_csv(const RunSummary& summary);
std::string saturation_csv(const RunSummary& summary);
std::string pruning_csv(const RunSummary& summary);
std::string threshold_curve_csv(const RunSummary& summary);
std::string variants_csv(const RunSummary& summary);

}  // namespace minerva
