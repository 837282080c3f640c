#include "minerva/circuit/unit_measurement.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/circuit/circuit_bench.hpp"

namespace minerva::circuit {
namespace {

using Kind = DatapathUnitKind;
using Operands = std::pair<std::int64_t, std::int64_t>;

/// One unit with operands at its ports.
class Measurement {
 public:
  Measurement(const DatapathUnit& unit, const Netlist& netlist, const CellLibrary& library,
              const MeasurementOptions& options)
      : unit_(unit),
        netlist_(netlist),
        // A word on its way to the write port passes half of the lanes.
        bench_(netlist, library, options, unit.kind == Kind::operand_buffer ? "lane" : "",
               unit.kind == Kind::write_multiplexer ? unit.lanes / 2.0 : 0),
        shown_(unit_begin(unit)) {}

  UnitMeasurement run(const OperandStream& stream) {
    GateSimulator simulator = bench_.simulator();
    for (std::size_t k = 0; k < stream.values.size(); ++k) {
      if (k == 1) simulator.clear_activity();  // the first comes upon the state of no operand
      operate(simulator, stream, k, static_cast<std::int64_t>(k) * bench_.interval_fs());
    }
    return bench_.figures_alone(simulator.activity(),
                                static_cast<std::int64_t>(stream.values.size()) - 1,
                                unit_.measured_part());
  }

 private:
  void operate(GateSimulator& simulator, const OperandStream& stream, std::size_t k,
               std::int64_t begin) {
    if (!unit_.is_clocked()) {
      set(simulator, stream.values[k], begin);
      simulator.run_until(begin + bench_.interval_fs());
      compare(simulator, unit_result(unit_, stream.values[k].first, stream.values[k].second),
              stream, k);
      return;
    }
    const int clock = netlist_.port("clk").nets[0];
    simulator.set_input(clock, true, begin);
    set(simulator, stream.values[k], begin + bench_.arrival_fs());
    simulator.run_until(begin + bench_.interval_fs() / 2);
    simulator.set_input(clock, false, begin + bench_.interval_fs() / 2);
    simulator.run_until(begin + bench_.interval_fs());
    // The edge at `begin` took the operands of the cycle before; at first all inputs are 0.
    const Operands taken = k > 0 ? stream.values[k - 1] : Operands{0, 0};
    shown_ = unit_next(unit_, shown_, taken.first, taken.second);
    compare(simulator, shown_, stream, k);
  }
  void set(GateSimulator& simulator, const Operands& operands, std::int64_t at) const {
    const int place = unit_.kind == Kind::write_multiplexer ? static_cast<int>(operands.second) : 0;
    if (unit_.has_first()) {
      bench_.set(simulator, "a", place * unit_.a_bits, unit_.a_bits, operands.first, at);
    }
    if (unit_.second_bits() > 0) {
      bench_.set(simulator, "b", 0, unit_.second_bits(), operands.second, at);
    }
  }
  void compare(const GateSimulator& simulator, std::int64_t expected, const OperandStream& stream,
               std::size_t k) const {
    const auto bit = bench_.differs(simulator, "out", expected, unit_.result_bits());
    if (bit) bench_.fail(unit_.name(), "out", *bit, k, stream.name);
  }

  const DatapathUnit& unit_;
  const Netlist& netlist_;
  CircuitBench bench_;
  std::int64_t shown_;
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

UnitMeasurement measure_unit(const DatapathUnit& unit, const Netlist& netlist,
                             const CellLibrary& library, const MeasurementOptions& options,
                             const OperandStream& stream) {
  expects(stream.values.size() >= 2, "measure_unit: needs two operations or more");
  return Measurement(unit, netlist, library, options).run(stream);
}

}  // namespace minerva::circuit
