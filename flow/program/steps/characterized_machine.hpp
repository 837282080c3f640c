#pragma once
#include <optional>
#include <string>
#include <vector>

#include "command.hpp"
#include "minerva/circuit/cell_rows.hpp"
#include "reference_cores.hpp"

namespace minerva::flow {

/// What is asked for besides units of given widths.
struct MachineRequest {
  std::string run;               ///< folder of a run; empty: no network
  std::int64_t samples = 16;     ///< of the run
  bool rows = false;             ///< a technology file is to be written
  std::vector<int> grid_widths;  ///< of weights and inputs in its table of multipliers
  std::string node;              ///< column of its rows
};

struct CharacterizedMachine {
  circuit::RowPlan plan;
  std::optional<ReferencePlan> cores;  ///< of a run whose rows are asked for
};

/// Adds the lane of a run's machine, its units and their operands to `options`, and, where rows are
/// asked for, every lane and unit that they need. A run's network is quantized anew for each width.
/// Notes say what was assumed. Throws UserError for what is wrong with the run.
CharacterizedMachine add_machine(const MachineRequest& request,
                                 circuit::CharacterizationOptions& options,
                                 std::vector<std::string>& notes);

/// Adders, accumulators and rectifiers of a technology file have these widths, besides the
/// machine's own.
inline constexpr int kSumWidths[] = {8, 12, 16, 20, 24, 28, 32};

/// The rows as the text of a technology file: those of the base (empty: none) that no row replaces,
/// and then the rows.
std::string technology_text(const circuit::CellRows& rows, const std::string& base_file,
                            const std::string& heading);

}  // namespace minerva::flow
