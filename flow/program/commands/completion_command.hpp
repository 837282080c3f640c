#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva completion bash|zsh|fish`: a script that makes the shell ask `minerva --complete`.
int completion_command(const CommandCall& call);

}  // namespace minerva::flow
