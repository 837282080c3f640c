#pragma once
#include "minerva/report/stage_report.hpp"

namespace minerva::training {

/// What the stage train shows: sweep.csv, and the page's section on error and weights.
StageReport train_report();
/// What the stage noise shows: noise.csv, and the page's section on training noise and the error
/// budget.
StageReport noise_report();

}  // namespace minerva::training
