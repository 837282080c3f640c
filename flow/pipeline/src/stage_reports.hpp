#pragma once
#include <vector>

#include "minerva/report/stage_report.hpp"

namespace minerva::flow {

/// What each stage shows of its section, in the order of the stages.
const std::vector<StageReport>& stage_reports();

}  // namespace minerva::flow
