#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "minerva/circuit/unit_measurement.hpp"

namespace minerva::circuit {

/// Operands of a run, for the units that take them.
struct UnitOperands {
  DatapathUnit unit;
  OperandStream stream;
};

/// A lane, and what passes it besides uniform operands.
struct LaneOperands {
  LaneUnit lane;
  std::vector<LaneStream> streams;
  bool idle = true;  ///< idle operands as well: what remains is the clock
};

/// What is characterized, and how.
struct CharacterizationOptions {
  std::string library_file;
  std::string
      folder;  ///< of netlists and measurements, stored by content; made where it is missing
  MeasurementOptions conditions;
  int operations = 2000;  ///< of uniform and of idle operands
  std::uint64_t seed = 1;
  int threads = 1;
  std::vector<DatapathUnit> units;             ///< with uniform operands, registers idle as well
  std::vector<UnitOperands> further_operands;  ///< their units need not be among `units`
  std::vector<LaneOperands> lanes;             ///< with uniform operands, too
};

/// One row of the result.
struct CharacterizedUnit {
  DatapathUnit unit;
  std::string operands;
  std::string lane;  ///< the name of the lane that it is a part of; empty: it stands alone
  std::string role;  ///< of the part, such as "accumulator"
  UnitMeasurement figures;
};

/// "alone" or the name of the lane.
std::string context_of(const CharacterizedUnit& row);

struct Characterization {
  std::string library_name;
  std::string library_digest;  ///< SHA-256 of the file, unpacked
  double voltage_v = 0;
  double temperature_c = 0;
  std::string synthesis;                ///< the program and its version
  std::vector<CharacterizedUnit> rows;  ///< in the order of the options
  std::vector<std::string> notes;       ///< what was assumed or left out
};

/// How far it is: rows that are done, of how many, and those that were there before.
using CharacterizationProgress =
    std::function<void(std::int64_t done, std::int64_t total, std::int64_t reused)>;

/// Synthesises the units and lanes to the library's cells, simulates them with their operands and
/// compares every result with the arithmetic. A row that is in the folder is read from there: it
/// depends on the content of the library, on Verilog, script and version of Yosys, on the
/// conditions and on the operands. Rows do not depend on the number of threads. Throws UserError
/// for what is missing or wrong, Interrupted when a signal asked for the end; rows that are done
/// stay in the folder.
Characterization characterize(const CharacterizationOptions& options,
                              const CharacterizationProgress& progress);

/// The rows as CSV: unit, widths, operands, context, and its figures with their units in the names.
std::string characterization_csv(const Characterization& result);

}  // namespace minerva::circuit
