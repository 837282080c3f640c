#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "minerva/comparison/comparison.hpp"

namespace minerva {

/// The runs with the names that a page calls them by: of the runs of a sweep, such as
/// budget.itn=1+design.lanes=8, what differs alone, without the sections of the keys: "itn=1". The
/// names of other runs stay.
std::vector<ComparedRun> with_labels(std::vector<ComparedRun> runs);

/// The one key in which the configs differ, with its value in each run as a number; nothing where
/// several differ, or none, or where a value is no number.
std::optional<std::pair<std::string, std::vector<double>>> swept_number(
    const std::vector<ComparedRun>& runs);

}  // namespace minerva
