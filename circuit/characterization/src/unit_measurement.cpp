#include "minerva/circuit/unit_measurement.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/circuit/circuit_power.hpp"
#include "minerva/circuit/net_load.hpp"

namespace minerva::circuit {
namespace {

using Kind = DatapathUnitKind;

constexpr double kFsPerNs = 1e6;
constexpr int kClockFanout = 4;              // a clock driver with a usual load
constexpr double kPathMargin = 1.25;         // of units that are slower than the clock
constexpr std::int64_t kDataAfterEdge = 10;  // a tenth of the period: clock to output of a register

std::int64_t signed_random(KeyedRandom& random, int bits) {
  const std::uint64_t span = std::uint64_t{1} << bits;
  return static_cast<std::int64_t>(random.below(span)) - static_cast<std::int64_t>(span / 2);
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

class Measurement {
 public:
  Measurement(const DatapathUnit& unit, const Netlist& netlist, const CellLibrary& library,
              const MeasurementOptions& options)
      : unit_(unit), netlist_(netlist), library_(library) {
    const Cell& flip_flop = require_flip_flop(library);
    WireModel wire{options.wire_ff, nullptr};
    if (!options.wire_load.empty()) wire.table = &library.wire_load(options.wire_load);
    const double data_ff = data_capacitance_ff(flip_flop);
    loads_ = net_loads_ff(netlist, wire, data_ff);
    InputDrive drive;
    drive.cell = &flip_flop;
    drive.clock_transition_ns = transition_at(flip_flop, kClockFanout * data_ff);
    timing_ = analyse_timing(netlist, loads_, drive);
    const double interval_ns = timing_.longest_path_ns <= options.clock_ns
                                   ? options.clock_ns
                                   : timing_.longest_path_ns * kPathMargin;
    interval_fs_ = std::llround(interval_ns * kFsPerNs);
  }

  UnitMeasurement run(const OperandStream& stream) {
    GateSimulator simulator(netlist_, loads_, timing_);
    std::int64_t begin = 0;
    for (std::size_t k = 0; k < stream.values.size(); ++k) {
      if (k == 1) simulator.clear_activity();  // the first comes upon the state of no operand
      operate(simulator, stream, k, begin);
      begin += interval_fs_;
    }
    return figures(simulator, static_cast<std::int64_t>(stream.values.size()) - 1);
  }

 private:
  void operate(GateSimulator& simulator, const OperandStream& stream, std::size_t k,
               std::int64_t begin) {
    const auto& [a, b] = stream.values[k];
    std::int64_t at = begin;
    if (unit_.is_clocked()) {
      simulator.set_input(netlist_.port("clk").nets[0], true, begin);
      at += interval_fs_ / kDataAfterEdge;
    }
    set(simulator, "a", a, at);
    if (unit_.second_bits() > 0) set(simulator, "b", b, at);
    if (unit_.is_clocked()) {
      simulator.run_until(begin + interval_fs_ / 2);
      simulator.set_input(netlist_.port("clk").nets[0], false, begin + interval_fs_ / 2);
      // The edge at `begin` took the operands of the cycle before.
      if (k > 0) keep(stream.values[k - 1]);
      simulator.run_until(begin + interval_fs_);
      compare(simulator, kept_, stream, k);
    } else {
      simulator.run_until(begin + interval_fs_);
      compare(simulator, unit_result(unit_, a, b), stream, k);
    }
  }
  void keep(const std::pair<std::int64_t, std::int64_t>& operands) {
    if (unit_.kind == Kind::gated_register && operands.second == 0) return;
    kept_ = unit_result(unit_, operands.first, operands.second);
  }
  void set(GateSimulator& simulator, const char* port, std::int64_t value, std::int64_t at) const {
    const std::vector<int>& nets = netlist_.port(port).nets;
    for (std::size_t bit = 0; bit < nets.size(); ++bit) {
      simulator.set_input(nets[bit], (value >> bit & 1) != 0, at);
    }
  }
  void compare(const GateSimulator& simulator, std::int64_t expected, const OperandStream& stream,
               std::size_t k) const {
    const std::vector<int>& nets = netlist_.port("out").nets;
    for (std::size_t bit = 0; bit < nets.size(); ++bit) {
      if (simulator.value(nets[bit]) == ((expected >> bit & 1) != 0)) continue;
      throw UserError(netlist_.file, unit_.name(),
                      "the netlist computes bit " + std::to_string(bit) + " of operation " +
                          std::to_string(k) + " of the operands '" + stream.name +
                          "' otherwise than the arithmetic: the cells or the synthesis are wrong");
    }
  }

  UnitMeasurement figures(const GateSimulator& simulator, std::int64_t operations) const {
    const SimulatedActivity activity = simulator.activity();
    const CircuitPower power =
        circuit_power(netlist_, loads_, timing_, activity, library_.voltage_v);
    CircuitEnergy cells;
    for (const CircuitEnergy& each : power.of_instances) cells += each;
    UnitMeasurement out;
    const auto count = static_cast<double>(operations);
    out.operations = operations;
    out.cells = static_cast<int>(netlist_.instances.size());
    out.area_um2 = netlist_.area_um2();
    out.longest_path_ns = timing_.longest_path_ns;
    out.internal_fj = cells.internal_fj / count;
    out.switching_fj = cells.switching_fj / count;
    out.input_nets_fj = power.of_inputs.switching_fj / count;
    out.clock_net_fj = power.of_clocks.switching_fj / count;
    out.leakage_nw = cells.leakage_fj / (power.time_ns * 1e-3);
    out.events = activity.events;
    out.swallowed = activity.swallowed;
    return out;
  }

  const DatapathUnit& unit_;
  const Netlist& netlist_;
  const CellLibrary& library_;
  NetLoads loads_;
  CircuitTiming timing_;
  std::int64_t interval_fs_ = 0;
  std::int64_t kept_ = 0;
};

}  // namespace

const Cell& require_flip_flop(const CellLibrary& library) {
  const Cell* flip_flop = smallest_flip_flop(library);
  if (flip_flop == nullptr) {
    throw UserError(library.file, "",
                    "the library lacks a flip-flop with one data pin, from which operands come");
  }
  return *flip_flop;
}

OperandStream uniform_operands(const DatapathUnit& unit, std::uint64_t seed, int count) {
  OperandStream stream{"uniform", {}};
  KeyedRandom random(seed, Stream::characterization,
                     mix_keys(static_cast<std::uint64_t>(unit.kind),
                              mix_keys(static_cast<std::uint64_t>(unit.a_bits),
                                       static_cast<std::uint64_t>(unit.second_bits()))));
  for (int k = 0; k < count; ++k) {
    const std::int64_t a = signed_random(random, unit.a_bits);
    std::int64_t b = 0;
    if (unit.kind == Kind::gated_register) {
      b = 1;
    } else if (unit.kind == Kind::comparator) {
      b = static_cast<std::int64_t>(random.below((std::uint64_t{1} << (unit.a_bits - 1)) + 1));
    } else if (unit.second_bits() > 0) {
      b = signed_random(random, unit.second_bits());
    }
    stream.values.emplace_back(a, b);
  }
  return stream;
}

OperandStream idle_operands(const DatapathUnit& unit, std::uint64_t seed, int count) {
  OperandStream stream = uniform_operands(unit, seed, count);
  stream.name = "idle";
  for (auto& operands : stream.values) operands = {stream.values.front().first, 0};
  return stream;
}

UnitMeasurement measure_unit(const DatapathUnit& unit, const Netlist& netlist,
                             const CellLibrary& library, const MeasurementOptions& options,
                             const OperandStream& stream) {
  expects(stream.values.size() >= 2, "measure_unit: needs two operations or more");
  return Measurement(unit, netlist, library, options).run(stream);
}

}  // namespace minerva::circuit
