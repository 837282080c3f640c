#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva submit DIR`: the missing shards of a plan and the merge behind them, to Slurm or to
/// processes of this machine; returns the exit code.
int submit_command(const CommandCall& call);

}  // namespace minerva::flow
