#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva config [CONFIG] [--changed]`: every key with its value and where that came from.
int config_command(const CommandCall& call);

}  // namespace minerva::flow
