#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva help [COMMAND]`.
int help_command(const CommandCall& call);
/// All commands, a line each.
std::string usage_text();
/// What a command does: usage, arguments, options, keys of the sections it reads with type,
/// default, unit, allowed values and meaning, examples, exit codes. In lines of 100 columns.
std::string help_text(const Command& command);

}  // namespace minerva::flow
