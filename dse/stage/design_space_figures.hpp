#pragma once
#include <vector>

#include "design_space_section.hpp"
#include "minerva/report/figure.hpp"
#include "minerva/report/run_summary.hpp"

namespace minerva::dse {

/// Power against time with the frontier and the machine after the later stages of the run; energy
/// and area of the frontier. None without designs.
std::vector<Figure> design_space_figures(const DesignSpaceSection& space,
                                         const RunSummary& summary);

}  // namespace minerva::dse
