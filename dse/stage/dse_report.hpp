#pragma once
#include "minerva/report/stage_report.hpp"

namespace minerva::dse {

/// What the stage dse shows: frontier.csv, and the page's section on the design space.
StageReport dse_report();

}  // namespace minerva::dse
