#pragma once
#include <optional>

#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/accelsim/technology.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/ppa_estimate.hpp"

namespace minerva {

/// The power of a machine with each row of the technology moved by its residual, up and down, all
/// else as it is: the changes of independent rows add up in squares, those to either side for
/// itself. Nothing: no row has a residual. The machine must be one that estimate_figures accepts.
std::optional<PowerInterval> power_interval(const MachineConfiguration& machine,
                                            const ActivityProfile& activity,
                                            const SramPoint& supply, const Technology& technology);

/// The interval with one more cause, which is independent of the rows and moves the power to these
/// two when it is one standard deviation lower or higher. @param power_mw that the interval is of
PowerInterval with_effect(PowerInterval interval, double power_mw, const RowEffect& effect);

}  // namespace minerva
