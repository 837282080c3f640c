#pragma once
#include "minerva/report/stage_report.hpp"

namespace minerva::prune {

/// What the stage prune shows: pruning.csv, threshold_curve.csv, and the page's section on skipped
/// operations.
StageReport prune_report();

}  // namespace minerva::prune
