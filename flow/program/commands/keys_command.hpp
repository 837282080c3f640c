#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva keys`: every key of a config, as a Markdown table.
int keys_command(const CommandCall& call);

}  // namespace minerva::flow
