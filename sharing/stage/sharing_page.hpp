#pragma once
#include "minerva/report/stage_report.hpp"

namespace minerva::sharing {

/// What the report makes of the stage's section: sizes of codebooks with what they cost, and the
/// entries that were chosen.
StageReport sharing_report();

}  // namespace minerva::sharing
