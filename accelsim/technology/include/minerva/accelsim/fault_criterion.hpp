#pragma once
#include <string>
#include <vector>

#include "minerva/accelsim/technology_rows.hpp"

namespace minerva {

/// What the fault rates of a technology count as a failure: conditions and source of their rows.
std::string failure_criterion(const std::vector<FigureRow>& rows);

/// Whether a bit that is read too slowly counts as faulty: such a criterion begins with the word
/// clocked or slow_read and a colon, as `minerva sram` writes it (docs/sram.md).
bool counts_access_time(const std::string& criterion);

}  // namespace minerva
