#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "minerva/circuit/circuit_power.hpp"
#include "minerva/circuit/gate_simulator.hpp"
#include "minerva/circuit/unit_measurement.hpp"

namespace minerva::circuit {

/// A netlist with its loads and timing, driven by registers of its library, and how its ports are
/// set, compared and accounted for.
class CircuitBench {
 public:
  /// @param broadcast what the names of the instances begin with whose input nets pass all lanes;
  /// empty: none. @param lanes_passed that a net at an input port passes, besides
  CircuitBench(const Netlist& netlist, const CellLibrary& library,
               const MeasurementOptions& options, const std::string& broadcast,
               double lanes_passed);
  /// @param further_wire_ff by net, besides that of the options
  CircuitBench(const Netlist& netlist, const CellLibrary& library,
               const MeasurementOptions& options, const std::vector<double>& further_wire_ff);

  /// Time of an operation: the period, or 1.25 times the longest path where that is longer.
  std::int64_t interval_fs() const { return interval_fs_; }
  /// When operands arrive, after the edge of the clock.
  std::int64_t arrival_fs() const { return interval_fs_ / 10; }

  double longest_path_ns() const { return timing_.longest_path_ns; }
  const std::string& longest_path_end() const { return timing_.longest_path_end; }

  GateSimulator simulator() const { return GateSimulator(netlist_, loads_, timing_); }
  /// Sets `bits` bits of a port from `low` on.
  void set(GateSimulator& simulator, const char* port, int low, int bits, std::int64_t value,
           std::int64_t at_fs) const;
  /// The first bit of a port that is not that of `expected`, which repeats every `bits` bits.
  std::optional<int> differs(const GateSimulator& simulator, const char* port,
                             std::int64_t expected, int bits) const;
  [[noreturn]] void fail(const std::string& unit, const std::string& port, int bit,
                         std::size_t operation, const std::string& stream) const;

  /// Who spent what.
  CircuitPower power(const SimulatedActivity& activity) const;
  /// Per operation, of the instances whose names begin with `part` (empty: all) and not with
  /// `without` (empty: none is left out). Nets at the netlist's inputs are not among them.
  UnitMeasurement figures(const SimulatedActivity& activity, std::int64_t operations,
                          const std::string& part, const std::string& without) const;
  /// The same of a unit alone, with the nets at its inputs.
  UnitMeasurement figures_alone(const SimulatedActivity& activity, std::int64_t operations,
                                const std::string& part) const;

 private:
  const Netlist& netlist_;
  const CellLibrary& library_;
  NetLoads loads_;
  CircuitTiming timing_;
  std::int64_t interval_fs_ = 0;
};

}  // namespace minerva::circuit
