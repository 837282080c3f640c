#pragma once
#include "command.hpp"

namespace minerva::flow {

/// Searches network, inputs, formats, thresholds, voltage and machine together.
int codesign_command(const CommandCall& call);

}  // namespace minerva::flow
