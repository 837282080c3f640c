#pragma once
#include <string>

#include "minerva/report/run_summary.hpp"

namespace minerva {

/// The design space on the page: totals, the figures of the book (Fig. 4.4b and c), the frontier.
/// Empty when it was not explored.
std::string design_space_section(const DesignSpaceSummary& space);

}  // namespace minerva
