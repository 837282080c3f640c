#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva sram [CONFIG] [--base FILE] [--to FILE] [--csv FILE]`: failure of an SRAM cell against
/// its supply voltage, as a table, as a CSV file and as rows of a technology file. Throws UserError
/// where ngspice is missing or fails, and for cards that do not describe a cell.
int sram_command(const CommandCall& call);

}  // namespace minerva::flow
