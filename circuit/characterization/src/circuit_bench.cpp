#include "minerva/circuit/circuit_bench.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/base/errors.hpp"
#include "minerva/circuit/net_load.hpp"

namespace minerva::circuit {
namespace {

constexpr double kFsPerNs = 1e6;
constexpr int kClockFanout = 4;       // a clock driver with a usual load
constexpr double kPathMargin = 1.25;  // of units that are slower than the clock

bool begins_with(const std::string& name, const std::string& prefix) {
  return name.compare(0, prefix.size(), prefix) == 0;
}

/// The capacitance of the data pin of a flip-flop.
double data_capacitance_ff(const Cell& flip_flop) {
  for (std::size_t p = 0; p < flip_flop.pins.size(); ++p) {
    if ((flip_flop.flip_flop->next_state.variables() >> p & 1) != 0) {
      return flip_flop.pins[p].capacitance_ff;
    }
  }
  return 0;
}

/// The slowest transition of a cell's first output at a load, without a transition of its input.
double transition_at(const Cell& cell, double load_ff) {
  double slowest = 0;
  for (const Pin& pin : cell.pins) {
    if (pin.direction != PinDirection::output) continue;
    for (const TimingArc& arc : pin.arcs) {
      for (const LookupTable& table : arc.transition_ns) {
        if (!table.empty()) slowest = std::max(slowest, table.at(0, load_ff));
      }
    }
    break;
  }
  return slowest;
}

/// The wires of nets that pass lanes.
std::vector<double> lane_wires_ff(const Netlist& netlist, const std::string& broadcast,
                                  double lanes_passed, double pitch_ff) {
  std::vector<double> wires_ff;
  for (std::size_t n = 0; n < netlist.nets.size(); ++n) {
    const Net& net = netlist.nets[n];
    double lanes = net.is_input && !is_clock_net(netlist, static_cast<int>(n)) ? lanes_passed : 0;
    for (const InstancePin& sink : net.sinks) {
      const std::string& name = netlist.instances[static_cast<std::size_t>(sink.instance)].name;
      if (!broadcast.empty() && begins_with(name, broadcast)) lanes += 1;
    }
    wires_ff.push_back(lanes * pitch_ff);
  }
  return wires_ff;
}

}  // namespace

CircuitBench::CircuitBench(const Netlist& netlist, const CellLibrary& library,
                           const MeasurementOptions& options, const std::string& broadcast,
                           double lanes_passed)
    : CircuitBench(netlist, library, options,
                   lane_wires_ff(netlist, broadcast, lanes_passed, options.lane_pitch_ff)) {}

CircuitBench::CircuitBench(const Netlist& netlist, const CellLibrary& library,
                           const MeasurementOptions& options,
                           const std::vector<double>& further_wire_ff)
    : netlist_(netlist), library_(library) {
  const Cell& flip_flop = require_flip_flop(library);
  WireModel wire{options.wire_ff, nullptr};
  if (!options.wire_load.empty()) wire.table = &library.wire_load(options.wire_load);
  const double data_ff = data_capacitance_ff(flip_flop);
  loads_ = net_loads_ff(netlist, wire, data_ff);
  for (std::size_t n = 0; n < loads_.size(); ++n) {
    for (double& load_ff : loads_[n]) load_ff += further_wire_ff[n];
  }
  InputDrive drive;
  drive.cell = &flip_flop;
  drive.clock_transition_ns = transition_at(flip_flop, kClockFanout * data_ff);
  timing_ = analyse_timing(netlist, loads_, drive);
  const double interval_ns = timing_.longest_path_ns <= options.clock_ns
                                 ? options.clock_ns
                                 : timing_.longest_path_ns * kPathMargin;
  interval_fs_ = std::llround(interval_ns * kFsPerNs);
}

void CircuitBench::set(GateSimulator& simulator, const char* port, int low, int bits,
                       std::int64_t value, std::int64_t at_fs) const {
  const std::vector<int>& nets = netlist_.port(port).nets;
  for (int bit = 0; bit < bits; ++bit) {
    simulator.set_input(nets[static_cast<std::size_t>(low + bit)], (value >> bit & 1) != 0, at_fs);
  }
}

std::optional<int> CircuitBench::differs(const GateSimulator& simulator, const char* port,
                                         std::int64_t expected, int bits) const {
  const std::vector<int>& nets = netlist_.port(port).nets;
  for (std::size_t bit = 0; bit < nets.size(); ++bit) {
    const std::size_t place = bit % static_cast<std::size_t>(bits);
    if (simulator.value(nets[bit]) != ((expected >> place & 1) != 0)) return static_cast<int>(bit);
  }
  return std::nullopt;
}

void CircuitBench::fail(const std::string& unit, const std::string& port, int bit,
                        std::size_t operation, const std::string& stream) const {
  throw UserError(netlist_.file, unit,
                  "the netlist computes bit " + std::to_string(bit) + " of '" + port +
                      "' in operation " + std::to_string(operation) + " of the operands '" +
                      stream +
                      "' otherwise than the arithmetic: the cells or the synthesis are wrong");
}

CircuitPower CircuitBench::power(const SimulatedActivity& activity) const {
  return circuit_power(netlist_, loads_, timing_, activity, library_.voltage_v);
}

UnitMeasurement CircuitBench::figures(const SimulatedActivity& activity, std::int64_t operations,
                                      const std::string& part, const std::string& without) const {
  const CircuitPower power = this->power(activity);
  UnitMeasurement out;
  CircuitEnergy energy;
  double driven_clock_fj = 0;
  for (std::size_t i = 0; i < netlist_.instances.size(); ++i) {
    const Instance& instance = netlist_.instances[i];
    if (!begins_with(instance.name, part)) continue;
    if (!without.empty() && begins_with(instance.name, without)) continue;
    ++out.cells;
    out.area_um2 += instance.cell->area_um2;
    energy += power.of_instances[i];
    for (std::size_t p = 0; p < instance.nets.size(); ++p) {
      const int net = instance.nets[p];
      if (net < 0 || instance.cell->pins[p].direction != PinDirection::output) continue;
      out.events += activity.net_transitions[static_cast<std::size_t>(net)];
      // A clock gate and a clock buffer have one output each.
      if (is_clock_net(netlist_, net)) driven_clock_fj += power.of_instances[i].switching_fj;
    }
  }
  const auto count = static_cast<double>(operations);
  out.operations = operations;
  out.longest_path_ns = timing_.longest_path_ns;
  out.internal_fj = energy.internal_fj / count;
  out.switching_fj = energy.switching_fj / count;
  out.driven_clock_fj = driven_clock_fj / count;
  out.leakage_nw = energy.leakage_fj / (power.time_ns * 1e-3);
  return out;
}

UnitMeasurement CircuitBench::figures_alone(const SimulatedActivity& activity,
                                            std::int64_t operations,
                                            const std::string& part) const {
  const CircuitPower power = this->power(activity);
  UnitMeasurement out = figures(activity, operations, part, "");
  const auto count = static_cast<double>(operations);
  out.input_nets_fj = power.of_inputs.switching_fj / count;
  out.clock_net_fj = power.of_clocks.switching_fj / count;
  out.events = activity.events;
  out.swallowed = activity.swallowed;
  return out;
}

}  // namespace minerva::circuit
