#pragma once
#include "design_space_section.hpp"
#include "minerva/report/html_page.hpp"

namespace minerva::dse {

/// The design space: totals, frontier, baseline. Empty when the stage did not run.
PageSection design_space_page(const DesignSpaceSection& space);

}  // namespace minerva::dse
