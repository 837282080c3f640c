#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva plan CONFIG --of COMMAND --shards N --out DIR`: says what is to be computed and cuts it
/// into shards. A folder that holds the same plan already is left as it is.
int plan_command(const CommandCall& call);

}  // namespace minerva::flow
