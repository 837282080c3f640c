#pragma once
#include <functional>
#include <memory>
#include <string>

#include "minerva/flow/pipeline.hpp"
#include "minerva/flow/sharded_work.hpp"

namespace minerva::flow {

/// The work of one stage of one run folder. A planner makes the folder ready, a worker reads it,
/// a merge does the stage in it.
class StageWork : public ShardedWork {
 public:
  StageWork(WorkSetup& setup, std::string stage);

  StageQuestion question() override;

 protected:
  const WorkSetup& setup() const { return setup_; }
  const std::string& stage() const { return stage_; }
  Pipeline& pipeline() { return *pipeline_; }
  /// Prepared for the stage.
  RunContext& run() { return pipeline_->context(); }
  /// Opens the run folder for writing with a pipeline of its own, to which `use` gives what the
  /// shards hold; then does `act` and prints as the command does.
  int merge_by(const std::function<void(RunContext&)>& use,
               const std::function<void(Pipeline&)>& act);

 private:
  void open(RunDirectory::Access access);

  WorkSetup& setup_;
  std::string stage_;
  std::string resolved_;  ///< config of the run
  std::unique_ptr<RunDirectory> directory_;
  std::unique_ptr<Pipeline> pipeline_;
};

}  // namespace minerva::flow
