#pragma once
#include <string>

#include "design_space_section.hpp"

namespace minerva::dse {

/// The first line of design_space.csv, with its end. @param positions with the accumulators of a
/// lane, which a space of machines with one has no column for.
std::string design_space_csv_names(bool positions = false);
/// Whether a machine of a section has more than one accumulator a lane.
bool has_positions(const DesignSpaceSection& space);
/// Appends the line of a point. Columns of design_space.csv: the machine as built, its figures, and
/// whether it is over-partitioned and within the constraints. A text only grows by it, so that
/// a million lines can be made by several threads.
void append_design_space_csv(const DesignSpaceRow& row, std::string& text, bool positions = false);

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
