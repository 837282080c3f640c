#pragma once
#include "minerva/flow/pipeline.hpp"

namespace minerva::flow {

/// Does one stage and prints what its definition says of it.
void run_stage_and_print(Pipeline& pipeline, const std::string& id);
/// Prints the stage table and where report and summary are; with --json the summary.
void print_run(const Pipeline& pipeline, const RunDirectory& directory);

}  // namespace minerva::flow
