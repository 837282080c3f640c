#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "minerva/circuit/cell.hpp"

namespace minerva::circuit {

/// Units of a file in those of this program. Energies have the unit capacitance times voltage
/// squared, as the standard says.
struct LibraryUnits {
  double time_ns = 0;
  double capacitance_ff = 0;
  double voltage_v = 0;
  double leakage_nw = 0;
  double energy_fj() const { return capacitance_ff * voltage_v * voltage_v; }
};

/// A table of wire capacitance against fanout.
struct WireLoad {
  std::string name;
  double capacitance_ff_per_length = 0;
  double slope_length = 0;                               ///< for each fanout beyond the table
  std::vector<std::pair<double, double>> fanout_length;  ///< by increasing fanout

  /// Linear between the rows of the table and proportional below the first; 0 at no fanout.
  double capacitance_ff(int fanout) const;
};

/// The cells of one Liberty file. Times are in ns, capacitances in fF, energies in fJ, leakage in
/// nW, voltages in V, areas in the file's unit, which is um2 in all that we know.
struct CellLibrary {
  std::string file;
  std::string name;
  LibraryUnits units;
  double voltage_v = 0;
  double temperature_c = 0;
  std::vector<Cell> cells;
  std::vector<WireLoad> wire_loads;
  std::string default_wire_load;   ///< empty: the file names none
  std::vector<std::string> notes;  ///< what was assumed about the file
  std::unordered_map<std::string, int> cell_numbers;

  /// nullptr for a name that the library has not.
  const Cell* find(const std::string& cell_name) const;
  /// Throws UserError naming the file for a name that the library has not, and for a cell with a
  /// refusal.
  const Cell& cell(const std::string& cell_name) const;
  /// Throws UserError naming the file and its tables for a name that the library has not.
  const WireLoad& wire_load(const std::string& table_name) const;
};

/// Reads a Liberty file, plain or compressed by gzip. Throws UserError naming file, line and what
/// is missing or wrong: a file that is truncated, units that are missing or unknown, a table whose
/// values do not fill its axes, a condition on an unknown pin. Attributes that neither energy,
/// delay nor area needs are not read.
CellLibrary read_cell_library(const std::string& path);

/// The same from bytes. @param file names them in messages
CellLibrary cell_library_from(std::string_view text, const std::string& file);

}  // namespace minerva::circuit
