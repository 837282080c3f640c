#pragma once
#include <memory>
#include <string>

#include "command.hpp"
#include "minerva/flow/sharded_work.hpp"

namespace minerva::flow {

/// A plan as another process finds it: its folder, the config that was planned, its work.
struct PlannedWork {
  /// Reads the plan of a folder, goes to where the user planned, and makes its work. Throws
  /// UserError when something that the results depend on is not as it was planned, saying what.
  PlannedWork(const std::string& folder_path, PlanRole role, int threads);

  PlanFolder folder;
  WorkSetup setup;
  std::unique_ptr<ShardedWork> work;
};

/// The option --threads of a call: 0 to 4096. Throws UserError.
int threads_of(const CommandCall& call);
/// The one argument of a call, the folder of a plan.
std::string plan_folder_of(const CommandCall& call);
/// "3" or "3, 5-8 and 12 more", for messages.
std::string numbers_text(const std::vector<std::size_t>& numbers);

}  // namespace minerva::flow
