#pragma once
#include <optional>
#include <vector>

#include "minerva/comparison/comparison.hpp"
#include "minerva/report/figure.hpp"

namespace minerva {

/// Power and energy of the finished machines against their errors on both sets, with intervals,
/// bounds and the frontier. Nothing: fewer than two machines, or runs on unlike data.
std::optional<Figure> trade_off_figure(const std::vector<ComparedRun>& runs);

}  // namespace minerva
