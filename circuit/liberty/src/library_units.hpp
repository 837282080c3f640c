#pragma once
#include <string>

#include "minerva/circuit/cell_library.hpp"
#include "minerva/circuit/liberty_syntax.hpp"

namespace minerva::circuit {

/// The units that a library declares. Throws UserError naming the file for a unit that is unknown,
/// and for a missing unit of capacitance or voltage. Without a unit of time it is 1 ns, as the
/// standard says; leakage_nw is 0 where no unit of leakage is declared.
LibraryUnits read_units(const LibertyStatement& library, const std::string& file);

}  // namespace minerva::circuit
