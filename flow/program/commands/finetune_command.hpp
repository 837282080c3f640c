#pragma once
#include "command.hpp"

namespace minerva::flow {

/// Trains the network of a run, of a file or of a config for its hardware.
int finetune_command(const CommandCall& call);

}  // namespace minerva::flow
