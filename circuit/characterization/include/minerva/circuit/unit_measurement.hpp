#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "minerva/circuit/cell_library.hpp"
#include "minerva/circuit/netlist.hpp"
#include "minerva/circuit/unit.hpp"

namespace minerva::circuit {

/// Operands of a unit, one pair an operation, in their order.
struct OperandStream {
  std::string name;  ///< "uniform", "idle", "run", "run_kept"
  std::vector<std::pair<std::int64_t, std::int64_t>> values;
};

/// Uniform random operands of a unit's widths. The comparator's bound is uniform from 0 to
/// 2^(bits-1), the enable of a gated register is 1. Depends on the seed and the widths alone.
OperandStream uniform_operands(const DatapathUnit& unit, std::uint64_t seed, int count);
/// The operands of a register that keeps its value: the first of `uniform_operands`; a gated one is
/// not enabled.
OperandStream idle_operands(const DatapathUnit& unit, std::uint64_t seed, int count);

/// Under which conditions units are measured.
struct MeasurementOptions {
  double clock_ns = 4;
  double wire_ff = 1;     ///< of every net
  std::string wire_load;  ///< a table of the library, added to it; empty: none
};

/// What a unit takes, with the operands of one stream.
struct UnitMeasurement {
  std::int64_t operations = 0;
  int cells = 0;
  double area_um2 = 0;
  double longest_path_ns = 0;
  double internal_fj = 0;    ///< an operation: inside of cells
  double switching_fj = 0;   ///< of the nets that the unit's cells drive
  double input_nets_fj = 0;  ///< of the nets at its inputs, which others drive
  double clock_net_fj = 0;   ///< of the clock's net
  double leakage_nw = 0;     ///< mean over the time
  std::uint64_t events = 0;
  std::uint64_t swallowed = 0;
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

}  // namespace minerva::circuit
