#pragma once
#include <string>
#include <string_view>
#include <unordered_map>

#include "minerva/circuit/cell.hpp"
#include "minerva/circuit/liberty_syntax.hpp"
#include "table_reader.hpp"

namespace minerva::circuit {

/// What pins of a library have where they do not say.
struct PinDefaults {
  double input_capacitance_ff = 0;
  double output_capacitance_ff = 0;
  double inout_capacitance_ff = 0;
  double cell_leakage_nw = 0;
  std::unordered_map<std::string_view, int> bus_bits;  ///< by type
};

/// Reads one group `cell`. Throws UserError naming the line.
Cell read_cell(const LibertyStatement& group, const TableReader& tables,
               const PinDefaults& defaults);

}  // namespace minerva::circuit
