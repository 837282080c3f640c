#include "sharded_work.hpp"

#include "design_point_work.hpp"
#include "fault_trial_work.hpp"
#include "minerva/core/errors.hpp"

namespace minerva::flow {

const std::vector<std::string>& sharded_commands() {
  static const std::vector<std::string> all = {"dse", "faults"};
  return all;
}

std::unique_ptr<ShardedWork> make_sharded_work(const std::string& command, WorkSetup& setup) {
  if (command == "dse") return std::make_unique<DesignPointWork>(setup);
  if (command == "faults") return std::make_unique<FaultTrialWork>(setup);
  throw UserError("command of the plan", command, "has no work that this program can cut");
}

}  // namespace minerva::flow
