#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva status DIR`: which shards of a plan are there, under way, missing or damaged.
int status_command(const CommandCall& call);

}  // namespace minerva::flow
