#pragma once
#include <string>
#include <vector>

#include "command.hpp"

namespace minerva::flow {

/// Sections of a config that a run of all stages reads.
const std::vector<std::string>& sections_of_a_run();
/// Rows of the commands that cut work into shards, for many machines.
std::vector<Command> commands_of_plans();

/// A command for the design of a run or of files, as `rtl`: its arguments and keys.
Command command_of_an_evaluation();

}  // namespace minerva::flow
