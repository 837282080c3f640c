#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva merge DIR`: checks every shard of a plan, then writes what the command of the plan
/// writes on one machine. Throws UserError, and writes nothing, when one is missing, damaged or
/// foreign.
int merge_command(const CommandCall& call);

}  // namespace minerva::flow
