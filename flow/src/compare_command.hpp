#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva report RUN RUN .. [--out DIR]`: prints finished runs side by side; with --out also
/// writes the tables and their CSV files there.
int compare_command(const CommandCall& call);
/// Whether this call of `report` names more than one run.
bool names_several_runs(const CommandCall& call);

}  // namespace minerva::flow
