#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/accelsim/technology_rows.hpp"
#include "minerva/design/fault_criterion.hpp"

namespace minerva {

/// What the fault rates of a technology count as a failure: conditions and source of their rows.
std::string failure_criterion(const std::vector<FigureRow>& rows);

/// The criterion that conditions begin with, before a colon, as `minerva sram` writes it
/// (docs/sram.md); nothing: they describe it in other words.
std::optional<FaultCriterion> criterion_of(const std::string& conditions);

/// Whether a bit that is read too slowly counts as faulty.
bool counts_access_time(FaultCriterion criterion);
bool counts_access_time(const std::string& conditions);

}  // namespace minerva
