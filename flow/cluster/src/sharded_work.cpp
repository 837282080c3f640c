#include "sharded_work.hpp"

#include "design_point_work.hpp"
#include "fault_map_work.hpp"
#include "minerva/base/errors.hpp"
#include "run_work.hpp"
#include "training_work.hpp"

namespace minerva::flow {

const std::vector<std::string>& sharded_commands() {
  static const std::vector<std::string> all = {"dse", "train", "noise", "faults", "sweep"};
  return all;
}

std::unique_ptr<ShardedWork> make_sharded_work(const std::string& command, WorkSetup& setup) {
  if (command == "dse") return std::make_unique<DesignPointWork>(setup);
  if (command == "train") return std::make_unique<TrainingWork>(setup, Stage::train);
  if (command == "noise") return std::make_unique<TrainingWork>(setup, Stage::noise);
  if (command == "faults") return std::make_unique<FaultMapWork>(setup);
  if (command == "sweep") return std::make_unique<RunWork>(setup);
  throw UserError("command of the plan", command, "has no work that this program can cut");
}

}  // namespace minerva::flow
