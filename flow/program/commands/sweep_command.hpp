#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva sweep CONFIG --over KEY=V1,V2 .. [--out DIR] [--dry-run]`: one run for each
/// combination, in folders of DIR named by what differs, then their comparison and sweep.csv. All
/// combinations are checked before the first run starts. A run that fails does not stop the
/// others; the exit code is 1 when one failed by disagreeing models, else 2 when one failed by a
/// mistake of the user, else 0.
int sweep_command(const CommandCall& call);

}  // namespace minerva::flow
