#pragma once
#include <string>
#include <vector>

#include "design_space_section.hpp"
#include "minerva/design/knobs.hpp"

namespace minerva::dse {

/// Knobs that a machine of a section uses, of those that others do without (Knob::left_out). They
/// have columns of their own.
std::vector<const Knob*> further_knobs(const DesignSpaceSection& space);
/// The first line of design_space.csv, with its end.
std::string design_space_csv_names(const std::vector<const Knob*>& further = {});
/// Appends the line of a point. Columns of design_space.csv: the machine as built, its figures, and
/// whether it is over-partitioned and within the constraints. A text only grows by it, so that
/// a million lines can be made by several threads.
void append_design_space_csv(const DesignSpaceRow& row, std::string& text,
                             const std::vector<const Knob*>& further = {});

/// frontier.csv: the frontier, and the baseline where it lies elsewhere, in the columns of
/// design_space.csv and on_frontier, chosen, verified (simulated in SystemC and equal) and
/// differences.
std::string frontier_csv(const DesignSpaceSection& space);

/// What an exploration found, for a terminal: totals, at most `most_rows` (4 or more) frontier
/// points evenly picked, the baseline with its reason, the bend.
std::string design_space_text(const DesignSpaceSection& space, std::size_t most_rows = 20);

/// One sentence on where over-partitioning starts, and one on a search beside the exact frontier.
std::string bend_text(const DesignSpaceSection& space);
std::string comparison_text(const DesignSpaceSection& space);

}  // namespace minerva::dse
