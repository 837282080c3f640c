#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "minerva/circuit/cell_library.hpp"
#include "minerva/circuit/lane.hpp"
#include "minerva/circuit/netlist.hpp"
#include "minerva/circuit/unit.hpp"

namespace minerva::circuit {

/// Operands of a unit, one pair an operation, in their order.
struct OperandStream {
  std::string name;  ///< "uniform", "idle", "run", "run_kept"
  std::vector<std::pair<std::int64_t, std::int64_t>> values;
};

/// Uniform random operands of a unit's widths. The comparator's bound is uniform from 0 to
/// 2^(bits-1), an enable is 1, a sequencer is not held; a write multiplexer passes the lanes in
/// their order; one bit in 32 of a masked word is faulty; an accumulator is preset once in 256
/// operations. Depends on the seed and the widths alone.
OperandStream uniform_operands(const DatapathUnit& unit, std::uint64_t seed, int count);
/// Two operations that move nothing, where only size and longest path are asked for.
OperandStream timing_operands();
/// The operands of a register that keeps its value: the first of `uniform_operands`; gated ones are
/// not enabled, a sequencer is held.
OperandStream idle_operands(const DatapathUnit& unit, std::uint64_t seed, int count);

/// One input of a neuron on its way through a lane.
struct LaneOperation {
  std::int32_t weight = 0;
  std::uint32_t faulty_bits = 0;
  std::int32_t activation = 0;
  std::int64_t bias = 0;
  bool keep = true;    ///< else nothing is clocked
  bool first = false;  ///< of its neuron
  bool last = false;   ///< of its neuron: its sum goes to the result register
};

/// Inputs of a lane, one a cycle, in their order.
struct LaneStream {
  std::string name;  ///< as OperandStream
  std::vector<LaneOperation> operations;
};

/// Uniform random weights, activations and biases, neurons of 256 inputs; and the same with nothing
/// kept.
LaneStream uniform_lane_operands(const LaneUnit& lane, std::uint64_t seed, int count);
LaneStream idle_lane_operands(const LaneUnit& lane, std::uint64_t seed, int count);

/// Under which conditions units are measured.
struct MeasurementOptions {
  double clock_ns = 4;
  double wire_ff = 1;     ///< of every net
  std::string wire_load;  ///< a table of the library, added to it; empty: none
  /// Of a net from a shared register to all lanes, or from a lane to the write port, besides, for
  /// each lane on its way. Assumption: a lane of 30 um, 0.1 fF a um.
  double lane_pitch_ff = 3;
};

/// What a unit takes, with the operands of one stream.
struct UnitMeasurement {
  std::int64_t operations = 0;
  int cells = 0;
  double area_um2 = 0;
  double longest_path_ns = 0;  ///< of the netlist; in a lane, of the whole lane
  double internal_fj = 0;      ///< an operation: inside of cells
  double switching_fj = 0;     ///< of the nets that the unit's cells drive
  double driven_clock_fj = 0;  ///< of these, that of nets to clock pins: a gate's, a clock buffer's
  double input_nets_fj = 0;    ///< of the nets at its inputs, which others drive; 0 in a lane
  double clock_net_fj = 0;     ///< of the clock's net; 0 in a lane
  double leakage_nw = 0;       ///< mean over the time
  std::uint64_t events = 0;    ///< transitions of nets: of a part, those that its cells drive
  std::uint64_t swallowed = 0;  ///< 0 for a part of a netlist
  double energy_fj() const { return internal_fj + switching_fj; }
};

/// The flip-flop from which operands come. Throws UserError for a library without one.
const Cell& require_flip_flop(const CellLibrary& library);

/// Simulates a unit's netlist with a stream of operands, one a cycle, and compares every result
/// with unit_result. Operands come from registers: their transitions are those of the library's
/// smallest flip-flop at the load of the net, all at the same time (a tenth of the period after the
/// edge where the unit has a clock). Each output drives one flip-flop. A unit whose longest path
/// exceeds the period is given 1.25 times its path for an operation, so that its energy is that of
/// a whole one. Throws UserError for a library without a flip-flop, and for a result that differs.
UnitMeasurement measure_unit(const DatapathUnit& unit, const Netlist& netlist,
                             const CellLibrary& library, const MeasurementOptions& options,
                             const OperandStream& stream);

/// The same for a lane: a figure for each of lane_parts. Total and result are compared with
/// lane_next after every cycle. Words, flags and biases arrive a tenth of the period after the
/// edge; everything else arrives when the netlist brings it.
std::vector<UnitMeasurement> measure_lane(const LaneUnit& lane, const Netlist& netlist,
                                          const CellLibrary& library,
                                          const MeasurementOptions& options,
                                          const LaneStream& stream);

}  // namespace minerva::circuit
