#pragma once
#include <vector>

#include "design_space_section.hpp"
#include "minerva/report/figure.hpp"
#include "minerva/report/run_summary.hpp"

namespace minerva::dse {

/// How a page shows a design space: that of stage 2, or one that is explored later.
struct SpaceLook {
  std::string id = "design-space";  ///< of the section, with "-section", and of the first figure
  std::string cost_id = "frontier-cost";  ///< of the second
  std::string title = "Design space";
  std::string short_title = "Design space";  ///< in the page's menu
  std::string chosen = "baseline";           ///< what the chosen machine is called
  std::string state = "with nothing quantized, skipped or scaled";  ///< of every machine
  std::string files = "design_space.csv, the frontier in frontier.csv";
  std::string first = {};  ///< a sentence in front of all others; may be empty
};

/// Power against time with the frontier and the machine after the later stages of the run; energy
/// and area of the frontier. None without designs.
std::vector<Figure> design_space_figures(const DesignSpaceSection& space, const RunSummary& summary,
                                         const SpaceLook& look = {});

}  // namespace minerva::dse
