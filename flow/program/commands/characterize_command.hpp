#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva characterize --cells FILE [--run RUN] [--to FILE]`: units of the datapath synthesised
/// to the cells of a library and simulated with uniform operands and those of a run. Throws
/// UserError.
int characterize_command(const CommandCall& call);
/// Its row of the table of commands.
Command characterize_row();

}  // namespace minerva::flow
