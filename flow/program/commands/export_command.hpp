#pragma once
#include "command.hpp"

namespace minerva::flow {

/// minerva export [RUN] --format FORMAT --to PATH: the network for other tools.
int export_command(const CommandCall& call);

}  // namespace minerva::flow
