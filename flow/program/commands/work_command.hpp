#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva work DIR --shard K`: computes one shard of a plan, unless it is there. What a worker
/// that was killed left is gone on with, where that is worth it; a damaged shard is moved aside and
/// computed again. Throws VerificationFailure when a shard computed again comes out otherwise.
int work_command(const CommandCall& call);

}  // namespace minerva::flow
