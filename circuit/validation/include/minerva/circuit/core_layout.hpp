#pragma once
#include <vector>

#include "minerva/circuit/layout.hpp"
#include "minerva/circuit/netlist.hpp"
#include "minerva/circuit/unit_measurement.hpp"

namespace minerva::circuit {

/// What of a core is placed and routed: one lane, whose wires all lanes have, or all of it.
enum class LaidOut { lane, core };

/// Wires of a core, of which some were routed.
struct RoutedCoreWires {
  std::vector<double> further_ff;  ///< by net, as core_wires_ff has them
  int cells = 0;                   ///< that were placed
  double width_um = 0, height_um = 0;
  int nets = 0;           ///< that take their wire from the layout, in all lanes
  double routed_um = 0;   ///< of these nets
  double routed_ff = 0;   ///< likewise
  double assumed_ff = 0;  ///< what they have without a layout
};

/// Places and routes lane 0 or the whole core. Nets inside of a lane then have the wire of the same
/// net of lane 0; all other nets, and those that a layout has no wire for, keep `assumed_ff`.
/// @param assumed_ff core_wires_ff of the same core
RoutedCoreWires route_core(const Netlist& core, LaidOut what, const LayoutTools& tools,
                           const MeasurementOptions& conditions,
                           const std::vector<double>& assumed_ff);

}  // namespace minerva::circuit
