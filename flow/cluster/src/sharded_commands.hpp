#pragma once
#include <memory>
#include <string>
#include <vector>

#include "minerva/flow/sharded_work.hpp"

namespace minerva::flow {

/// The commands whose work can be cut: those of stages that define it, and a sweep of runs.
const std::vector<std::string>& sharded_commands();
/// The work of one of them. `setup` must outlive it. Throws UserError for another command.
std::unique_ptr<ShardedWork> make_sharded_work(const std::string& command, WorkSetup& setup);

}  // namespace minerva::flow
