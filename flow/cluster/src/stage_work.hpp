#pragma once
#include <functional>
#include <memory>
#include <string>

#include "flow.hpp"
#include "sharded_work.hpp"

namespace minerva::flow {

/// The work of one stage of one run folder. A planner makes the folder ready, a worker reads it,
/// a merge does the stage in it.
class StageWork : public ShardedWork {
 public:
  StageWork(WorkSetup& setup, Stage stage);

  StageQuestion question() override;

 protected:
  const WorkSetup& setup() const { return setup_; }
  /// Prepared for the stage.
  Flow& flow() { return *flow_; }
  /// Opens the run folder for writing with a Flow of its own, which `use` gives what the shards
  /// hold; then does `act` and prints as the command does.
  int merge_by(const std::function<void(Flow&)>& use, const std::function<void(Flow&)>& act);

 private:
  void open(RunDirectory::Access access);

  WorkSetup& setup_;
  Stage stage_;
  std::string resolved_;  ///< config of the run
  std::unique_ptr<RunDirectory> directory_;
  std::unique_ptr<Flow> flow_;
};

}  // namespace minerva::flow
