#pragma once
#include <optional>
#include <vector>

#include "minerva/comparison/comparison.hpp"

namespace minerva {

/// A point a run, of any two of its numbers: the reader chooses them. Of a sweep over one number
/// that number lies across. Nothing where fewer than two runs have a finished machine.
std::optional<Figure> runs_figure(const std::vector<ComparedRun>& runs);

}  // namespace minerva
