#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva tech FILE [--tech.rows=all]`: checks a technology file and prints what it rests on.
/// Throws UserError for a bad file.
int technology_command(const CommandCall& call);

}  // namespace minerva::flow
