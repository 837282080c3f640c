#include "sharded_commands.hpp"

#include "minerva/base/errors.hpp"
#include "run_work.hpp"

namespace minerva::flow {
namespace {

constexpr const char* kSweep = "sweep";  // of runs: the one work that is of no stage

}  // namespace

const std::vector<std::string>& sharded_commands() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> commands;
    for (const StageDefinition& stage : pipeline_stages()) {
      if (stage.sharded_work) commands.push_back(stage.id);
    }
    commands.emplace_back(kSweep);
    return commands;
  }();
  return all;
}

std::unique_ptr<ShardedWork> make_sharded_work(const std::string& command, WorkSetup& setup) {
  if (command == kSweep) return std::make_unique<RunWork>(setup);
  for (const StageDefinition& stage : setup.config.stages()) {
    if (stage.id == command && stage.sharded_work) return stage.sharded_work(setup);
  }
  throw UserError("command of the plan", command, "has no work that this program can cut");
}

}  // namespace minerva::flow
