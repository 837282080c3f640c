#pragma once
#include "minerva/accelsim/technology.hpp"
#include "minerva/design/design.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/network/quantization_plan.hpp"

namespace minerva {

/// The machine that is asked for by 0 write ports, which stand for the activation bandwidth, and 0
/// multiplier stages, which stand for as many as widths, clock period and technology need. Throws
/// UserError naming the key in section [design] for a machine that cannot be built.
DesignPoint completed_point(const DesignPoint& asked, const DatapathWidths& widths,
                            const Technology& technology);

/// The design with the machine of its point for the signals of its plan.
Design completed_design(Design design, const Technology& technology);

}  // namespace minerva
