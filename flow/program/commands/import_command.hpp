#pragma once
#include "command.hpp"

namespace minerva::flow {

/// minerva import FILE [--to FILE]: a network from elsewhere, what was made of it, and its file.
int import_command(const CommandCall& call);

}  // namespace minerva::flow
