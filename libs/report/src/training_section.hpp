#pragma once
#include <string>

#include "minerva/report/run_summary.hpp"

namespace minerva {

/// Training noise with its histogram (book, Fig. 4.1) and the error budget; empty when neither is
/// known.
std::string noise_section(const RunSummary& summary);
/// Error against weights of the sweep (book, Fig. 4.3); empty without one.
std::string sweep_section(const RunSummary& summary);

}  // namespace minerva
