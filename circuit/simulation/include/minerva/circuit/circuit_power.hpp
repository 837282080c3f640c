#pragma once
#include <string>
#include <vector>

#include "minerva/circuit/gate_simulator.hpp"

namespace minerva::circuit {

/// Energy of some instances and nets over a simulated time.
struct CircuitEnergy {
  double internal_fj = 0;   ///< inside of cells, from their tables
  double switching_fj = 0;  ///< 1/2 C V^2 of each transition of the nets that they drive
  double leakage_fj = 0;    ///< leakage power by state times the time in it

  double dynamic_fj() const { return internal_fj + switching_fj; }
  CircuitEnergy& operator+=(const CircuitEnergy& other);
};

/// Energies of a netlist by who spends them. All sums are in the order of instances and nets.
struct CircuitPower {
  double time_ns = 0;
  std::vector<CircuitEnergy> of_instances;  ///< by instance; switching is that of its outputs' nets
  CircuitEnergy of_inputs;                  ///< nets that inputs of the netlist drive
  CircuitEnergy of_clocks;                  ///< those among them that clocks drive

  /// Everything.
  CircuitEnergy total() const;
  /// The instances whose names begin with a prefix, such as "lane.multiplier.".
  CircuitEnergy of_group(const Netlist& netlist, const std::string& prefix) const;
};

/// Energies of an activity: internal power by the tables at the transitions of `timing` and at the
/// loads, switching of the nets at `voltage_v`, leakage by state.
CircuitPower circuit_power(const Netlist& netlist, const NetLoads& loads_ff,
                           const CircuitTiming& timing, const SimulatedActivity& activity,
                           double voltage_v);

}  // namespace minerva::circuit
