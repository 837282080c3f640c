#pragma once
#include <array>
#include <vector>

#include "minerva/circuit/netlist.hpp"

namespace minerva::circuit {

/// Capacitance of the wire of a net.
struct WireModel {
  double fixed_ff = 0;              ///< of every net
  const WireLoad* table = nullptr;  ///< added to it, by fanout: sinks and an output port
};

/// By net and by edge of the net (index: Edge), because pins of some libraries differ by edge.
using NetLoads = std::vector<std::array<double, 2>>;

/// The capacitance that each net's driver sees: its input pins, its wire, and `output_load_ff`
/// where it is an output of the netlist. Constants have none.
NetLoads net_loads_ff(const Netlist& netlist, const WireModel& wire, double output_load_ff);

}  // namespace minerva::circuit
