#pragma once
#include "design_space_figures.hpp"
#include "design_space_section.hpp"
#include "minerva/report/html_page.hpp"
#include "minerva/report/run_summary.hpp"

namespace minerva::dse {

/// The design space: totals, frontier, baseline, and where the later stages of the run took the
/// machine. Empty when the stage did not run.
PageSection design_space_page(const DesignSpaceSection& space, const RunSummary& summary,
                              const SpaceLook& look = {});

}  // namespace minerva::dse
