#pragma once
#include "minerva/accelsim/machine_network.hpp"
#include "minerva/accelsim/technology.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/network/quantization_plan.hpp"

namespace minerva {

/// Energy of a prediction in nJ with nothing skipped, at nominal voltage, of a network whose words
/// have these widths on the machine of an asked point (completed_point): the cost of a plan that
/// stage 3 minimises. Throws what completed_point and estimate throw.
double unskipped_energy_nj(const MachineNetwork& network, const DatapathWidths& widths,
                           const DesignPoint& asked, const Technology& technology);

}  // namespace minerva
