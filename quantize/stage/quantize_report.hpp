#pragma once
#include "minerva/report/stage_report.hpp"

namespace minerva::quantize {

/// What the stage quantize shows: formats.csv, format_curve.csv, saturation.csv, and the page's
/// section on number formats.
StageReport quantize_report();

}  // namespace minerva::quantize
