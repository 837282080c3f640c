#pragma once
#include <functional>

#include "command.hpp"
#include "minerva/flow/pipeline.hpp"

namespace minerva::flow {

/// Whether a command needs a run directory: makes one, takes one when asked to, or wants one that
/// is there.
enum class Keeps { a_run, a_run_if_asked, existing_run };

/// Runs `act` on a pipeline made from the config, the keys and the run directory of the command
/// line. Of a command that keeps a run it prints the stages so far, or summary.json.
int flow_command(const CommandCall& call, Keeps keeps, const std::function<void(Pipeline&)>& act);

}  // namespace minerva::flow
