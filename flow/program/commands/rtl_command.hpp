#pragma once
#include "command.hpp"

namespace minerva::flow {

/// minerva rtl CONFIG --to DIR: the machine of a design in Verilog.
int rtl_command(const CommandCall& call);

}  // namespace minerva::flow
