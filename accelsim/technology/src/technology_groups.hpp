#pragma once
#include <bitset>
#include <string>
#include <vector>

#include "technology_figures.hpp"

namespace minerva {

/// The optional groups of which the rows hold a figure or more.
std::bitset<kFigureGroups> groups_of(const std::vector<FigureRow>& rows, DatapathForm form);
/// Throws UserError for half a group, for both or neither of two groups that stand for each other,
/// for a group without the one that it needs, and for a sram_law that the rows do not follow.
void check_groups(const std::vector<FigureRow>& rows, DatapathForm form, const std::string& path);

}  // namespace minerva
